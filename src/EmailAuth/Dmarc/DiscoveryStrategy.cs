using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>Which names are asked for a domain's record, and how its organizational domain follows from the answers.</summary>
internal abstract class DiscoveryStrategy
{
    public abstract DmarcDiscoveryMethod Method { get; }

    /// <summary>The name to ask after one, or null after the last.</summary>
    public abstract DomainName? Next(DomainName start, DomainName current);

    /// <summary>Whether organizational domains follow from records, so that an identifier's walk must be asked for.</summary>
    public abstract bool FollowsRecords { get; }

    /// <summary>Whether a record ends the walk.</summary>
    public abstract bool EndsWalk(DmarcRecord record);

    /// <summary>The organizational domain of a walk's start, under an assumption on the queries that failed.</summary>
    public abstract OrganizationalBoundary Select(DmarcWalk walk, MissingAnswerAssumption assumption);
}
