using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Testing;

/// <summary>Parses texts in vectors and zones.</summary>
internal static class VectorText
{
    /// <summary>
    /// Reads an address in its usual form (RFC 4291 section 2.2). The platform also reads 127.1, 0x7f.0.0.1, and 010 for 8, and accepts
    /// brackets and the zone of an IPv6 address. Here they are refused.
    /// </summary>
    public static bool TryParseAddress([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address)
        && (address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() == text : !text.AsSpan().ContainsAny('%', '['));

    /// <summary>
    /// Reads a time in the form of ISO 8601, in UTC when there is no offset. A time of day without a date and a date in another order are
    /// refused.
    /// </summary>
    public static bool TryParseTime([NotNullWhen(true)] string? text, out DateTimeOffset time)
    {
        time = default;
        return text is [_, _, _, _, '-', ..] && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    /// <summary>RFC 5322 section 2.2.3: removes the line ends and keeps the white space.</summary>
    public static string Unfold(string value) => value.Replace("\r\n", string.Empty, StringComparison.Ordinal);
}
