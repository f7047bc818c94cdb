using System.Collections.Immutable;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Tls;

namespace EmailAuth.Reports.Reading;

/// <summary>One report that was read, with a verdict; or what was found instead of one. Immutable.</summary>
public sealed class ReadReport
{
    /// <summary>The kind, decided by the content and not by names or media types.</summary>
    public required ReportKind Kind { get; init; }

    /// <summary>How far it is as its standard asks for.</summary>
    public required ReportVerdict Verdict { get; init; }

    /// <summary>What was found, also in the mail and the containers around it, in the order of reading.</summary>
    public ImmutableArray<ReportFinding> Findings { get; init; } = [];

    /// <summary>Where it was, from the outside in, such as <c>message 2 &gt; part 3 &gt; gzip</c>; empty when the input is the report itself.</summary>
    public required string Place { get; init; }

    /// <summary>
    /// The aggregate report; null for other kinds. Its rows are missing when <see cref="ReportReaderOptions.OnRow"/> got them: they are to be discarded
    /// when the verdict is <see cref="ReportVerdict.Unusable"/>.
    /// </summary>
    public AggregateReport? Aggregate { get; init; }

    /// <summary>
    /// How many rows of it <see cref="ReportReaderOptions.OnRow"/> got, whatever the verdict; 0 without it, and for other kinds. Rows come in the order
    /// of the reports.
    /// </summary>
    public long RowsGiven { get; init; }

    /// <summary>The feedback or failure report; null for other kinds, and when nothing of it could be read.</summary>
    public FeedbackReport? Feedback { get; init; }

    /// <summary>The TLS report; null for other kinds, and when nothing of it could be read.</summary>
    public TlsReport? Tls { get; init; }

    /// <summary>The mail that carried it; null when it came as a file.</summary>
    public ReportMail? Mail { get; init; }

    /// <summary>By what copies of it are recognized; null when nothing of it could be read.</summary>
    public ReportKey? Key { get; init; }

    /// <summary>The same with other findings and the verdict that they make.</summary>
    internal ReadReport With(ReportFindings findings) => new()
    {
        Kind = Kind,
        Verdict = findings.Verdict,
        Findings = findings.ToImmutable(),
        Place = Place,
        Aggregate = Aggregate,
        RowsGiven = RowsGiven,
        Feedback = Feedback,
        Tls = Tls,
        Mail = Mail,
        Key = Key,
    };

    /// <summary>The kind, the verdict and how many findings there are.</summary>
    public override string ToString() => $"{Kind}: {Verdict.Keyword()}, {Findings.Length} findings";
}
