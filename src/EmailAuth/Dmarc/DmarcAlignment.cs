using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>How one identifier relates to the author domain (RFC 9989 section 4.4), whether its method authenticated it or not. Immutable.</summary>
public sealed class DmarcAlignment
{
    internal const string Authenticated = "pass";

    internal DmarcAlignment(AuthenticatedIdentifier identifier) => Identifier = identifier;

    /// <summary>The identifier.</summary>
    public AuthenticatedIdentifier Identifier { get; }

    /// <summary>
    /// What the method found for the identifier, in the word of RFC 8601: <c>pass</c>, which is the default, <c>fail</c>, <c>temperror</c> and so on.
    /// </summary>
    public string Result { get; internal init; } = Authenticated;

    /// <summary>The mode that the record asks for.</summary>
    public DmarcAlignmentMode Mode { get; internal init; }

    /// <summary>Whether it aligns, and why.</summary>
    internal DmarcAlignmentOutcome Outcome { get; init; } = DmarcAlignmentOutcome.Unknown;

    /// <summary>
    /// The identifier's organizational domain; null when it was not looked for (the domains are equal, the mode is strict, or the
    /// identifier is outside the author's organizational domain and so cannot align) or is not known.
    /// </summary>
    public DomainName? OrganizationalDomain { get; internal init; }

    /// <summary>Whether the method authenticated the identifier.</summary>
    internal bool IsAuthenticated => Result == Authenticated;

    /// <summary>Whether the identifier makes DMARC pass: it is authenticated, and it aligns.</summary>
    public bool Counts => IsAuthenticated && IsAligned;

    /// <summary>
    /// Whether the domain was compared with the author domain. An identifier that is not authenticated is compared only as far as that needs no query.
    /// </summary>
    public bool IsCompared => Outcome is DmarcAlignmentOutcome.SameDomain or DmarcAlignmentOutcome.SameOrganizationalDomain
        or DmarcAlignmentOutcome.DifferentDomain or DmarcAlignmentOutcome.DifferentOrganizationalDomain;

    /// <summary>
    /// Whether the identifier aligns with the author domain; false when it does not and when that is not known. It counts only when it is
    /// authenticated: see <see cref="Counts"/>. <see cref="ToString"/> and JSON say why.
    /// </summary>
    public bool IsAligned => Outcome is DmarcAlignmentOutcome.SameDomain or DmarcAlignmentOutcome.SameOrganizationalDomain;

    /// <summary>The outcome in one line, for people.</summary>
    public override string ToString()
    {
        var method = Identifier.Method == IdentifierSource.Spf ? "spf" : "dkim";
        var aligned = IsAuthenticated ? "aligned" : "would align";
        return $"{method} {Identifier.Domain}{(IsAuthenticated ? null : $" ({Result})")}: " + Outcome switch
        {
            DmarcAlignmentOutcome.SameDomain => $"{aligned}, it is the author domain",
            DmarcAlignmentOutcome.SameOrganizationalDomain when OrganizationalDomain is null =>
                $"{aligned}, whatever the failed queries would have found",
            DmarcAlignmentOutcome.SameOrganizationalDomain => $"{aligned}, both are of {OrganizationalDomain}",
            DmarcAlignmentOutcome.DifferentDomain => "not aligned, it is not the author domain and the record asks for strict alignment",
            DmarcAlignmentOutcome.DifferentOrganizationalDomain when OrganizationalDomain is null =>
                "not aligned, it is outside the author's organizational domain",
            DmarcAlignmentOutcome.DifferentOrganizationalDomain => $"not aligned, its organizational domain is {OrganizationalDomain}",
            DmarcAlignmentOutcome.NotNeeded => "not looked up, as it is not authenticated",
            DmarcAlignmentOutcome.NotChecked => "not checked: the limit of identifiers was reached (MaxIdentifiers)",
            DmarcAlignmentOutcome.Unknown => "not known: a query that it depends on failed",
            _ => throw new UnreachableException(),
        };
    }
}
