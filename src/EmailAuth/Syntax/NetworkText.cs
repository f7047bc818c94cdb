using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Syntax;

/// <summary>Reads networks as configurations name them.</summary>
internal static class NetworkText
{
    /// <summary>Reads a network in CIDR form, such as <c>192.0.2.0/24</c>, or one address.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The network; null when the text is not one.</returns>
    public static IPNetwork? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // The runtime reads 192.0.2 as 192.0.0.2 and 010 as 8 (old forms). In a list of trusted networks such a text is a mistake.
        var start = text.Split('/')[0];
        if (!IPAddress.TryParse(start, out var address) || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != start))
        {
            return null;
        }

        if (IPNetwork.TryParse(text, out var network))
        {
            return network;
        }

        return start.Length == text.Length ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
    }
}
