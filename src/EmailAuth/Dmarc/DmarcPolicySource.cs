namespace EmailAuth.Dmarc;

/// <summary>Whose record applies (RFC 9989 section 4.10.1), from the highest preference to the lowest.</summary>
public enum DmarcPolicySource
{
    /// <summary>No record applies.</summary>
    None,

    /// <summary>The author domain's own.</summary>
    AuthorDomain,

    /// <summary>That of the author domain's organizational domain.</summary>
    OrganizationalDomain,

    /// <summary>That of the public suffix domain above it (<c>psd=y</c>).</summary>
    PublicSuffixDomain,
}
