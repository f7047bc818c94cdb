namespace EmailAuth.Dmarc;

/// <summary>How policies and organizational domains are found; the names are those of RFC 9990's reports.</summary>
internal enum DmarcDiscoveryMethod
{
    /// <summary><c>treewalk</c>: the tree walk of RFC 9989 section 4.10.</summary>
    TreeWalk,

    /// <summary><c>psl</c>: a Public Suffix List, as in RFC 7489 section 3.2.</summary>
    PublicSuffixList,
}
