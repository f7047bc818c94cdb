using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Syntax;

/// <summary>Reads IP addresses as they are written today: four numbers (RFC 5321 section 4.1.3), or the forms of RFC 4291 section 2.2.</summary>
internal static class AddressText
{
    /// <summary>
    /// Reads an address. It refuses old forms that the platform still reads (127.1, 0x7f.0.0.1, and 010 for 8), brackets, and the zone of an
    /// IPv6 address.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address)
        && (address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() == text : !text.AsSpan().ContainsAny('%', '['));
}
