using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Syntax;

/// <summary>Reads networks as configurations name them.</summary>
internal static class NetworkText
{
    /// <summary>Reads a network in CIDR form, such as <c>192.0.2.0/24</c>, or one address.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The network, an IPv4-mapped one as IPv4; null when the text is not one.</returns>
    public static IPNetwork? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // The runtime reads 192.0.2 as 192.0.0.2 and 010 as 8 (old forms). In a list of trusted networks such a text is a mistake.
        var start = text.Split('/')[0];
        if (!IPAddress.TryParse(start, out var address) || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != start))
        {
            return null;
        }

        IPNetwork? network = IPNetwork.TryParse(text, out var read) ? read
            : start.Length == text.Length ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : null;

        // RFC 4291 section 2.5.5.2: IPv4-mapped addresses are ::ffff:0:0/96. Clients with one are compared as IPv4, so such a network must be IPv4, too.
        // A shorter prefix is a mistake: the text is meant for IPv4, and would be about IPv6.
        return network is null || !address.IsIPv4MappedToIPv6 ? network
            : network.Value.PrefixLength >= 96 ? new IPNetwork(network.Value.BaseAddress.MapToIPv4(), network.Value.PrefixLength - 96)
            : null;
    }
}
