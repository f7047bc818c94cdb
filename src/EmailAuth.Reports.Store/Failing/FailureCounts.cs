namespace EmailAuth.Reports.Store.Failing;

/// <summary>What a store did with failures on a UTC day. Immutable.</summary>
public sealed record FailureCounts
{
    /// <summary>How many reports began.</summary>
    public required long Reports { get; init; }

    /// <summary>How many failures are in no report, because a limit was reached or the report was final already.</summary>
    public required long LeftOut { get; init; }
}
