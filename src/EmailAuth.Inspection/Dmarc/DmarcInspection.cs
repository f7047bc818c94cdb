using System.Collections.Immutable;
using EmailAuth.Dmarc;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Dmarc;

/// <summary>Which DMARC policy applies to a domain, and what is published on the way to it. Immutable.</summary>
public sealed class DmarcInspection
{
    /// <summary>The author domain: the one that was given, or the one below whose <c>_dmarc</c> it is.</summary>
    public required DomainName Domain { get; init; }

    /// <summary>
    /// What DMARC finds for mail of that domain that nothing authenticates: the policy, and the walk to it.
    /// <see cref="DmarcResultCode.TempError"/> when the policy could not be looked up, so that it is not known.
    /// </summary>
    public required DmarcResult Result { get; init; }

    /// <summary>The texts at each step of the walk, also those that are not DMARC records.</summary>
    public ImmutableArray<PublishedRecord> Records { get; init; } = [];

    /// <summary>What is to be pointed out that is not about a text.</summary>
    public ImmutableArray<Finding> DomainFindings { get; init; } = [];

    /// <summary>All that is to be pointed out: about the domain, then about the texts.</summary>
    public ImmutableArray<Finding> Findings => [.. DomainFindings, .. Records.SelectMany(static record => record.Findings)];
}
