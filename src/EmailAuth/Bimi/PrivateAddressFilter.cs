using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Bimi;

/// <summary>
/// Which addresses we may connect to for a URI that a sender chose: those that the special-purpose registries (RFC 6890) call globally
/// reachable, and none that carries another address inside unless that one is, too.
/// </summary>
internal static class PrivateAddressFilter
{
    // IPv4: network, prefix length. RFC 6890 section 2.2.2 and what the registry gained since.
    private static readonly (uint Network, int Length)[] RefusedIPv4 =
    [
        (0x00000000, 8), // this network
        (0x0A000000, 8), // private
        (0x64400000, 10), // shared, behind carrier NAT
        (0x7F000000, 8), // loopback
        (0xA9FE0000, 16), // link-local, where clouds keep their metadata
        (0xAC100000, 12), // private
        (0xC0000000, 24), // IETF protocol assignments
        (0xC0000200, 24), // documentation
        (0xC01FC400, 24), // AS112
        (0xC034C100, 24), // AMT
        (0xC0586300, 24), // 6to4 relay anycast
        (0xC0A80000, 16), // private
        (0xC0AF3000, 24), // AS112
        (0xC6120000, 15), // benchmarking
        (0xC6336400, 24), // documentation
        (0xCB007100, 24), // documentation
        (0xE0000000, 4), // multicast
        (0xF0000000, 4), // reserved, broadcast
    ];

    /// <summary>Why no connection may go there, or null when one may.</summary>
    public static string? WhyRefused(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return WhyIPv4Refused(address);
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return "not an internet address";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return WhyIPv4Refused(address.MapToIPv4());
        }

        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out _);
        return WhyIPv6Refused(bytes, address.ScopeId);
    }

    private static string? WhyIPv4Refused(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        _ = address.TryWriteBytes(bytes, out _);
        var value = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        foreach (var (network, length) in RefusedIPv4)
        {
            if ((value ^ network) >> (32 - length) == 0)
            {
                return "not a public IPv4 address (RFC 6890)";
            }
        }

        return null;
    }

    private static string? WhyIPv6Refused(ReadOnlySpan<byte> bytes, long scope)
    {
        // RFC 6052 section 2.1: what NAT64 makes of a public IPv4 address is as public as that.
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]))
        {
            return WhyIPv4Refused(new IPAddress(bytes[12..]));
        }

        // RFC 4291 section 2.4: global unicast is what IANA gives out, 2000::/3. All else is refused: unspecified, loopback, IPv4-compatible,
        // local-use NAT64, discard-only, unique local, link-local, site-local, multicast.
        if (scope != 0 || (bytes[0] & 0xe0) != 0x20)
        {
            return "not a global unicast IPv6 address (RFC 4291)";
        }

        return BinaryPrimitives.ReadUInt32BigEndian(bytes) switch
        {
            0x20010000 => "a Teredo address (RFC 4380)",
            // 2001::/23 is for protocols; the few assignments in it that are reachable serve no web site.
            >= 0x20010000 and < 0x20010200 => "an IETF protocol address (RFC 6890)",
            0x20010db8 => "a documentation address (RFC 3849)",
            >= 0x20020000 and < 0x20030000 => "a 6to4 address (RFC 3056)",
            >= 0x3fff0000 and < 0x3fff1000 => "a documentation address (RFC 9637)",
            _ => null,
        };
    }
}
