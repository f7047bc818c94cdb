using System.Diagnostics;
using System.Net.Sockets;
using EmailAuth.Dns;

namespace EmailAuth.Spf;

/// <summary>
/// A term that a check comes to when none before it matches: a mechanism, or the redirect after the last of them (RFC 7208 section 4.6).
/// Evaluation, prefetching and the inspection of records read records through it.
/// </summary>
internal readonly struct SpfTerm
{
    private readonly SpfModifier? _redirect;

    public SpfTerm(SpfMechanism mechanism) => Mechanism = mechanism;

    public SpfTerm(SpfModifier redirect) => _redirect = redirect;

    /// <summary>The mechanism; null for the redirect.</summary>
    public SpfMechanism? Mechanism { get; }

    /// <summary>The domain-spec, or null when it is the record's own domain.</summary>
    public SpfDomainSpec? Target => Mechanism is null ? _redirect!.Target : Mechanism.Target;

    /// <summary>Whether evaluating it asks the DNS, and counts as one of the terms that may (RFC 7208 section 4.6.4).</summary>
    public bool AsksDns => Mechanism is null || Mechanism.AsksDns;

    /// <summary>Whether it leads to another record.</summary>
    public bool LeadsToRecord => Mechanism is null or { Kind: SpfMechanismKind.Include };

    /// <summary>Where it starts in the record, counted from zero.</summary>
    public int Position => Mechanism?.Position ?? _redirect!.Position;

    /// <summary>The section of RFC 7208 that defines it.</summary>
    public string Section => Mechanism?.Section ?? "6.1";

    /// <summary>What it asks for on behalf of a client (RFC 7208 section 5): "a" for the addresses of the client's kind, "exists" always for IPv4 ones.</summary>
    public DnsRecordType RecordTypeFor(AddressFamily client) => Mechanism?.Kind switch
    {
        null or SpfMechanismKind.Include => DnsRecordType.Txt,
        SpfMechanismKind.A => client == AddressFamily.InterNetwork ? DnsRecordType.A : DnsRecordType.Aaaa,
        SpfMechanismKind.MX => DnsRecordType.Mx,
        SpfMechanismKind.Ptr => DnsRecordType.Ptr,
        SpfMechanismKind.Exists => DnsRecordType.A,
        SpfMechanismKind.All or SpfMechanismKind.IP4 or SpfMechanismKind.IP6 => throw new InvalidOperationException("The term asks nothing."),
        _ => throw new UnreachableException(),
    };

    /// <summary>The term as written in the record.</summary>
    public override string ToString() => Mechanism?.ToString() ?? _redirect!.ToString();
}
