using System.Collections.Immutable;
using EmailAuth.Dns;

namespace EmailAuth.Inspection.Spf;

/// <summary>What a domain publishes for SPF, with all included records. Immutable after the inspection has ended.</summary>
public sealed class SpfInspection
{
    /// <summary>The domain's record, and below it the records of its includes and redirects.</summary>
    public required SpfNode Root { get; init; }

    /// <summary>The failed answer when the domain's own record could not be looked up, so that it is not known; otherwise null.</summary>
    public DnsResponse? Failure => Root.Failure;

    /// <summary>How many terms ask the DNS when none matches (RFC 7208 section 4.6.4).</summary>
    public int LookupCount { get; init; }

    /// <summary>How many of these terms a check may evaluate.</summary>
    public int MaxLookups { get; init; }

    /// <summary>Whether the counting stopped early because there are many more terms than allowed.</summary>
    public bool IsCut { get; init; }

    /// <summary>The lookups that find nothing.</summary>
    public required SpfVoidLookups VoidLookups { get; init; }

    /// <summary>How many lookups of a check may find nothing.</summary>
    public int MaxVoidLookups { get; init; }

    /// <summary>All findings, in the domain's record and in the records that it leads to.</summary>
    public ImmutableArray<Finding> Findings => [.. Root.AllFindings];
}
