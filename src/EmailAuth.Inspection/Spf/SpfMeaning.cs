using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Spf;

/// <summary>Says in plain words what each term of an SPF record does.</summary>
internal static class SpfMeaning
{
    // RFC 7208 section 7.2.
    private static readonly (char Letter, string Meaning)[] Macros =
    [
        ('s', "the sender"), ('l', "the sender's local part"), ('o', "the sender's domain"), ('d', "the domain being checked"),
        ('i', "the client's address"), ('p', "the client's name"), ('v', "in-addr or ip6"), ('h', "the HELO name"),
        ('c', "the client's address"), ('r', "the receiver"), ('t', "the time"),
    ];

    public static string Of(SpfTerm term, DomainName domain) => term switch
    {
        SpfMechanism mechanism => Of(mechanism, domain),
        SpfModifier modifier => Of(modifier, domain),
        _ => throw new UnreachableException(),
    };

    /// <summary>The lowest address of a network.</summary>
    public static IPAddress FirstAddress(IPAddress network, int prefix)
    {
        var octets = network.GetAddressBytes();
        for (var i = 0; i < octets.Length; i++)
        {
            var bits = Math.Clamp(prefix - (i * 8), 0, 8);
            octets[i] &= (byte)(0xFF << (8 - bits));
        }

        return new IPAddress(octets);
    }

    private static string Of(SpfMechanism mechanism, DomainName domain)
    {
        var verdict = mechanism.ResultOnMatch switch
        {
            SpfResultCode.Fail => "fail",
            SpfResultCode.SoftFail => "softfail (suspicious, not refused)",
            SpfResultCode.Neutral => "neutral (no statement)",
            SpfResultCode.Pass => "pass",
            SpfResultCode.None or SpfResultCode.TempError or SpfResultCode.PermError => throw new UnreachableException(), // no qualifier gives these
            _ => throw new UnreachableException(),
        };
        var name = mechanism.DomainSpec ?? domain.ToString();
        var whom = mechanism.Kind switch
        {
            SpfMechanismKind.All => "every other client",
            SpfMechanismKind.IP4 or SpfMechanismKind.IP6 => Addresses(mechanism),
            SpfMechanismKind.A => $"the addresses of {name}{Networks(mechanism)}",
            SpfMechanismKind.MX => $"the mail hosts of {name}{Networks(mechanism)}",
            SpfMechanismKind.Include => $"clients that pass by the record of {name}",
            SpfMechanismKind.Exists => $"clients for which the name {name} has an A record",
            SpfMechanismKind.Ptr => $"clients whose reverse DNS name is {name} or a name below it",
            _ => throw new UnreachableException(),
        };
        return $"{verdict} for {whom}{MacrosIn(mechanism.DomainSpec)}";
    }

    private static string Of(SpfModifier modifier, DomainName domain) => modifier switch
    {
        // RFC 6652 section 3.
        { DomainSpec: null } => modifier.Name.ToLowerInvariant() switch
        {
            "ra" => $"reports of failures go to {modifier.Value}@{domain} (RFC 6652)",
            "rp" => $"the percentage of failures that are reported: {modifier.Value} (RFC 6652)",
            "rr" => $"the results that are reported: {modifier.Value} (RFC 6652)",
            _ => "unknown, ignored",
        },
        { LeadsToRecord: true } =>
            $"if nothing matches, the record of {modifier.Value} decides{MacrosIn(modifier.Value)}",
        _ => $"on fail, the TXT record at {modifier.Value} explains the reason to the sender{MacrosIn(modifier.Value)}",
    };

    private static string Addresses(SpfMechanism mechanism)
    {
        var network = mechanism.Network!;
        var isFour = network.AddressFamily == AddressFamily.InterNetwork;
        var prefix = isFour ? mechanism.PrefixLengthIPv4 : mechanism.PrefixLengthIPv6;
        var first = FirstAddress(network, prefix);
        if (prefix == (isFour ? 32 : 128))
        {
            return $"the address {first}";
        }

        if (!isFour)
        {
            return $"the addresses whose first {prefix} bits are those of {first}";
        }

        var count = BigInteger.Pow(2, 32 - prefix);
        var start = BinaryPrimitives.ReadUInt32BigEndian(first.GetAddressBytes());
        var last = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(last, (uint)(start + count - 1));
        return string.Create(CultureInfo.InvariantCulture, $"the {count:N0} addresses {first} to {new IPAddress(last)}");
    }

    private static string Networks(SpfMechanism mechanism)
    {
        var four = mechanism.PrefixLengthIPv4 < 32 ? $"/{mechanism.PrefixLengthIPv4}" : null;
        var six = mechanism.PrefixLengthIPv6 < 128 ? $"/{mechanism.PrefixLengthIPv6} (IPv6)" : null;
        return four is null && six is null ? string.Empty : $" and all addresses in their {string.Join(" or ", new[] { four, six }.OfType<string>())}";
    }

    private static string MacrosIn(string? text)
    {
        var names = Macros
            .Where(macro => text?.Contains($"%{{{macro.Letter}", StringComparison.OrdinalIgnoreCase) is true)
            .Select(macro => $"%{{{macro.Letter}}} is {macro.Meaning}")
            .ToList();
        return names.Count == 0 ? string.Empty : $"; {string.Join(", ", names)}";
    }
}
