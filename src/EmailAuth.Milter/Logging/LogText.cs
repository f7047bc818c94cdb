using System.Buffers;
using System.Globalization;
using System.Text;

namespace EmailAuth.Milter.Logging;

/// <summary>
/// Puts texts of senders and of the DNS into log lines, so that a line stays one line, a value stays one value, and its length is limited.
/// Invisible characters (control characters, marks that change the direction of text) are written as <c>\uXXXX</c>.
/// </summary>
internal static class LogText
{
    /// <summary>The most characters of a name or an address that are written; a longer one ends in an ellipsis. RFC 5321 allows 256.</summary>
    public const int MaxName = 260;

    /// <summary>The most characters of a reason that are written.</summary>
    public const int MaxReason = 600;

    /// <summary>The most characters that are written of the header field of a refused message.</summary>
    public const int MaxField = 8_192;

    /// <summary>The most characters of any other line that are written, a stack trace included.</summary>
    public const int MaxLine = 32_768;

    private const string Ellipsis = "…";

    // What no place escapes.
    private static readonly SearchValues<char> AlwaysPlain =
        SearchValues.Create("!#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>A value without quotes. No part of it can be read as the end of the value. A dash if there is no value.</summary>
    public static string Name(string? value) =>
        string.IsNullOrEmpty(value) ? "-" : new StringBuilder(value.Length).AppendName(value).ToString();

    /// <inheritdoc cref="Name"/>
    public static StringBuilder AppendName(this StringBuilder line, string? value, int most = MaxName) =>
        string.IsNullOrEmpty(value) ? line.Append('-') : line.Append(value, most, static rune => IsVisible(rune) && rune.Value is not ('"' or '\\'));

    /// <summary>A value in double quotes, with a backslash before each quote and backslash.</summary>
    public static StringBuilder AppendQuoted(this StringBuilder line, string value, int most = MaxReason)
    {
        line.Append('"');
        foreach (var rune in Bounded(value, most).EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
            {
                line.Append('\\').Append((char)rune.Value);
            }
            else
            {
                line.Append(rune, rune.Value == ' ' || IsVisible(rune));
            }
        }

        return line.Append('"');
    }

    /// <summary>A whole line, in which only line breaks and invisible characters are escaped.</summary>
    public static StringBuilder AppendLineText(this StringBuilder line, string text) =>
        text.Length <= MaxLine && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? line.Append(text)
        : line.Append(text, MaxLine, static rune => rune.Value == ' ' || IsVisible(rune));

    /// <summary>The start of a text, with an ellipsis when there is more.</summary>
    public static string Bounded(string value, int most)
    {
        if (value.Length <= most)
        {
            return value;
        }

        // Never cut between the two halves of a surrogate pair.
        return string.Concat(value.AsSpan(0, char.IsHighSurrogate(value[most - 1]) ? most - 1 : most), Ellipsis);
    }

    private static StringBuilder Append(this StringBuilder line, string value, int most, Func<Rune, bool> isPlain)
    {
        if (value.Length <= most && !value.AsSpan().ContainsAnyExcept(AlwaysPlain))
        {
            return line.Append(value);
        }

        foreach (var rune in Bounded(value, most).EnumerateRunes())
        {
            line.Append(rune, isPlain(rune));
        }

        return line;
    }

    private static void Append(this StringBuilder line, Rune rune, bool isPlain)
    {
        if (!isPlain)
        {
            line.Append(rune.IsBmp ? "\\u" : "\\U").Append(rune.Value.ToString(rune.IsBmp ? "x4" : "x8", CultureInfo.InvariantCulture));
        }
        else if (rune.IsBmp)
        {
            line.Append((char)rune.Value);
        }
        else
        {
            line.Append(rune.ToString());
        }
    }

    private static bool IsVisible(Rune rune) => rune.IsAscii
        ? rune.Value is > ' ' and < 0x7f
        : Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
