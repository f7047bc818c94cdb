using System.Collections.Immutable;
using System.Net;

namespace EmailAuth.Syntax;

/// <summary>Which network an address is in.</summary>
internal static class Networks
{
    /// <summary>An address as networks are written: an IPv4-mapped one as IPv4 (RFC 4291 section 2.5.5.2).</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>The first network that an address is in, or null.</summary>
    public static IPNetwork? Find(ImmutableArray<IPNetwork> networks, IPAddress address)
    {
        var plain = Plain(address);
        foreach (var network in networks)
        {
            if (network.Contains(plain))
            {
                return network;
            }
        }

        return null;
    }
}
