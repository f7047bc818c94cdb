namespace EmailAuth.Reports.Store;

/// <summary>Which reports to list; without members, all that are made. Immutable.</summary>
public sealed class ReportSelection
{
    /// <summary>Only reports whose period ended at this time or earlier; null for all.</summary>
    public DateTimeOffset? EndedBy { get; init; }

    /// <summary>Only reports whose period begins on this UTC day; null for all.</summary>
    public DateTimeOffset? Day { get; init; }

    /// <summary>Only reports of this policy domain, in A-labels and lower case; null for all.</summary>
    public string? Domain { get; init; }

    /// <summary>Whether to list also the reports that are not made, because all their messages are reports. Default false.</summary>
    public bool IncludesUnmade { get; init; }
}
