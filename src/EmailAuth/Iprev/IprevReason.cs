namespace EmailAuth.Iprev;

/// <summary>The causes of an iprev result. The words are in <see cref="IprevReasonKeyword"/>, for users in REASONS.md.</summary>
internal enum IprevReason
{
    /// <summary>The caller made the result and wrote its reason.</summary>
    Other,

    /// <summary>The address points to no name (RFC 8601 section 2.7.3).</summary>
    NoName,

    /// <summary>No name that the address points to points back to it (section 2.7.3).</summary>
    NoMatch,

    /// <summary>No name points back, and more names than MaxNames were left out.</summary>
    NameLimit,

    /// <summary>A query on which the result depends failed (section 2.7.3).</summary>
    DnsFailure,
}
