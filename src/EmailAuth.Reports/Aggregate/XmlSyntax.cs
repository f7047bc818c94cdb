using System.Buffers;
using System.Globalization;

namespace EmailAuth.Reports.Aggregate;

/// <summary>The characters and names of XML 1.0, as far as <see cref="LenientXmlText"/> looks at them.</summary>
internal static class XmlSyntax
{
    /// <summary>No name of a report is longer.</summary>
    public const int MaxName = 128;

    private static readonly char[] Bad =
        [.. Enumerable.Range(0, ' ').Select(static c => (char)c).Where(static c => c is not ('\t' or '\n' or '\r')), .. Enumerable.Range(0xD800, 0x800).Select(static c => (char)c), '\uFFFE', '\uFFFF'];

    public static readonly SearchValues<char> TextStops = SearchValues.Create([.. Bad, '<', '&', '>']);
    public static readonly SearchValues<char> TagStops = SearchValues.Create([.. Bad, '>', '"', '\'']);
    public static readonly SearchValues<char> EndStops = SearchValues.Create([.. Bad, '>']);
    public static readonly SearchValues<char> DroppedStops = SearchValues.Create(['>', '\n']);
    public static readonly SearchValues<char> QuoteStops = SearchValues.Create([.. Bad, '"', '\'']);

    /// <summary>Whether a text begins with a name that a tag may have, followed by what may follow a name in a tag.</summary>
    public static bool IsName(ReadOnlySpan<char> input)
    {
        for (var length = 0; length < input.Length && length <= MaxName; length++)
        {
            var c = input[length];
            if (char.IsAsciiLetter(c) || c is '_' or ':' || c >= 0x80 || (length > 0 && (char.IsAsciiDigit(c) || c is '-' or '.')))
            {
                continue;
            }

            return length > 0 && c is ' ' or '\t' or '\r' or '\n' or '/' or '>';
        }

        return false;
    }

    /// <summary>Whether a reference names a character (XML 1.0 section 2.2: not a control character).</summary>
    public static bool IsCharacter(ReadOnlySpan<char> name)
    {
        var isRead = name is ['#', 'x', .. var hexadecimal]
            ? int.TryParse(hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : int.TryParse(name is ['#', .. var digits] ? digits : [], NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return isRead && value is 9 or 10 or 13 or (>= 0x20 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD) or (>= 0x10000 and <= 0x10FFFF);
    }
}
