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

    /// <summary>Taken as not aligned: the walk was not made, as the message's limit of lookups was reached.</summary>
    NotChecked,

    /// <summary>Not looked up: the identifier is not authenticated, so that it decides nothing, and the record alone does not tell.</summary>
    NotNeeded,

    /// <summary>Not known: it depends on a query that failed.</summary>
    Unknown,
}
