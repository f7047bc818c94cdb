namespace EmailAuth.Reports.Store.Incoming;

/// <summary>Which facts are added up, and how. Immutable.</summary>
public sealed record IncomingQuery
{
    /// <summary>The domain. Reports about names below it are in the sums.</summary>
    public required string Domain { get; init; }

    /// <summary>The first day of the period before, with which the period is compared.</summary>
    public required DateOnly Before { get; init; }

    /// <summary>The first day of the period.</summary>
    public required DateOnly Since { get; init; }

    /// <summary>The last day of the period.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>What the facts are about.</summary>
    public IncomingFactKind Kind { get; init; } = IncomingFactKind.Row;

    /// <summary>By what they are added up.</summary>
    public IncomingGroup Group { get; init; }

    /// <summary>Which sums are wanted.</summary>
    public IncomingChange Change { get; init; }

    /// <summary>The most sums.</summary>
    public int Top { get; init; } = 20;
}
