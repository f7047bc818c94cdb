namespace EmailAuth.Messages;

/// <summary>Why a message has no usable author domain (RFC 9989 section 5.3.1).</summary>
internal enum AuthorDefect
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>The header was not read to its end, so that a From field may be missing.</summary>
    IncompleteHeader,

    /// <summary>There is no From field.</summary>
    NoField,

    /// <summary>More than one field may be read as From (RFC 5322 section 3.6 allows one).</summary>
    SeveralFields,

    /// <summary>The field is not what RFC 5322 section 3.6.2 allows, or of a form that readers are known to show in different ways.</summary>
    Malformed,

    /// <summary>The field has no address, as in an empty group (RFC 6854).</summary>
    NoAddress,

    /// <summary>The field has addresses of several domains.</summary>
    SeveralDomains,

    /// <summary>The domain of the address is not a domain name: a literal, or labels that the DNS or IDNA does not allow, fake A-labels included.</summary>
    UnusableDomain,
}
