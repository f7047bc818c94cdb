using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Inspection.MailHosts;

/// <summary>Which addresses the internet routes (RFC 6890).</summary>
/// <remarks>The networks for examples (RFC 5737, RFC 3849) are not in the list: who writes one in a test means a public address.</remarks>
internal static class PublicNetworks
{
    private static readonly IPNetwork[] Others =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "224.0.0.0/3", "::/127", "64:ff9b:1::/48", "100::/64", "2001:2::/48", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Whether all addresses of a network are outside the internet.</summary>
    /// <param name="first">An address of the network.</param>
    /// <param name="prefix">Its prefix length.</param>
    public static bool IsOutside(IPAddress first, int prefix) =>
        Array.Exists(Others, network => prefix >= network.PrefixLength && network.BaseAddress.AddressFamily == first.AddressFamily && network.Contains(first));

    /// <summary>Whether an address is outside the internet.</summary>
    public static bool IsOutside(IPAddress address)
    {
        // A connection to an IPv4-mapped address goes to the IPv4 address.
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IsOutside(plain, plain.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
    }
}
