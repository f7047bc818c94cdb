using System.Runtime.CompilerServices;

namespace EmailAuth.Reports.Store.Writing;

/// <summary>Writes reports to files. Each is checked before it gets its name, so that nothing half written or wrong is ever picked up.</summary>
/// <param name="store">Where the reports are.</param>
/// <param name="issuer">Who makes them.</param>
/// <param name="folder">The folder, which exists.</param>
public sealed class ReportFolder(IReportStore store, ReportIssuer issuer, string folder)
{
    // A name that does not end like a report.
    private const string Unfinished = ".part";

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
        var path = document.Name is { } name ? Path.Combine(folder, name.FileName) : null;
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
