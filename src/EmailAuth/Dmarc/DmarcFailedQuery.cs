namespace EmailAuth.Dmarc;

/// <summary>What the DNS query was for whose failure left DMARC undecided (<see cref="DmarcResultCode.TempError"/>).</summary>
internal enum DmarcFailedQuery
{
    /// <summary>No failed query left anything undecided.</summary>
    None,

    /// <summary>The record that applies (RFC 9989 section 4.10.1).</summary>
    PolicyRecord,

    /// <summary>Whether the author domain exists, on which it depends which policy of the record applies (RFC 9989 section 3.2.13).</summary>
    AuthorDomain,

    /// <summary>The organizational domain of an authenticated identifier (RFC 9989 section 4.10.2).</summary>
    OrganizationalDomain,

    /// <summary>SPF of a domain that would align, or of an envelope that does not say what SPF needs.</summary>
    Spf,

    /// <summary>The key of a DKIM signature whose domain would align.</summary>
    Dkim,
}
