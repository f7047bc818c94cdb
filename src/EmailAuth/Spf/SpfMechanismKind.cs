namespace EmailAuth.Spf;

/// <summary>The mechanisms (RFC 7208 section 5).</summary>
public enum SpfMechanismKind
{
    /// <summary><c>all</c>: matches always (section 5.1).</summary>
    All,

    /// <summary><c>include</c>: matches when the check of another domain passes (section 5.2).</summary>
    Include,

    /// <summary><c>a</c>: matches an address of a host (section 5.3).</summary>
    A,

    /// <summary><c>mx</c>: matches an address of a mail exchange (section 5.4).</summary>
    MX,

    /// <summary><c>ptr</c>: matches when a validated name of the client is within a domain (section 5.5).</summary>
    Ptr,

    /// <summary><c>ip4</c>: matches an IPv4 network (section 5.6).</summary>
    IP4,

    /// <summary><c>ip6</c>: matches an IPv6 network (section 5.6).</summary>
    IP6,

    /// <summary><c>exists</c>: matches when a name has an A record (section 5.7).</summary>
    Exists,
}
