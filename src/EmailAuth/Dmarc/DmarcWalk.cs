using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>The lookups of one domain's walk, from the longest name to the shortest.</summary>
internal sealed class DmarcWalk
{
    public DmarcWalk(DomainName start, DmarcLookup[] lookups)
    {
        Start = start;
        Lookups = lookups;
    }

    public DomainName Start { get; }

    public DmarcLookup[] Lookups { get; }

    public DmarcLookup? FirstFailure()
    {
        foreach (var lookup in Lookups)
        {
            if (lookup.Found == DmarcLookupOutcome.TemporaryFailure)
            {
                return lookup;
            }
        }

        return null;
    }

    /// <summary>Adds the domains whose queries failed to a list, each once; without any the list stays as it is.</summary>
    public List<DomainName>? FailedDomains(List<DomainName>? domains = null)
    {
        foreach (var lookup in Lookups)
        {
            if (lookup.Found == DmarcLookupOutcome.TemporaryFailure && domains?.Contains(lookup.Domain) is not true)
            {
                (domains ??= []).Add(lookup.Domain);
            }
        }

        return domains;
    }

    public DmarcLookup? At(DomainName domain)
    {
        foreach (var lookup in Lookups)
        {
            if (lookup.Domain == domain)
            {
                return lookup;
            }
        }

        return null;
    }
}
