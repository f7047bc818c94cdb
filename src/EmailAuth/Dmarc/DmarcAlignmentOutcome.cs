namespace EmailAuth.Dmarc;

/// <summary>Whether an authenticated identifier aligns with the author domain, and why (RFC 9989 section 4.4).</summary>
internal enum DmarcAlignmentOutcome
{
    /// <summary>Aligned: the domains are equal.</summary>
    SameDomain,

    /// <summary>Aligned, in relaxed mode: the organizational domains are equal.</summary>
    SameOrganizationalDomain,

    /// <summary>Not aligned: the domains differ and the mode is strict.</summary>
    DifferentDomain,

    /// <summary>Not aligned: the organizational domains differ.</summary>
    DifferentOrganizationalDomain,

    /// <summary>Treated as not aligned: the domain was not looked up, because the limit of identifiers was reached.</summary>
    NotChecked,

    /// <summary>Not looked up: the identifier is not authenticated, so it decides nothing, and the answer needs a lookup.</summary>
    NotNeeded,

    /// <summary>Not known: it depends on a query that failed.</summary>
    Unknown,
}
