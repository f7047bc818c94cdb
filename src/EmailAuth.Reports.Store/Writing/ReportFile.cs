using System.Collections.Immutable;

namespace EmailAuth.Reports.Store.Writing;

/// <summary>What became of the file of a report. Immutable.</summary>
public sealed class ReportFile
{
    /// <summary>The report, which is final.</summary>
    public required StoredReport Report { get; init; }

    /// <summary>The path of the file; null when it was not written.</summary>
    public string? Path { get; init; }

    /// <summary>Whether the file was there before: a final report does not change, so it is not written again.</summary>
    public bool IsKept { get; init; }

    /// <summary>How many rows were written.</summary>
    public long Rows { get; init; }

    /// <summary>Why the report does not conform, when it was not written; notes otherwise.</summary>
    public ImmutableArray<ReportFinding> Findings { get; init; } = [];
}
