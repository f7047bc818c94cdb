using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>The name that has the PTR records of an address (RFC 1035 section 3.5, RFC 3596 section 2.5).</summary>
internal static class ReverseName
{
    private const int MaxLength = 72;
    private const string HexDigits = "0123456789abcdef";

    public static DomainName Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        Span<char> text = stackalloc char[MaxLength];
        var written = address.AddressFamily == AddressFamily.InterNetwork ? WriteIPv4(bytes[..length], text) : WriteIPv6(bytes[..length], text);
        return DomainName.FromChecked(text[..written]);
    }

    private static int WriteIPv4(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        var length = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            bytes[i].TryFormat(text[length..], out var digits, provider: CultureInfo.InvariantCulture);
            length += digits;
            text[length++] = '.';
        }

        "in-addr.arpa".CopyTo(text[length..]);
        return length + "in-addr.arpa".Length;
    }

    private static int WriteIPv6(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        var length = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            text[length++] = HexDigits[bytes[i] & 0xf];
            text[length++] = '.';
            text[length++] = HexDigits[bytes[i] >> 4];
            text[length++] = '.';
        }

        "ip6.arpa".CopyTo(text[length..]);
        return length + "ip6.arpa".Length;
    }
}
