using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Cli.Commands;

/// <summary>Reads what a user writes for a host: an address as it is written today, or a name.</summary>
internal static class HostText
{
    /// <summary>
    /// Reads the address of a client. The old forms that the platform also reads (127.1, 0x7f.0.0.1, and 010 for 8), brackets and a zone are refused.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The address.</param>
    public static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && IsWritten(text, address) && !text.Contains('%', StringComparison.Ordinal);

    /// <summary>
    /// Reads where a server is: HOST, HOST:PORT, [IPv6]:PORT, or an address of IPv6 without brackets, whose colons are not a port's. An IPv6 address may have
    /// a zone. Null when the text is not one of them.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="usualPort">The port where the text has none.</param>
    public static DnsEndPoint? ParseServer(string text, int usualPort)
    {
        var bare = text is ['[', .., ']'] ? text[1..^1] : text;
        if (IsHost(bare))
        {
            return new DnsEndPoint(bare, usualPort);
        }

        var colon = text.LastIndexOf(':');
        return colon > 0 && text[..colon].Trim('[', ']') is var host && IsHost(host)
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? new DnsEndPoint(host, port)
            : null;
    }

    private static bool IsHost(string text) =>
        IPAddress.TryParse(text, out var address) && IsWritten(text, address) || (Uri.CheckHostName(text) != UriHostNameType.Unknown && !EndsInNumber(text));

    private static bool IsWritten(string text, IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() == text : !text.StartsWith('[');

    // No top-level domain is a number (RFC 3696 section 2): such a text is an address in an old form, which the platform would read as another one.
    private static bool EndsInNumber(string name)
    {
        name = name.TrimEnd('.');
        var last = name.AsSpan(name.LastIndexOf('.') + 1);
        return !last.ContainsAnyExceptInRange('0', '9') || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
    }
}
