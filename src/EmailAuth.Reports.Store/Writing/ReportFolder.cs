using System.Runtime.CompilerServices;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports.Store.Writing;

/// <summary>Writes reports to files. Each is checked before it gets its name, so that nothing half written or wrong is ever picked up.</summary>
/// <remarks>
/// A file has the name that RFC 9990 section 3.5.2 gives to the attachment. Where it has more than 255 characters, which no file can have, it is the
/// report's id with the same ending.
/// </remarks>
/// <param name="store">Where the reports are.</param>
/// <param name="issuer">Who makes them.</param>
/// <param name="folder">The folder, which exists.</param>
public sealed class ReportFolder(IReportStore store, ReportIssuer issuer, string folder)
{
    // A name that does not end like a report.
    private const string Unfinished = ".part";

    // Of Linux and Windows: the names of receiver and policy domain alone may have twice as much.
    private const int MaxNameCharacters = 255;

    /// <summary>Makes the reports of ended periods final, and writes them.</summary>
    /// <param name="endedBy">Only periods that ended at this time or earlier.</param>
    /// <param name="cancellationToken">Ends the writing; what was written stays.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write to the folder.</exception>
    public async IAsyncEnumerable<ReportFile> WriteAsync(DateTimeOffset endedBy, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var report in store.ListReportsAsync(new ReportSelection { EndedBy = endedBy }, cancellationToken))
        {
            // Null: it was removed because of its age meanwhile.
            if (await store.SealAsync(report, cancellationToken) is { } final)
            {
                yield return await WriteAsync(final, cancellationToken);
            }
        }
    }

    private async Task<ReportFile> WriteAsync(StoredReport report, CancellationToken cancellationToken)
    {
        var document = new ReportDocument(store, report, issuer);
        var path = document.Name is { } name ? Path.Combine(folder, FileNameOf(name)) : null;
        if (path is not null && File.Exists(path))
        {
            return new ReportFile { Report = report, Path = path, IsKept = true };
        }

        // The id in the name keeps two reports apart, and the process two writers.
        var unfinished = Path.Combine(folder, $".{report.Id}.{Environment.ProcessId}{Unfinished}");
        try
        {
            await WriteAsync(document, unfinished, cancellationToken);
            if (!document.IsConforming)
            {
                return new ReportFile { Report = report, Rows = document.Rows, Findings = document.Findings };
            }

            File.Move(unfinished, path!, overwrite: true);
            return new ReportFile { Report = report, Path = path, Rows = document.Rows, Findings = document.Findings };
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    // A sender chooses the policy domain. One that makes the name too long must not end the writing of all reports after it: the id is a name, too.
    private static string FileNameOf(AggregateReportName name) =>
        name.FileName.Length <= MaxNameCharacters ? name.FileName : name.ReportId + AggregateReportName.CompressedEnding;

    private static async Task WriteAsync(ReportDocument document, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 64 * 1024, useAsync: true);
        try
        {
            await document.WriteAsync(file, compresses: true, cancellationToken);
            await file.FlushAsync(cancellationToken);
            file.Flush(flushToDisk: true);
        }
        catch (ArgumentException) when (!document.IsConforming)
        {
            // The writer refuses what the schema does not have; the findings say what it is.
        }
    }
}
