using System.Globalization;
using System.Text;

namespace EmailAuth.Inspection.Signatures;

/// <summary>Encoded words (RFC 2047) in the forms in which programs write them. Texts whose characters are octets are Latin-1.</summary>
internal static class EncodedWords
{
    private const int MostOfWord = 75;

    private static readonly string[] Charsets = ["utf-8", "UTF-8", "iso-8859-1", "ISO-8859-1", "windows-1252", "us-ascii"];

    /// <summary>The text of a value with encoded words and raw UTF-8; null when it has neither, or a charset that is not known.</summary>
    public static string? Decode(string octets)
    {
        if (!octets.Contains("=?", StringComparison.Ordinal) && !octets.AsSpan().ContainsAnyExceptInRange('\0', '\x7f'))
        {
            return null;
        }

        var text = new List<byte>(octets.Length);
        var isAfterWord = false;
        for (var index = 0; index < octets.Length;)
        {
            if (TryReadWord(octets, index, out var word, out var length))
            {
                text.AddRange(word);
                index += length;
                isAfterWord = true;
                continue;
            }

            // White space between two encoded words is not text (RFC 2047 section 6.2).
            var next = isAfterWord && octets[index] is ' ' or '\t' ? octets.AsSpan(index).IndexOfAnyExcept(' ', '\t') : -1;
            if (next > 0 && TryReadWord(octets, index + next, out _, out _))
            {
                index += next;
                continue;
            }

            isAfterWord = false;
            text.Add((byte)octets[index++]);
        }

        return Encoding.UTF8.GetString([.. text]);
    }

    /// <summary>The forms of a text, as octets.</summary>
    public static IEnumerable<string> Encode(string text)
    {
        yield return Latin(Encoding.UTF8.GetBytes(text));
        if (!IsAscii(text) && Octets(text, "windows-1252") is { } raw)
        {
            yield return Latin(raw);
        }

        foreach (var charset in Charsets)
        {
            if (Octets(text, charset) is null)
            {
                continue;
            }

            foreach (var (encoding, isQ) in new[] { ("B", false), ("Q", true), ("b", false), ("q", true) })
            {
                yield return Words(text, charset, encoding, isQ);
                if (text.Contains(' ', StringComparison.Ordinal))
                {
                    yield return OnlyNeeded(text, charset, encoding, isQ);
                    yield return EachWord(text, charset, encoding, isQ);
                }
            }
        }
    }

    private static string Latin(byte[] octets) => Encoding.Latin1.GetString(octets);

    private static bool IsAscii(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange(' ', '~');

    private static byte[]? Octets(string text, string charset) => charset.ToLowerInvariant() switch
    {
        "utf-8" => Encoding.UTF8.GetBytes(text),
        "us-ascii" => IsAscii(text) ? Encoding.ASCII.GetBytes(text) : null,
        var other => IsAscii(text) ? Encoding.ASCII.GetBytes(text) : CharsetText.Recode(Encoding.UTF8.GetBytes(text), "utf-8", other),
    };

    // The whole text, in as many words as its length needs, cut between characters.
    private static string Words(string text, string charset, string encoding, bool isQ)
    {
        var start = $"=?{charset}?{encoding}?";
        var most = MostOfWord - start.Length - 2;
        var words = new List<string>();
        var piece = new StringBuilder();
        var used = 0;
        var octets = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var one = Octets(rune.ToString(), charset) ?? [];
            var cost = isQ ? Q(one).Length : one.Length;
            var length = isQ ? used + cost : ((octets + one.Length + 2) / 3 * 4);
            if (length > most && piece.Length > 0)
            {
                words.Add(Word(start, piece.ToString(), charset, isQ));
                piece.Clear();
                (used, octets) = (0, 0);
            }

            piece.Append(rune.ToString());
            used += cost;
            octets += one.Length;
        }

        words.Add(Word(start, piece.ToString(), charset, isQ));
        return string.Join(' ', words);
    }

    // From the first word that needs it to the last.
    private static string OnlyNeeded(string text, string charset, string encoding, bool isQ)
    {
        var words = text.Split(' ');
        var first = Array.FindIndex(words, static word => !IsAscii(word));
        var last = Array.FindLastIndex(words, static word => !IsAscii(word));
        return first < 0
            ? text
            : string.Join(' ', [.. words[..first], Words(string.Join(' ', words[first..(last + 1)]), charset, encoding, isQ), .. words[(last + 1)..]]);
    }

    // Neighbours that need it each take the space between them along.
    private static string EachWord(string text, string charset, string encoding, bool isQ)
    {
        var words = text.Split(' ');
        return Latin(Encoding.UTF8.GetBytes(string.Join(' ', words.Select((word, index) =>
            IsAscii(word) ? word : Words(index > 0 && !IsAscii(words[index - 1]) ? " " + word : word, charset, encoding, isQ)))));
    }

    private static string Word(string start, string text, string charset, bool isQ)
    {
        var octets = Octets(text, charset) ?? [];
        return $"{start}{(isQ ? Q(octets) : Convert.ToBase64String(octets))}?=";
    }

    private static string Q(byte[] octets)
    {
        var text = new StringBuilder(octets.Length);
        foreach (var octet in octets)
        {
            _ = octet switch
            {
                (byte)' ' => text.Append('_'),
                (byte)'=' or (byte)'?' or (byte)'_' or <= (byte)' ' or > (byte)'~' => text.Append('=').Append(octet.ToString("X2", CultureInfo.InvariantCulture)),
                _ => text.Append((char)octet),
            };
        }

        return text.ToString();
    }

    // encoded-word = "=?" charset "?" encoding "?" encoded-text "?=": the text in UTF-8.
    private static bool TryReadWord(string octets, int index, out byte[] text, out int length)
    {
        (text, length) = ([], 0);
        if (!octets.AsSpan(index).StartsWith("=?"))
        {
            return false;
        }

        // A word has at most 75 characters; some programs write longer ones.
        var rest = octets.AsSpan(index + 2);
        rest = rest[..Math.Min(rest.Length, 1000)];
        var charsetEnd = rest.IndexOf('?');
        if (charsetEnd <= 0 || rest.Length < charsetEnd + 4 || rest[charsetEnd + 2] != '?')
        {
            return false;
        }

        var body = rest[(charsetEnd + 3)..];
        var end = body.IndexOf("?=");
        if (end < 0 || DecodeWord(body[..end], rest[charsetEnd + 1]) is not { } raw)
        {
            return false;
        }

        var charset = rest[..charsetEnd].ToString().ToLowerInvariant();
        length = 2 + charsetEnd + 3 + end + 2;
        var known = charset is "utf-8" or "us-ascii" || !raw.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)0x7f)
            ? raw
            : CharsetText.Names.Contains(charset, StringComparer.Ordinal) ? CharsetText.Recode(raw, charset, "utf-8") : null;
        text = known ?? [];
        return known is not null;
    }

    private static byte[]? DecodeWord(ReadOnlySpan<char> text, char encoding)
    {
        if (encoding is 'B' or 'b')
        {
            var octets = new byte[(text.Length / 4 * 3) + 3];
            return Convert.TryFromBase64Chars(text, octets, out var written) ? octets[..written] : null;
        }

        var spaced = text.ToString().Replace('_', ' ');
        return encoding is 'Q' or 'q' ? TransferCoding.DecodeQuotedPrintable(Encoding.Latin1.GetBytes(spaced)) : null;
    }
}
