using System.Buffers;
using System.Text;

namespace EmailAuth.Dkim;

/// <summary>DKIM's own quoted-printable (RFC 6376 section 2.11): every character that is not dkim-safe is written as <c>=XX</c>.</summary>
internal static class DkimQuotedPrintable
{
    private static readonly SearchValues<char> Special = SearchValues.Create("= \t\r\n");

    /// <summary>The text without white space, its octets read as UTF-8; null when an equals sign is not followed by two hex digits.</summary>
    public static string? Decode(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny(Special))
        {
            return text.ToString();
        }

        var octets = new ArrayBufferWriter<byte>(text.Length);
        while (!text.IsEmpty)
        {
            var length = text.IndexOfAny(Special);
            var plain = length < 0 ? text : text[..length];
            Encoding.UTF8.GetBytes(plain, octets);
            text = text[plain.Length..];
            if (text.IsEmpty)
            {
                break;
            }

            if (text[0] != '=')
            {
                text = text[1..];
                continue;
            }

            if (text.Length < 3 || !char.IsAsciiHexDigit(text[1]) || !char.IsAsciiHexDigit(text[2]))
            {
                return null;
            }

            octets.GetSpan(1)[0] = Convert.FromHexString(text.Slice(1, 2))[0];
            octets.Advance(1);
            text = text[3..];
        }

        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }

    /// <summary>The pieces of the encoded text, of which none may be cut: each a character, or the hex of an octet.</summary>
    public static List<string> Encode(string text)
    {
        var pieces = new List<string>(text.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            // dkim-safe-char; the vertical bar separates items of z=.
            pieces.Add(octet is > 0x20 and < 0x7f and not ((byte)';' or (byte)'=' or (byte)'|') ? ((char)octet).ToString() : $"={octet:X2}");
        }

        return pieces;
    }

    /// <summary>The text in its encoding, without the white space that folding may have put into it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="decoded">What <see cref="Decode"/> makes of it, which mostly is the same.</param>
    public static string WithoutWhiteSpace(ReadOnlySpan<char> text, string decoded)
    {
        if (text.SequenceEqual(decoded))
        {
            return decoded;
        }

        var kept = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is not (' ' or '\t' or '\r' or '\n'))
            {
                kept.Append(c);
            }
        }

        return kept.Equals(decoded) ? decoded : kept.ToString();
    }
}
