using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Syntax;

/// <summary>Reads networks as configurations name them.</summary>
public static class NetworkText
{
    /// <summary>Reads a network in CIDR form, such as <c>192.0.2.0/24</c>, or one address.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The network; null when the text is not one.</returns>
    public static IPNetwork? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // The runtime takes 192.0.2 for 192.0.0.2 and 010 for 8, as was done long ago: in a list of trusted networks that is a slip of the pen.
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
