using System.Collections.Immutable;
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

    /// <summary>
    /// When it is not known which record applies: those found that do if the names whose queries failed hold no record, or one of them a
    /// public suffix domain's. Empty when it is known, or when no record found can apply.
    /// </summary>
    public ImmutableArray<PolicySelection> Possible { get; private init; } = [];

    // RFC 9989 section 4.10.1: the author domain's own record, else the organizational domain's, else the public suffix domain's.
    public static PolicySelection From(DmarcWalk walk, DiscoveryStrategy strategy)
    {
        var failed = walk.FailedDomains();
        var count = failed is null ? 1 : MissingAnswerAssumption.Count(failed);
        var own = walk.Lookups[0];
        if (count < 0 && own.Record is not null)
        {
            // The own record applies, whatever is above it; it alone is enough for an identifier of the same domain.
            return new PolicySelection { Lookup = own, Source = DmarcPolicySource.AuthorDomain };
        }

        if (count < 0 || own.Found == DmarcLookupOutcome.TemporaryFailure)
        {
            return Unknown(walk, strategy, own, failed!);
        }

        PolicySelection? first = null;
        for (var number = 0; number < count; number++)
        {
            var next = Select(walk, strategy, own, failed is null ? default : MissingAnswerAssumption.Of(failed, number));
            first ??= next;
            if (next.Failure is not null || first.Lookup != next.Lookup)
            {
                return Unknown(walk, strategy, own, failed!);
            }

            if (first.OrganizationalDomain != next.OrganizationalDomain)
            {
                first = new PolicySelection { Lookup = first.Lookup, Source = first.Source };
            }
        }

        return first!;
    }

    // Each record found that applies under any assumption does so under one of these. A record with a psd flag ends the walk: it is the
    // last one, and applies when the failed names below it hold nothing. One without applies as the shortest name with a record, or as the
    // name below a public suffix domain. So there are as many cases as failed names and one more, however many fail: a sender may choose a
    // name of many labels below a domain whose servers are broken.
    private static PolicySelection Unknown(DmarcWalk walk, DiscoveryStrategy strategy, DmarcLookup own, List<DomainName> failed)
    {
        var possible = ImmutableArray.CreateBuilder<PolicySelection>();
        Add(MissingAnswerAssumption.NoRecords);
        for (var index = 0; index < failed.Count; index++)
        {
            Add(MissingAnswerAssumption.PublicSuffixAt(failed, index));
        }

        return new PolicySelection { Failure = walk.FirstFailure(), Possible = possible.DrainToImmutable() };

        void Add(MissingAnswerAssumption assumption)
        {
            var selection = Select(walk, strategy, own, assumption);
            if (selection.Lookup?.Record is not null && !possible.Any(known => known.Lookup == selection.Lookup))
            {
                possible.Add(selection);
            }
        }
    }

    private static PolicySelection Select(DmarcWalk walk, DiscoveryStrategy strategy, DmarcLookup own, MissingAnswerAssumption assumption)
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

    private static PolicySelection Of(DmarcLookup lookup, DmarcPolicySource source, OrganizationalBoundary organizational) => new()
    {
        Lookup = lookup,
        Source = source,
        OrganizationalDomain = organizational.Domain,
        Failure = lookup.Found == DmarcLookupOutcome.TemporaryFailure ? lookup : null,
    };
}
