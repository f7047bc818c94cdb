using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>How one authenticated identifier stands to the author domain (RFC 9989 section 4.4).</summary>
public sealed record DmarcAlignment
{
    /// <summary>The identifier.</summary>
    public required AuthenticatedIdentifier Identifier { get; init; }

    /// <summary>The mode that the record asks for.</summary>
    public required DmarcAlignmentMode Mode { get; init; }

    /// <summary>Whether it aligns, and why.</summary>
    public required DmarcAlignmentOutcome Outcome { get; init; }

    /// <summary>
    /// The identifier's organizational domain; null when it was not looked for (the domains are equal, the mode is strict, or the
    /// identifier stands outside the author's organizational domain and so cannot align) or is not known.
    /// </summary>
    public DomainName? OrganizationalDomain { get; init; }

    /// <summary>Whether the identifier aligns with the author domain.</summary>
    public bool IsAligned => Outcome is DmarcAlignmentOutcome.SameDomain or DmarcAlignmentOutcome.SameOrganizationalDomain;

    /// <summary>The outcome in one line, for people.</summary>
    public override string ToString()
    {
        var method = Identifier.Method == IdentifierSource.Spf ? "spf" : "dkim";
        return $"{method} {Identifier.Domain}: " + Outcome switch
        {
            DmarcAlignmentOutcome.SameDomain => "aligned, it is the author domain",
            DmarcAlignmentOutcome.SameOrganizationalDomain when OrganizationalDomain is null =>
                "aligned, whatever the queries that failed would have said",
            DmarcAlignmentOutcome.SameOrganizationalDomain => $"aligned, both are of {OrganizationalDomain}",
            DmarcAlignmentOutcome.DifferentDomain => "not aligned, it is not the author domain and the record asks for strict alignment",
            DmarcAlignmentOutcome.DifferentOrganizationalDomain when OrganizationalDomain is null =>
                "not aligned, it is outside the author's organizational domain",
            DmarcAlignmentOutcome.DifferentOrganizationalDomain => $"not aligned, its organizational domain is {OrganizationalDomain}",
            DmarcAlignmentOutcome.NotChecked => "not checked, as many identifiers as are looked up were (MaxIdentifiers)",
            DmarcAlignmentOutcome.Unknown => "not known, a query that it depends on failed",
            _ => throw new UnreachableException(),
        };
    }
}
