using System.Buffers;

namespace EmailAuth.Results;

/// <summary>
/// Texts that a sender or a record's author may have chosen, in a form that simple readers cannot misread: no escapes, no quotes, no
/// separator of results, and nothing that looks like a result or a property.
/// </summary>
/// <remarks>
/// RFC 8601 section 2.2 allows escapes and quotes, and RFC 6532 UTF-8, but several existing readers drop a field that has them, and others
/// search the field for a pattern, some of them after removing quoted text. A sender must not be able to blind or deceive them.
/// </remarks>
internal static class PlainText
{
    private const char Replacement = '?';

    // Visible ASCII and space without quotes, backslash, parentheses, the separator ";", and what depends on its surroundings: "=" and "?".
    private static readonly SearchValues<char> Always =
        SearchValues.Create(" !#$%&'*+,-./0123456789:<>@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    // Before an equals sign: the methods of RFC 8601 section 2.7 and its items "reason" and "action", and the keys of Received-SPF
    // (RFC 7208 section 9.1). The ends of the words count, as a search for "dkim=pass" also finds "xdkim=pass".
    private static readonly string[] Keys =
        [.. CommonReaders.RegisteredMethods, "action", "reason", "client-ip", "envelope-from", "helo", "identity", "mechanism", "problem", "receiver"];

    // The same keys by their last letter: most words need no comparison.
    private static readonly string[][] KeysByEnd =
        [.. Enumerable.Range('a', 26).Select(static letter => Keys.Where(key => key[^1] == letter).ToArray())];

    // RFC 8601 section 2.2: ptype; a dot and a property follow it.
    private static readonly string[] PropertyTypes = ["body.", "header.", "policy.", "smtp."];

    private const int MaxPropertyLength = 64;

    private static readonly SearchValues<char> PropertyCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly Replacements InValues = new('?', '?', '?', '?', KeepsUnicode: false);
    private static readonly Replacements InUnicodeValues = InValues with { KeepsUnicode = true };
    private static readonly Replacements InReasons = new('\'', ',', '(', ')', KeepsUnicode: false);
    private static readonly Replacements InComments = new('\'', ',', '[', ']', KeepsUnicode: false);

    /// <summary>A value, as of a property. What cannot be written becomes a question mark. The same string when nothing has to be replaced.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="keepsUnicode">Whether non-ASCII characters stay: the message is an internationalized one (RFC 6532).</param>
    public static string OfValue(string text, bool keepsUnicode = false) =>
        IsPlain(text) ? text : Replaced(text, keepsUnicode ? InUnicodeValues : InValues);

    /// <summary>
    /// A reason. Quotes become apostrophes, a semicolon a comma; parentheses stay where they come in pairs, as in "(RFC 7208 section 4.7)".
    /// Always ASCII.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="limit">The most octets that will be written: what is longer is cut, and would lose a closing parenthesis.</param>
    public static string OfReason(string text, int limit)
    {
        return IsPlain(text)
            ? text
            : Replaced(text, text.Length <= limit && HasPairedParentheses(text) ? InReasons : InComments);
    }

    /// <summary>A comment, without its own parentheses: those in it become brackets, because some readers know neither nested nor escaped parentheses.</summary>
    /// <param name="text">Any text.</param>
    public static string OfComment(string text) =>
        IsPlain(text) ? text : Replaced(text, InComments);

    /// <summary>Whether <see cref="OfValue"/> leaves a text as it is.</summary>
    public static bool IsValue(string text, bool keepsUnicode) => ReferenceEquals(OfValue(text, keepsUnicode), text);

    // Without nesting, because readers differ there.
    private static bool HasPairedParentheses(ReadOnlySpan<char> text)
    {
        var isOpen = false;
        foreach (var c in text)
        {
            if (c is '(' or ')')
            {
                if (isOpen == (c == '('))
                {
                    return false;
                }

                isOpen = !isOpen;
            }
        }

        return !isOpen;
    }

    // Whether nothing has to be replaced, as in most texts: besides what always stays there are equals signs at most, and none makes a result.
    private static bool IsPlain(ReadOnlySpan<char> text)
    {
        for (var position = 0; ; position++)
        {
            var other = text[position..].IndexOfAnyExcept(Always);
            if (other < 0)
            {
                return true;
            }

            position += other;
            if (text[position] != '=' || IsKey(text[..position]))
            {
                return false;
            }
        }
    }

    private static string Replaced(string text, Replacements with)
    {
        // What is written, and what lenient readers see of it: that decides whether an equals sign makes a result.
        var (plain, seen) = (new char[text.Length], new char[text.Length]);
        var (length, seenLength) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            // Copies at once what stays whatever surrounds it.
            var kept = text.AsSpan(i).IndexOfAnyExcept(Always);
            kept = kept < 0 ? text.Length - i : kept;
            if (kept > 0)
            {
                text.CopyTo(i, plain, length, kept);
                text.CopyTo(i, seen, seenLength, kept);
                length += kept;
                seenLength += kept;
                i += kept - 1;
            }
            else if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                AppendPair(text[i], text[i + 1]);
                i++;
            }
            else if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                Append(' ');
                i++;
            }
            else
            {
                var c = Of(text[i], with);
                Append(LenientCharacter.Of(c) == '=' && IsKey(seen.AsSpan(0, seenLength)) ? Replacement : c);
            }
        }

        return text.AsSpan().SequenceEqual(plain.AsSpan(0, length)) ? text : new string(plain, 0, length);

        void Append(char c)
        {
            // RFC 2047 section 2: "=?" starts an encoded-word, which some readers decode before they look at quotes.
            for (var last = length - 1; c == Replacement && last >= 0 && plain[last] == '='; last--)
            {
                plain[last] = Replacement;
            }

            plain[length++] = c;
            if (LenientCharacter.Of(c) is { } visible)
            {
                seen[seenLength++] = visible;
            }
        }

        void AppendPair(char high, char low)
        {
            if (!with.KeepsUnicode)
            {
                Append(Replacement);
                return;
            }

            plain[length++] = high;
            plain[length++] = low;
            if (!LenientCharacter.IsInvisible(char.ConvertToUtf32(high, low)))
            {
                seen[seenLength++] = Replacement;
            }
        }
    }

    private static char Of(char c, Replacements with) => c switch
    {
        '"' => with.Quote,
        ';' => with.Semicolon,
        '(' => with.Open,
        ')' => with.Close,
        '\\' or '\uFFFD' => Replacement,
        '\r' or '\n' or '\t' or '\u2028' or '\u2029' => ' ', // the last two are line ends to some readers
        _ when char.IsControl(c) || char.IsSurrogate(c) => Replacement,
        _ when char.IsAscii(c) || with.KeepsUnicode => c,
        _ => Replacement,
    };

    // Whether the text before an equals sign, as lenient readers see it, makes it a result or a property: a key, a version after a slash
    // (RFC 8601 section 2.2: method = Keyword [ [CFWS] "/" [CFWS] method-version ]), white space.
    private static bool IsKey(ReadOnlySpan<char> before)
    {
        before = before.TrimEnd(' ');
        var digits = before.TrimEnd("0123456789");
        var version = digits.TrimEnd(' ');
        if (digits.Length < before.Length && version.EndsWith('/'))
        {
            before = version[..^1].TrimEnd(' ');
        }

        foreach (var key in KeysThatMayEnd(before))
        {
            if (before.EndsWith(key, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        // A property's name is a keyword; a word that is longer than all keywords is not a property.
        var word = before[Math.Max(0, before.Length - MaxPropertyLength)..];
        word = word[(word.LastIndexOfAnyExcept(PropertyCharacters) + 1)..];
        foreach (var type in PropertyTypes)
        {
            if (word.Contains(type, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string[] KeysThatMayEnd(ReadOnlySpan<char> text) =>
        text is [.., var last] && char.IsAsciiLetter(last) ? KeysByEnd[(last | 0x20) - 'a'] : [];

    private sealed record Replacements(char Quote, char Semicolon, char Open, char Close, bool KeepsUnicode);
}
