using EmailAuth.Dns;

namespace EmailAuth.Testing;

/// <summary>The kind of an entry of a <see cref="Zone"/>.</summary>
public enum ZoneEntryKind
{
    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>An IPv6 address.</summary>
    Aaaa,

    /// <summary>A mail exchange.</summary>
    MX,

    /// <summary>A text record.</summary>
    Txt,

    /// <summary>A pointer from a reverse name.</summary>
    Ptr,

    /// <summary>An alias.</summary>
    CName,

    /// <summary>The retired SPF type (RFC 7208 section 3.1): the name exists, and no check asks for this type.</summary>
    Spf,

    /// <summary>No answer comes (<see cref="DnsFailure.Timeout"/>).</summary>
    Timeout,

    /// <summary>The server fails (<see cref="DnsFailure.ServerFailure"/>).</summary>
    ServFail,

    /// <summary>The server refuses (<see cref="DnsFailure.Refused"/>).</summary>
    Refused,

    /// <summary>The answer is not a DNS message (<see cref="DnsFailure.Malformed"/>).</summary>
    Malformed,

    /// <summary>No server can be reached (<see cref="DnsFailure.Unreachable"/>).</summary>
    Unreachable,

    /// <summary>A limit keeps the question from being answered (<see cref="DnsFailure.LimitReached"/>).</summary>
    Limit,

    /// <summary>The resolver breaks its contract (<see cref="DnsFailure.ResolverFault"/>).</summary>
    Fault,

    /// <summary>
    /// The name does not exist (<see cref="DnsStatus.NameError"/>), although names below it, or records of other types, exist: the answer
    /// of a server that violates RFC 8020.
    /// </summary>
    NxDomain,
}
