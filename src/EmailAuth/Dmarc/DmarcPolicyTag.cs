namespace EmailAuth.Dmarc;

/// <summary>Which tag of a record speaks for the author domain (RFC 9989 section 4.10.1).</summary>
internal enum DmarcPolicyTag
{
    /// <summary><c>p</c>: the record is the author domain's own.</summary>
    Domain,

    /// <summary><c>sp</c>, else <c>p</c>: the record is of a domain above, and the author domain exists.</summary>
    Subdomain,

    /// <summary><c>np</c>, else <c>sp</c>, else <c>p</c>: the record is of a domain above, and the author domain does not exist.</summary>
    NonexistentSubdomain,
}
