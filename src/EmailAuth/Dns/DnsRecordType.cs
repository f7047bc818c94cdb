using System.Diagnostics.CodeAnalysis;

namespace EmailAuth.Dns;

/// <summary>What is asked of the DNS. The value of each member is its number on the wire (RFC 1035 section 3.2.2, RFC 3596 section 2.1).</summary>
[SuppressMessage("Design", "CA1028:Enum Storage should be Int32", Justification = "A record type has 16 bits in the protocol (RFC 1035 section 3.2.1).")]
[SuppressMessage("Design", "CA1008:Enums should have zero value", Justification = "Type 0 is reserved and never asked (RFC 6895 section 3.1).")]
public enum DnsRecordType : ushort
{
    /// <summary>IPv4 addresses (RFC 1035 section 3.4.1).</summary>
    A = 1,

    /// <summary>The names of an address, asked under its reverse name (RFC 1035 section 3.3.12).</summary>
    Ptr = 12,

    /// <summary>Mail hosts (RFC 1035 section 3.3.9).</summary>
    Mx = 15,

    /// <summary>Texts (RFC 1035 section 3.3.14).</summary>
    Txt = 16,

    /// <summary>IPv6 addresses (RFC 3596 section 2.1).</summary>
    Aaaa = 28,
}
