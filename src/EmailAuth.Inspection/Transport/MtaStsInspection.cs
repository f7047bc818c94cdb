using System.Collections.Immutable;

namespace EmailAuth.Inspection.Transport;

/// <summary>What a domain publishes for MTA-STS (RFC 8461). Immutable.</summary>
public sealed class MtaStsInspection
{
    /// <summary>The records at <c>_mta-sts</c> below the domain; without any, the texts that were meant to be records.</summary>
    public ImmutableArray<string> Texts { get; init; } = [];

    /// <summary>The id of the record; null without exactly one valid record.</summary>
    public string? Id { get; init; }

    /// <summary>Where the policy is served; null without a valid record.</summary>
    public string? PolicyUri { get; init; }

    /// <summary>Whether the policy was asked for.</summary>
    public bool IsPolicyFetched { get; init; }

    /// <summary>The policy; null when it was not asked for, could not be fetched, or is not valid.</summary>
    public MtaStsPolicy? Policy { get; init; }

    /// <summary>All findings.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];
}
