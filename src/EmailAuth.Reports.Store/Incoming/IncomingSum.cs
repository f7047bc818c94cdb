namespace EmailAuth.Reports.Store.Incoming;

/// <summary>Facts that were added up. Immutable.</summary>
public sealed record IncomingSum
{
    /// <summary>The first value of the group; a day as <c>2026-11-20</c>; empty for all together.</summary>
    public required string Key { get; init; }

    /// <summary>The second value of the group; empty when it has one.</summary>
    public string Detail { get; init; } = string.Empty;

    /// <summary>The count in the period.</summary>
    public long Count { get; init; }

    /// <summary>Of these, what passes; for rows by DKIM, aligned.</summary>
    public long Dkim { get; init; }

    /// <summary>Of these, what passes by SPF, aligned.</summary>
    public long Spf { get; init; }

    /// <summary>Of these, what passes by DKIM or SPF.</summary>
    public long Passing { get; init; }

    /// <summary>The count in the period before.</summary>
    public long CountBefore { get; init; }

    /// <summary>Of these, what passes by DKIM or SPF.</summary>
    public long PassingBefore { get; init; }

    /// <summary>How many documents say so in both periods.</summary>
    public long Documents { get; init; }

    /// <summary>How many names the group has in the period.</summary>
    public long Names { get; init; }
}
