using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>The name under which the PTR records of an address stand (RFC 1035 section 3.5, RFC 3596 section 2.5).</summary>
internal static class ReverseName
{
    private const string HexDigits = "0123456789abcdef";

    public static DomainName Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        return DomainName.FromChecked(address.AddressFamily == AddressFamily.InterNetwork ? OfIPv4(bytes) : OfIPv6(bytes));
    }

    private static string OfIPv4(byte[] b) =>
        string.Create(CultureInfo.InvariantCulture, $"{b[3]}.{b[2]}.{b[1]}.{b[0]}.in-addr.arpa");

    private static string OfIPv6(byte[] bytes)
    {
        var text = new StringBuilder(72);
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            text.Append(HexDigits[bytes[i] & 0xf]).Append('.').Append(HexDigits[bytes[i] >> 4]).Append('.');
        }

        return text.Append("ip6.arpa").ToString();
    }
}
