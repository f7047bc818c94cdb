using System.Runtime.CompilerServices;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports.Reading;

/// <summary>The bounds of <see cref="ReportReader"/>, and what it asks the caller. The defaults suit mail from strangers.</summary>
/// <remarks>Real reports are far below the defaults: the largest DMARC aggregate reports have some ten megabytes of XML.</remarks>
public sealed record ReportReaderOptions
{
    private const int Mebibyte = 1024 * 1024;

    /// <summary>The defaults.</summary>
    public static ReportReaderOptions Default { get; } = new();

    /// <summary>How many octets a message, an archive or other input that is kept in memory may have, 1 KiB to 1 GiB. Default 64 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxInputBytes { get; init => field = (int)InRange(value, 1024, 1024L * Mebibyte); } = 64 * Mebibyte;

    /// <summary>How many octets everything compressed in one message or file may expand to together, 1 KiB to 1 TiB. Default 256 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public long MaxExpandedBytes { get; init => field = InRange(value, 1024, 1024L * 1024 * Mebibyte); } = 256L * Mebibyte;

    /// <summary>
    /// By how much compressed data may expand once there is more than a mebibyte of it, 10 to 2,000. Default 200: reports are repetitive, and reach
    /// about 60; deflate can reach 1,032.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxExpansionRatio { get; init => field = (int)InRange(value, 10, 2000); } = 200;

    /// <summary>How many containers may be inside each other, 1 to 16: messages, gzip, zip. Default 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxContainerDepth { get; init => field = (int)InRange(value, 1, 16); } = 4;

    /// <summary>How many entries of a zip archive are read, 1 to 10,000. Default 20; an honest one has one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxArchiveEntries { get; init => field = (int)InRange(value, 1, 10_000); } = 20;

    /// <summary>How many parts of a message are looked at, 1 to 10,000. Default 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxParts { get; init => field = (int)InRange(value, 1, 10_000); } = 100;

    /// <summary>How deep parts of a message may be nested, 2 to 100. Default 12.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxPartDepth { get; init => field = (int)InRange(value, 2, 100); } = 12;

    /// <summary>How many octets of the header of a message, and of the message a report is about, are read, 1 KiB to 64 MiB. Default 256 KiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxHeaderBytes { get; init => field = (int)InRange(value, 1024, 64L * Mebibyte); } = 256 * 1024;

    /// <summary>How many fields a feedback report, and the message it is about, may have, 10 to 10,000. Default 500.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxFields { get; init => field = (int)InRange(value, 10, 10_000); } = 500;

    /// <summary>How many reports of one message or file are read, 1 to 10,000. Default 20; nearly all have one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxReports { get; init => field = (int)InRange(value, 1, 10_000); } = 20;

    /// <summary>How many octets the JSON of a TLS report may have, 1 KiB to 256 MiB. Default 16 MiB. It is kept in memory, several times as large.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxJsonBytes { get; init => field = (int)InRange(value, 1024, 256L * Mebibyte); } = 16 * Mebibyte;

    /// <summary>How deep the JSON of a TLS report may be nested, 6 to 64. Default 12; a report needs 5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxJsonDepth { get; init => field = (int)InRange(value, 6, 64); } = 12;

    /// <summary>How many names and values the JSON of a TLS report may have, 100 to 10,000,000. Default 500,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxJsonValues { get; init => field = (int)InRange(value, 100, 10_000_000); } = 500_000;

    /// <summary>The bounds of the XML of an aggregate report: rows, depth, lengths.</summary>
    public AggregateReportReaderOptions Aggregate { get; init; } = AggregateReportReaderOptions.Default;

    /// <summary>
    /// Judges the mail that carried a report; null, the default, to leave it out. Called once for each mail with a report, with its octets, which are
    /// valid during the call. <see cref="AuthenticationPipeline"/> with <see cref="AuthenticationMethods.Dkim"/> alone suffices: RFC 8460 section 3
    /// and RFC 9477 section 3.4 demand a DKIM signature, and the reader adds what the outcome means for the report as findings.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<AuthenticationOutcome>>? Authenticate { get; init; }

    /// <summary>How many rows of an aggregate report are kept in it, the first ones, 0 or more. Default: all. None with <see cref="OnRow"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxKeptRows { get; init => field = (int)InRange(value, 0, int.MaxValue); } = int.MaxValue;

    /// <summary>
    /// Gets each row of an aggregate report when it is read; the report then keeps none, so that memory does not grow with the rows. The rows of all
    /// reports of a message come before the first of these reports (<see cref="ReadReport.RowsGiven"/>). Null, the default: the report keeps its rows.
    /// </summary>
    public Func<AggregateRecord, CancellationToken, ValueTask>? OnRow { get; init; }

    private static long InRange(long value, long least, long most, [CallerMemberName] string name = "") =>
        value >= least && value <= most ? value : throw new ArgumentOutOfRangeException(name, value, $"From {least} to {most}.");
}
