namespace EmailAuth.Benchmarks.Scale;

/// <summary>Work of one size, set up; what it returns goes into the series' last column.</summary>
internal delegate ValueTask<long> Work(CancellationToken cancellationToken);

/// <summary>Something that a message, a record or a server may have few or many of, and what each number of it costs.</summary>
internal sealed record ScaleSeries
{
    /// <summary>What names it on the command line and its plot: lower case and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>What is measured, in one sentence.</summary>
    public required string Title { get; init; }

    /// <summary>What is counted: "header fields".</summary>
    public required string Unit { get; init; }

    /// <summary>The sizes, rising.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>Sets up the work of a size; this is not measured.</summary>
    public required Func<int, Work> Prepare { get; init; }

    /// <summary>What the number is that the work returns, or null when it says nothing.</summary>
    public string? Observed { get; init; }

    /// <summary>Whether every size must allocate alike, as nothing of what is counted is held.</summary>
    public bool HoldsNothing { get; init; }

    /// <summary>Worse than linear is a defect; a tenth is left to caches that the larger sizes do not fit into.</summary>
    public double MaxExponent { get; init; } = 1.1;
}
