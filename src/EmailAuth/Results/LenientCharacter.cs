using System.Buffers;
using System.Globalization;
using System.Text;

namespace EmailAuth.Results;

/// <summary>
/// A character as the most lenient of readers see it. Patterns of Python and JavaScript match any white space of Unicode and, when case is
/// ignored, some letters beyond ASCII; other readers normalize the width of characters, or drop those that cannot be seen.
/// </summary>
internal static class LenientCharacter
{
    /// <summary>All white space of Unicode.</summary>
    public static readonly SearchValues<char> WhiteSpace =
        SearchValues.Create([.. Enumerable.Range(0, 0x10000).Select(static code => (char)code).Where(char.IsWhiteSpace)]);

    /// <summary>White space as a space, a letter or digit that equals one of ASCII as that one; null for what cannot be seen.</summary>
    public static char? Of(char c) => c switch
    {
        _ when char.IsWhiteSpace(c) => ' ',
        _ when char.IsAscii(c) => c,
        '\u0130' or '\u0131' => 'i', // Python's re.IGNORECASE, and the Turkish letters of Java
        '\u017f' => 's',
        '\u212a' => 'k', // the kelvin sign
        >= '\uff01' and <= '\uff5e' => (char)(c - '\uff01' + '!'), // full-width forms
        _ when char.IsDigit(c) => (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c)),
        _ => IsInvisible(c) ? null : c,
    };

    /// <summary>The text with what is like ASCII in place of it, and all else left out.</summary>
    public static string ToAscii(string text)
    {
        var ascii = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            // The white space of ASCII stays as it is.
            var seen = char.IsAscii(c) ? c : Of(c);
            if (seen is { } like && char.IsAscii(like))
            {
                ascii.Append(like);
            }
        }

        return ascii.ToString();
    }

    /// <summary>Whether nothing shows of a character beyond ASCII that is not white space: by its category, or where that does not say so.</summary>
    /// <param name="code">The code point.</param>
    public static bool IsInvisible(int code) =>
        CharUnicodeInfo.GetUnicodeCategory(code) == UnicodeCategory.Format
        || code is 0x034f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or (>= 0x180b and <= 0x180f) or (>= 0x2060 and <= 0x206f)
            or 0x2800 or 0x3164 or (>= 0xfe00 and <= 0xfe0f) or 0xffa0 or (>= 0xe0000 and <= 0xe0fff);
}
