using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>The tree walk (RFC 9989 section 4.10).</summary>
internal sealed class TreeWalkStrategy : DiscoveryStrategy
{
    // The walk from a name of eight labels or more continues at seven, so it never has more than eight queries.
    private const int MaxLabelsAbove = 7;

    public static readonly TreeWalkStrategy Instance = new();

    public override DmarcDiscoveryMethod Method => DmarcDiscoveryMethod.TreeWalk;

    // RFC 9989 section 4.10 steps 5 and 8.
    public override DomainName? Next(DomainName start, DomainName current) =>
        ReferenceEquals(start, current) && current.LabelCount > MaxLabelsAbove ? current.TakeLast(MaxLabelsAbove) : current.Parent;

    public override bool FollowsRecords => true;

    // RFC 9989 section 4.10 steps 2 and 7.
    public override bool EndsWalk(DmarcRecord record) => record.DomainRole != DmarcDomainRole.Unspecified;

    // RFC 9989 section 4.10.2, from the longest name to the shortest.
    public override OrganizationalBoundary Select(DmarcWalk walk, MissingAnswerAssumption assumption)
    {
        var shortest = walk.Start;
        foreach (var lookup in walk.Lookups)
        {
            switch (assumption.FlagAt(lookup))
            {
                case null:
                    break;

                case DmarcDomainRole.Organizational:
                    return new OrganizationalBoundary(lookup.Domain, null);

                // psd=y at the start makes nothing below it organizational: it is the shortest name with a record.
                case DmarcDomainRole.PublicSuffix when lookup.Domain == walk.Start:
                    return new OrganizationalBoundary(walk.Start, null);

                case DmarcDomainRole.PublicSuffix:
                    return new OrganizationalBoundary(walk.Start.TakeLast(lookup.Domain.LabelCount + 1), lookup.Domain);

                case DmarcDomainRole.Unspecified:
                    shortest = lookup.Domain;
                    break;

                default:
                    throw new UnreachableException();
            }
        }

        return new OrganizationalBoundary(shortest, null);
    }
}
