using System.Collections.Immutable;
using EmailAuth.Dns;

namespace EmailAuth.Inspection.Spf;

/// <summary>What a domain publishes for SPF, with all that it includes. Immutable once the inspection has ended.</summary>
public sealed class SpfInspection
{
    /// <summary>The domain's record, and below it those that its includes and redirects lead to.</summary>
    public required SpfNode Root { get; init; }

    /// <summary>The failed answer when the domain's own record could not be looked up, so that nothing is known of it; else null.</summary>
    public DnsResponse? Failure => Root.Failure;

    /// <summary>How many terms ask the DNS when none matches (RFC 7208 section 4.6.4).</summary>
    public int LookupCount { get; init; }

    /// <summary>How many of them may do so in a check.</summary>
    public int MaxLookups { get; init; }

    /// <summary>Whether the terms were not counted to the end, as there are many more than may be.</summary>
    public bool IsCut { get; init; }

    /// <summary>Which of the lookups find nothing.</summary>
    public required SpfVoidLookups VoidLookups { get; init; }

    /// <summary>How many of them may find nothing in a check.</summary>
    public int MaxVoidLookups { get; init; }

    /// <summary>All that is to be pointed out, in the domain's record and in those that it leads to.</summary>
    public ImmutableArray<Finding> Findings => [.. Root.AllFindings];
}
