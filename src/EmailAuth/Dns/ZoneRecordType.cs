namespace EmailAuth.Dns;

/// <summary>What an entry of a <see cref="Zone"/> says.</summary>
public enum ZoneRecordType
{
    /// <summary>An IPv4 address.</summary>
    A,

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

    /// <summary>The retired SPF type (RFC 7208 section 3.1): the name exists, and nobody asks for it.</summary>
    Spf,

    /// <summary>No answer comes.</summary>
    Timeout,

    /// <summary>The server fails.</summary>
    ServFail,
}
