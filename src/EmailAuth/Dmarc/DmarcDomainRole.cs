namespace EmailAuth.Dmarc;

/// <summary>What a record says of its domain's place in the tree (RFC 9989 section 4.7, tag <c>psd</c>).</summary>
public enum DmarcDomainRole
{
    /// <summary>Nothing: the tree walk decides (<c>u</c>, the default).</summary>
    Unspecified,

    /// <summary>The domain is a public suffix domain (<c>y</c>).</summary>
    PublicSuffix,

    /// <summary>The domain is an organizational domain (<c>n</c>).</summary>
    Organizational,
}
