using System.Diagnostics;
using System.Net;

namespace EmailAuth.Spf;

/// <summary>A directive of an SPF record: a mechanism with its qualifier (RFC 7208 section 4.6.2).</summary>
public sealed class SpfMechanism
{
    private readonly string _text;

    internal SpfMechanism(string text, int position, SpfQualifier qualifier, SpfMechanismKind kind)
    {
        _text = text;
        Position = position;
        Qualifier = qualifier;
        Kind = kind;
    }

    /// <summary>Which mechanism it is.</summary>
    public SpfMechanismKind Kind { get; }

    /// <summary>What a match means.</summary>
    public SpfQualifier Qualifier { get; }

    /// <summary>Where the directive starts in the record, counted from zero.</summary>
    public int Position { get; }

    /// <summary>The domain-spec as written, macros unexpanded; null when there is none.</summary>
    public string? DomainSpec => Target?.Text;

    /// <summary>The network of <c>ip4</c> and <c>ip6</c>, as written; null for the others.</summary>
    public IPAddress? Network { get; internal init; }

    /// <summary>How many leading bits of an IPv4 address must agree, 0 to 32.</summary>
    public int PrefixLengthIPv4 { get; internal init; } = SpfClient.BitsIPv4;

    /// <summary>How many leading bits of an IPv6 address must agree, 0 to 128.</summary>
    public int PrefixLengthIPv6 { get; internal init; } = SpfClient.BitsIPv6;

    internal SpfDomainSpec? Target { get; init; }

    /// <summary>Whether evaluating it asks the DNS, and counts as one of the terms that may (RFC 7208 section 4.6.4).</summary>
    internal bool AsksDns => Kind is not (SpfMechanismKind.All or SpfMechanismKind.IP4 or SpfMechanismKind.IP6);

    internal uint NetworkIPv4 { get; init; }

    internal UInt128 NetworkIPv6 { get; init; }

    /// <summary>The result when it matches.</summary>
    internal SpfResultCode ResultOnMatch => Qualifier switch
    {
        SpfQualifier.Fail => SpfResultCode.Fail,
        SpfQualifier.SoftFail => SpfResultCode.SoftFail,
        SpfQualifier.Neutral => SpfResultCode.Neutral,
        SpfQualifier.Pass => SpfResultCode.Pass,
        _ => throw new UnreachableException(),
    };

    /// <summary>The section of RFC 7208 that defines the mechanism.</summary>
    internal string Section => Kind switch
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

    /// <summary>The directive as written in the record.</summary>
    public override string ToString() => _text;
}
