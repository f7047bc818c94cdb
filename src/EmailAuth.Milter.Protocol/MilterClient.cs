using System.Net;

namespace EmailAuth.Milter.Protocol;

/// <summary>The SMTP client, as the MTA announces it.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public sealed class MilterClient
{
    private const string IPv6Prefix = "IPv6:";

    /// <summary>The MTA's name for the client: a host name, or the address in brackets. Bytes that are not UTF-8 become U+FFFD.</summary>
    public required string HostName { get; init; }

    /// <summary>
    /// The client's address; IPv4-mapped IPv6 becomes IPv4. If the packet has no address, that of the macro <c>client_addr</c>. Null for a client of
    /// a Unix socket, or if the MTA does not know the address.
    /// </summary>
    public IPAddress? Address { get; init; }

    /// <summary>The client's TCP port; 0 when the client has no port, or when it is not known.</summary>
    public int Port { get; init; }

    /// <summary>Whether the client connected through a Unix socket on the MTA's machine.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The host name and the address.</summary>
    public override string ToString() => $"{HostName} [{(IsLocal ? "local" : Address?.ToString() ?? "unknown")}]";

    /// <summary>Reads a CONNECT packet.</summary>
    /// <param name="payload">What follows the command.</param>
    /// <param name="macros">The macros, used when the packet has no address.</param>
    /// <param name="error">What is wrong with the packet, when the result is null.</param>
    internal static MilterClient? Parse(ReadOnlySpan<byte> payload, MilterMacros macros, out string error)
    {
        error = string.Empty;
        var reader = new MilterPayloadReader(payload);
        if (!reader.TryReadString(out var hostName) || !reader.TryReadByte(out var family))
        {
            error = "a CONNECT packet without host name and address family";
            return null;
        }

        ushort port = 0;
        var address = string.Empty;
        if (family != 'U' && (!reader.TryReadUInt16(out port) || !reader.TryReadString(out address)))
        {
            error = "a CONNECT packet without port and address";
            return null;
        }

        var parsed = ParseAddress(address);
        error = family switch
        {
            _ when !reader.IsAtEnd => "a CONNECT packet with bytes after its address",
            (byte)'4' or (byte)'6' when parsed is null => "a CONNECT packet with an address that is not valid",
            (byte)'4' or (byte)'6' or (byte)'L' or (byte)'U' => string.Empty,
            _ => $"a CONNECT packet of the unknown address family 0x{family:x2}",
        };
        return error.Length > 0 ? null : new MilterClient
        {
            HostName = hostName,
            Address = family is (byte)'4' or (byte)'6' ? parsed : ParseAddress(macros["client_addr"]),
            Port = family is (byte)'4' or (byte)'6' ? port : 0,
            IsLocal = family == 'L',
        };
    }

    // Sendmail puts "IPv6:" before an address of IPv6.
    private static IPAddress? ParseAddress(ReadOnlySpan<char> text)
    {
        if (text.StartsWith(IPv6Prefix, StringComparison.OrdinalIgnoreCase))
        {
            text = text[IPv6Prefix.Length..];
        }

        if (!IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
