using System.Net;
using EmailAuth.Syntax;

namespace EmailAuth.Milter.Protocol;

/// <summary>The SMTP client of a CONNECT packet.</summary>
/// <param name="HostName">What the MTA calls it: a name, or the address in brackets.</param>
/// <param name="Address">Its address, IPv4 also where it came as IPv4-mapped; null for a local or an unknown client.</param>
/// <param name="IsLocal">Whether it came by a Unix socket of the MTA's own machine.</param>
internal sealed record MilterClient(string HostName, IPAddress? Address, bool IsLocal)
{
    private const string IPv6Prefix = "IPv6:";

    public static ParseResult<MilterClient> Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new MilterPayloadReader(payload);
        if (!reader.TryReadString(out var hostName) || !reader.TryReadByte(out var family))
        {
            return new SyntaxError(0, "a CONNECT packet without host name and address family");
        }

        if (family == 'U')
        {
            return reader.IsAtEnd ? new MilterClient(hostName, null, IsLocal: false) : Trailing();
        }

        if (!reader.TryReadUInt16(out _) || !reader.TryReadString(out var address))
        {
            return new SyntaxError(0, "a CONNECT packet without port and address");
        }

        if (!reader.IsAtEnd)
        {
            return Trailing();
        }

        return family switch
        {
            (byte)'L' => new MilterClient(hostName, null, IsLocal: true),
            (byte)'4' or (byte)'6' when ParseAddress(address) is { } parsed => new MilterClient(hostName, parsed, IsLocal: false),
            (byte)'4' or (byte)'6' => new SyntaxError(0, "a CONNECT packet with an address that is not valid"),
            _ => new SyntaxError(0, $"a CONNECT packet of the unknown address family 0x{family:x2}"),
        };
    }

    /// <summary>Reads an address as MTAs write it, or null: Sendmail puts "IPv6:" before one of IPv6.</summary>
    public static IPAddress? ParseAddress(ReadOnlySpan<char> text)
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

    private static SyntaxError Trailing() => new(0, "a CONNECT packet with bytes after its address");
}
