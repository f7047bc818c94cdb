using System.Collections.Immutable;
using EmailAuth.Dmarc;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Dmarc;

/// <summary>The DMARC policy that applies to a domain, and the records that were read to find it. Immutable.</summary>
public sealed class DmarcInspection
{
    /// <summary>The author domain: the given domain, or, when the name of a record (<c>_dmarc</c>) was given, its domain.</summary>
    public required DomainName Domain { get; init; }

    /// <summary>
    /// The DMARC result for unauthenticated mail of that domain: the policy, and the walk that found it.
    /// <see cref="DmarcResultCode.TempError"/> when the policy could not be looked up, so that it is not known.
    /// </summary>
    public required DmarcResult Result { get; init; }

    /// <summary>The texts at each step of the walk, including those that are not DMARC records.</summary>
    public ImmutableArray<PublishedRecord> Records { get; init; } = [];

    /// <summary>The findings that are not about a text.</summary>
    public ImmutableArray<Finding> DomainFindings { get; init; } = [];

    /// <summary>All findings: about the domain, then about the texts.</summary>
    public ImmutableArray<Finding> Findings => [.. DomainFindings, .. Records.SelectMany(static record => record.Findings)];

    /// <summary>
    /// The findings about the domain, its own record and the record that applies, and about failed lookups: the other records of the walk are for
    /// others. All while it is not known which record applies.
    /// </summary>
    internal IEnumerable<Finding> OwnFindings
    {
        get
        {
            if (Result is not { PolicyDomain: { } policy, IsPolicyAssumed: false })
            {
                return Findings;
            }

            DomainName?[] names = [Domain, Domain.Prepend("_dmarc"), policy.Prepend("_dmarc")];
            return Findings.Where(finding => finding.Code == FindingCode.DmarcLookupFailed || Array.Exists(names, name => name == finding.Name));
        }
    }
}
