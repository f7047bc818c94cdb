using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>What follows from the author domain's walk: the record that applies and the organizational domain.</summary>
internal sealed class PolicySelection
{
    private PolicySelection()
    {
    }

    /// <summary>The lookup whose record applies, or null when none does.</summary>
    public DmarcLookup? Lookup { get; private init; }

    public DmarcPolicySource Source { get; private init; }

    /// <summary>The author's organizational domain, or null when it depends on a failed query.</summary>
    public DomainName? OrganizationalDomain { get; private init; }

    /// <summary>The failed query on which it depends which record applies; null when it is known.</summary>
    public DmarcLookup? Failure { get; private init; }

    // RFC 9989 section 4.10.1: the author domain's own record, else the organizational domain's, else the public suffix domain's.
    public static PolicySelection From(DmarcWalk walk, DiscoveryStrategy strategy)
    {
        var failed = walk.FailedDomains();
        var count = failed is null ? 1 : WalkAssumption.Count(failed);
        var own = walk.Lookups[0];
        if (count < 0 && own.Record is not null)
        {
            // The own record applies, whatever stands above; it alone is enough for an identifier of the same domain.
            return new PolicySelection { Lookup = own, Source = DmarcPolicySource.AuthorDomain };
        }

        if (count < 0 || own.Outcome == DmarcLookupOutcome.TemporaryFailure)
        {
            return new PolicySelection { Failure = walk.FirstFailure() };
        }

        PolicySelection? first = null;
        for (var number = 0; number < count; number++)
        {
            var next = Select(walk, strategy, own, failed is null ? default : WalkAssumption.Of(failed, number));
            if (next.Failure is not null)
            {
                return next;
            }

            first ??= next;
            if (first.Lookup != next.Lookup)
            {
                return new PolicySelection { Failure = walk.FirstFailure() };
            }

            if (first.OrganizationalDomain != next.OrganizationalDomain)
            {
                first = new PolicySelection { Lookup = first.Lookup, Source = first.Source };
            }
        }

        return first!;
    }

    private static PolicySelection Select(DmarcWalk walk, DiscoveryStrategy strategy, DmarcLookup own, WalkAssumption assumption)
    {
        var organizational = strategy.Select(walk, assumption);
        if (own.Record is not null)
        {
            return Of(own, DmarcPolicySource.AuthorDomain, organizational);
        }

        if (walk.At(organizational.Domain) is { } lookup && assumption.HasRecordAt(lookup))
        {
            return Of(lookup, DmarcPolicySource.OrganizationalDomain, organizational);
        }

        return organizational.PublicSuffix is { } suffix && walk.At(suffix) is { } above
            ? Of(above, DmarcPolicySource.PublicSuffixDomain, organizational)
            : new PolicySelection { OrganizationalDomain = organizational.Domain };
    }

    private static PolicySelection Of(DmarcLookup lookup, DmarcPolicySource source, OrganizationalDomain organizational) => new()
    {
        Lookup = lookup,
        Source = source,
        OrganizationalDomain = organizational.Domain,
        Failure = lookup.Outcome == DmarcLookupOutcome.TemporaryFailure ? lookup : null,
    };
}
