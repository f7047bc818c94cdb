using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;

namespace EmailAuth.Spf;

/// <summary>A directive of an SPF record: a mechanism with its qualifier (RFC 7208 section 4.6.2).</summary>
public sealed class SpfMechanism : SpfTerm
{
    internal SpfMechanism(string text, int position, SpfResultCode resultOnMatch, SpfMechanismKind kind)
        : base(text, position)
    {
        ResultOnMatch = resultOnMatch;
        Kind = kind;
    }

    /// <summary>Which mechanism it is.</summary>
    public SpfMechanismKind Kind { get; }

    /// <summary>
    /// The result when it matches, which its qualifier says (RFC 7208 section 4.6.2): pass for <c>+</c> and without one, fail for <c>-</c>, softfail
    /// for <c>~</c>, neutral for <c>?</c>.
    /// </summary>
    public SpfResultCode ResultOnMatch { get; }

    /// <summary>The network of <c>ip4</c> and <c>ip6</c>, as written; null for the others.</summary>
    public IPAddress? Network { get; internal init; }

    /// <summary>How many leading bits of an IPv4 address must agree, 0 to 32.</summary>
    public int PrefixLengthIPv4 { get; internal init; } = SpfClient.BitsIPv4;

    /// <summary>How many leading bits of an IPv6 address must agree, 0 to 128.</summary>
    public int PrefixLengthIPv6 { get; internal init; } = SpfClient.BitsIPv6;

    private protected override bool HasRecordTarget => Kind == SpfMechanismKind.Include;

    private protected override bool IsCounted => Kind is not (SpfMechanismKind.All or SpfMechanismKind.IP4 or SpfMechanismKind.IP6);

    internal uint NetworkIPv4 { get; init; }

    internal UInt128 NetworkIPv6 { get; init; }

    private protected override string DefiningSection => Kind switch
    {
        SpfMechanismKind.All => "5.1",
        SpfMechanismKind.Include => "5.2",
        SpfMechanismKind.A => "5.3",
        SpfMechanismKind.MX => "5.4",
        SpfMechanismKind.Ptr => "5.5",
        SpfMechanismKind.Exists => "5.7",
        SpfMechanismKind.IP4 or SpfMechanismKind.IP6 => "5.6",
        _ => throw new UnreachableException(),
    };

    /// <summary>What it asks for on behalf of a client (RFC 7208 section 5): "a" for addresses of the client's family, "exists" always for IPv4 addresses.</summary>
    internal DnsRecordType RecordTypeFor(AddressFamily client) => Kind switch
    {
        SpfMechanismKind.Include => DnsRecordType.Txt,
        SpfMechanismKind.A => client == AddressFamily.InterNetwork ? DnsRecordType.A : DnsRecordType.Aaaa,
        SpfMechanismKind.MX => DnsRecordType.Mx,
        SpfMechanismKind.Ptr => DnsRecordType.Ptr,
        SpfMechanismKind.Exists => DnsRecordType.A,
        SpfMechanismKind.All or SpfMechanismKind.IP4 or SpfMechanismKind.IP6 => throw new UnreachableException(), // these ask nothing
        _ => throw new UnreachableException(),
    };
}
