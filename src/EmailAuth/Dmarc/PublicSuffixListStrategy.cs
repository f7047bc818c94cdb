using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>Discovery by a Public Suffix List (RFC 7489 sections 3.2 and 6.6.3): the domain, then its organizational domain.</summary>
internal sealed class PublicSuffixListStrategy(PublicSuffixList list) : DiscoveryStrategy
{
    public override DmarcDiscoveryMethod Method => DmarcDiscoveryMethod.PublicSuffixList;

    public override DomainName? Next(DomainName start, DomainName current) =>
        ReferenceEquals(start, current) && list.OrganizationalDomain(start) is var domain && domain != start ? domain : null;

    public override bool FollowsRecords => false;

    public override bool EndsWalk(DmarcRecord record) => true;

    public override OrganizationalBoundary Select(DmarcWalk walk, MissingAnswerAssumption assumption) =>
        new(list.OrganizationalDomain(walk.Start), null);
}
