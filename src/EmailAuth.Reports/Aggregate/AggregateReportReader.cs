using System.Collections.Immutable;

namespace EmailAuth.Reports.Aggregate;

/// <summary>
/// Reads the XML of an aggregate report: RFC 9990's form, RFC 7489's, and what is sent under their names. Forward only and bounded: a report of a
/// million rows needs no more memory than one of ten. Bad input never throws; it has findings.
/// </summary>
/// <remarks>
/// A document type declaration is refused, so there are no entities; nothing that the report names is fetched. What a sender may have broken is
/// mended where its meaning is clear (bytes, control characters, stray "&lt;" and "&amp;", capital letters, elements of other forms), and each has
/// a finding. A row is left out when its source or count cannot be read.
/// </remarks>
public static class AggregateReportReader
{
    /// <summary>Reads a report and gives each row when it is read.</summary>
    /// <param name="stream">The XML, decompressed. It is read from where it is, and not closed.</param>
    /// <param name="onRecord">
    /// Gets each row. What it did must be undone when the report is <see cref="ReportVerdict.Unusable"/>, which is known only at the end.
    /// </param>
    /// <param name="options">The bounds, or null for the defaults.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The report without its rows.</returns>
    public static Task<AggregateReport> ReadAsync(
        Stream stream,
        Func<AggregateRecord, CancellationToken, ValueTask> onRecord,
        AggregateReportReaderOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(onRecord);
        return new AggregateReportParser(options ?? AggregateReportReaderOptions.Default, onRecord).ReadAsync(stream, cancellationToken);
    }

    /// <summary>Reads a report with its rows, which are all kept: for reports that are known to be small, or with a bound of rows to match.</summary>
    /// <param name="stream">The XML, decompressed. It is read from where it is, and not closed.</param>
    /// <param name="options">The bounds, or null for the defaults.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The report with its rows.</returns>
    public static async Task<AggregateReport> ReadAllAsync(
        Stream stream, AggregateReportReaderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var records = ImmutableArray.CreateBuilder<AggregateRecord>();
        var report = await new AggregateReportParser(options ?? AggregateReportReaderOptions.Default, Keep).ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        return report.With(records.DrainToImmutable());

        ValueTask Keep(AggregateRecord record, CancellationToken cancellation)
        {
            records.Add(record);
            return ValueTask.CompletedTask;
        }
    }
}
