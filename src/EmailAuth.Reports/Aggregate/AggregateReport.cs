using System.Collections.Immutable;

namespace EmailAuth.Reports.Aggregate;

/// <summary>An aggregate report that was read: what it says beside its rows, and what is wrong with it. Immutable.</summary>
/// <remarks>Anyone can send a report about any domain: who signed the mail that carried it says whether to believe it.</remarks>
public sealed class AggregateReport
{
    /// <summary>Whether it can be used.</summary>
    public required ReportVerdict Verdict { get; init; }

    /// <summary>Which form it has.</summary>
    public AggregateReportForm Form { get; init; }

    /// <summary>The version as written; null without one.</summary>
    public string? Version { get; init; }

    /// <summary>Who reports on which period; null when the period is not known, and the report is unusable.</summary>
    public AggregateReportMetadata? Metadata { get; init; }

    /// <summary>The policy that applied; null when its domain is not known, and the report is unusable.</summary>
    public PublishedPolicy? Policy { get; init; }

    /// <summary>The rows that were kept, the first ones (<see cref="AggregateReportReader.ReadAllAsync"/> keeps all); else empty.</summary>
    public ImmutableArray<AggregateRecord> Records { get; init; } = [];

    /// <summary>How many rows could be used.</summary>
    public long RecordCount { get; init; }

    /// <summary>How many rows were left out.</summary>
    public long LeftOutCount { get; init; }

    /// <summary>How many messages the rows count together.</summary>
    public long MessageCount { get; init; }

    /// <summary>What was found, in the order in which it was first found.</summary>
    public ImmutableArray<ReportFinding> Findings { get; init; } = [];

    /// <summary>The same with rows.</summary>
    internal AggregateReport With(ImmutableArray<AggregateRecord> records) => new()
    {
        Verdict = Verdict,
        Form = Form,
        Version = Version,
        Metadata = Metadata,
        Policy = Policy,
        Records = records,
        RecordCount = RecordCount,
        LeftOutCount = LeftOutCount,
        MessageCount = MessageCount,
        Findings = Findings,
    };

    /// <summary>The verdict, the report and the sums.</summary>
    public override string ToString() => $"{Verdict}: {Metadata?.ToString() ?? "unknown report"} about {Policy?.Domain ?? "unknown"}: {RecordCount} rows, {MessageCount} messages";
}
