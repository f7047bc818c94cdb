using System.Buffers.Text;
using System.Text;

namespace EmailAuth.Inspection.Signatures;

/// <summary>The transfer encodings of MIME (RFC 2045 section 6) in the forms in which programs commonly write them.</summary>
internal static class TransferCoding
{
    private const int MostEncodedLine = 76;

    /// <summary>The octets of quoted-printable text; null when it is not that.</summary>
    public static byte[]? DecodeQuotedPrintable(ReadOnlySpan<byte> text)
    {
        var result = new byte[text.Length];
        var length = 0;
        while (!text.IsEmpty)
        {
            var plain = text.IndexOf((byte)'=');
            plain = plain < 0 ? text.Length : plain;
            text[..plain].CopyTo(result.AsSpan(length));
            length += plain;
            text = text[plain..];
            if (text.IsEmpty)
            {
                break;
            }

            if (text.Length >= 3 && char.IsAsciiHexDigit((char)text[1]) && char.IsAsciiHexDigit((char)text[2]))
            {
                result[length++] = (byte)((Value(text[1]) << 4) | Value(text[2]));
                text = text[3..];
            }
            else if (text[1..].TrimStart(" \t"u8).StartsWith("\r\n"u8))
            {
                text = text[(text.IndexOf((byte)'\n') + 1)..];
            }
            else
            {
                return null;
            }
        }

        return result[..length];
    }

    /// <summary>The octets of base64 text; null when it is not that, or is empty.</summary>
    public static byte[]? DecodeBase64(ReadOnlySpan<byte> text)
    {
        var result = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text.Trim("\r\n \t"u8), result, out _, out var written) == System.Buffers.OperationStatus.Done && written > 0
            ? result[..written]
            : null;
    }

    /// <summary>Base64 in lines of a length.</summary>
    public static byte[] EncodeBase64(ReadOnlySpan<byte> octets, int lineLength)
    {
        var text = Convert.ToBase64String(octets);
        var result = new StringBuilder(text.Length + (text.Length / lineLength * 2) + 2);
        for (var start = 0; start < text.Length; start += lineLength)
        {
            result.Append(text, start, Math.Min(lineLength, text.Length - start)).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(result.ToString());
    }

    /// <summary>Quoted-printable in lines of 76 characters at most, which break as late as possible.</summary>
    public static byte[] EncodeQuotedPrintable(ReadOnlySpan<byte> octets)
    {
        var result = new StringBuilder(octets.Length * 2);
        while (!octets.IsEmpty)
        {
            var end = octets.IndexOf("\r\n"u8);
            var line = end < 0 ? octets : octets[..end];
            EncodeLine(line, result);
            if (end >= 0)
            {
                result.Append("\r\n");
            }

            octets = octets[(end < 0 ? octets.Length : end + 2)..];
        }

        return Encoding.ASCII.GetBytes(result.ToString());
    }

    private static void EncodeLine(ReadOnlySpan<byte> line, StringBuilder result)
    {
        var column = 0;
        for (var index = 0; index < line.Length; index++)
        {
            var octet = line[index];
            var isLast = index == line.Length - 1;
            var isPlain = octet is > (byte)' ' and <= (byte)'~' and not (byte)'=' || (octet is (byte)' ' or (byte)'\t' && !isLast);
            var width = isPlain ? 1 : 3;
            if (column + width > (isLast ? MostEncodedLine : MostEncodedLine - 1))
            {
                result.Append("=\r\n");
                column = 0;
            }

            _ = isPlain ? result.Append((char)octet) : result.Append('=').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            column += width;
        }
    }

    private static int Value(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
