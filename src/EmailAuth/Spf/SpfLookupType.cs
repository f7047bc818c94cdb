namespace EmailAuth.Spf;

/// <summary>The record types that an SPF check asks for.</summary>
public enum SpfLookupType
{
    /// <summary>TXT: a record or an explanation.</summary>
    Txt,

    /// <summary>A: IPv4 addresses.</summary>
    A,

    /// <summary>AAAA: IPv6 addresses.</summary>
    Aaaa,

    /// <summary>MX: mail exchanges.</summary>
    MX,

    /// <summary>PTR: names of the client's address.</summary>
    Ptr,
}
