using System.Buffers;
using System.Text;
using DnsClient;
using DnsClient.Protocol;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>Domain names and texts as DnsClient hands them over.</summary>
internal static class DnsNames
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>
    /// A name as it is asked for: absolute, so that the system's search list does not apply. DnsClient decodes A-labels in answers and
    /// refuses the whole answer when one is malformed, and anyone can publish such a label; it recognizes only the lower-case prefix.
    /// </summary>
    public static string Write(DomainName name) => string.Concat(name.ToString().Replace("xn--", "XN--", StringComparison.Ordinal), ".");

    /// <summary>A name in a record's data: DnsClient escapes what is not visible ASCII, and keeps A-labels.</summary>
    public static DomainName? Read(DnsString name) => DomainName.ParseDnsName(Encoding.Latin1.GetString(Unescape(name.Value, "\\\";"))).Value;

    /// <summary>Whether a record's or question's name is the one asked for. DnsClient gives texts raw, escaped or in U-labels.</summary>
    public static bool IsEqual(DnsString name, DomainName expected) =>
        IsEqual(name.Value, expected) || IsEqual(name.Original, expected) || Read(name) == expected;

    /// <summary>The character-strings of a TXT record as one text: UTF-8, or else each byte as a character.</summary>
    /// <remarks>
    /// In DnsClient's output an escaped byte looks like a backslash and three digits. Only in text that is not UTF-8, which is not a valid
    /// record of any kind, may the latter be treated as the former.
    /// </remarks>
    public static string ReadText(TxtRecord record)
    {
        var text = record.Text.Count == 1 ? record.Text.First() : string.Concat(record.Text);
        if (!text.Contains('\ufffd', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = Unescape(string.Concat(record.EscapedText), "\"");
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    private static bool IsEqual(ReadOnlySpan<char> text, DomainName expected)
    {
        text = text.EndsWith('.') ? text[..^1] : text;
        return text.Equals(expected.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    // RFC 1035 section 5.1: "\DDD" is the octet of that number, "\X" the character X. DnsClient escapes the backslash, the
    // quote and the semicolon in names, and only the quote in texts.
    private static byte[] Unescape(string text, ReadOnlySpan<char> escaped)
    {
        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && i + 3 < text.Length && !text.AsSpan(i + 1, 3).ContainsAnyExcept(Digits))
            {
                c = (char)(((text[i + 1] - '0') * 100) + ((text[i + 2] - '0') * 10) + text[i + 3] - '0');
                i += 3;
            }
            else if (c == '\\' && i + 1 < text.Length && escaped.Contains(text[i + 1]))
            {
                c = text[++i];
            }

            bytes[length++] = (byte)c;
        }

        return bytes[..length];
    }
}
