using System.Globalization;
using System.Text;

namespace EmailAuth.Cli.Pages;

/// <summary>
/// Writes a text that the sender of a message may have written into HTML: escaped, with every invisible or direction-changing character as a box with its number,
/// cut at a length, and with places where a line may break.
/// </summary>
internal static class HtmlText
{
    /// <summary>The characters shown of a value.</summary>
    public const int MaxValue = 160;

    /// <summary>The characters shown of a sentence of this command, which has values in it.</summary>
    public const int MaxSentence = 1200;

    // A longer run of characters without a place to break would widen a narrow page, so it may break anywhere.
    private const int MaxRun = 34;

    // More marks on one letter than any language writes would reach into the lines above and below.
    private const int MaxMarks = 3;

    // Characters that are letters or symbols by category and look like nothing: Hangul fillers, an empty Braille cell, a joiner of graphemes.
    private static readonly HashSet<int> Blank = [0x034F, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0, 0x17B4, 0x17B5];

    /// <summary>Writes a text.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="text">The text; null is written as nothing.</param>
    /// <param name="max">The characters after which it is cut.</param>
    /// <param name="noteCut">Gets the whole text if it is cut.</param>
    public static void Write(StringBuilder to, string? text, int max, Action<string> noteCut)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        var shown = Start(text, max);
        var isLong = LongestRun(shown) > MaxRun;
        to.Append(isLong ? "<span class=\"long\">" : string.Empty);
        WriteCharacters(to, shown, keepLines: false);
        if (shown.Length < text.Length)
        {
            to.Append("<span class=\"cut\">… cut</span>");
            noteCut(text);
        }

        to.Append(isLong ? "</span>" : string.Empty);
    }

    /// <summary>Writes the characters of a text, all of them.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="text">The text.</param>
    /// <param name="keepLines">Whether line ends stay as they are.</param>
    public static void WriteCharacters(StringBuilder to, ReadOnlySpan<char> text, bool keepLines)
    {
        var marks = 0;
        for (var i = 0; i < text.Length;)
        {
            var status = Rune.DecodeFromUtf16(text[i..], out var rune, out var used);
            if (status != System.Buffers.OperationStatus.Done)
            {
                Box(to, text[i]);
                i++;
                continue;
            }

            marks = IsMark(rune) ? marks + 1 : 0;
            if (rune.Value == '\t' || (keepLines && rune.Value == '\n'))
            {
                to.Append(rune.Value == '\t' ? ' ' : '\n');
            }
            else if (IsHidden(rune) || marks > MaxMarks)
            {
                Box(to, rune.Value);
            }
            else
            {
                Append(to, rune);
            }

            i += used;
        }
    }

    /// <summary>Writes lines as they are.</summary>
    public static void WriteBlock(StringBuilder to, string text, int max, Action<string> noteCut)
    {
        var lines = text.ReplaceLineEndings("\n");
        var shown = Start(lines, max);
        WriteCharacters(to, shown, keepLines: true);
        if (shown.Length < lines.Length)
        {
            to.Append("<span class=\"cut\">… cut</span>");
            noteCut(text);
        }
    }

    /// <summary>Writes a text into an attribute: escaped, without characters that are not shown.</summary>
    public static void WriteAttribute(StringBuilder to, string text)
    {
        foreach (var rune in Start(text, MaxValue).ToString().EnumerateRunes())
        {
            if (rune.Value is '<' or '>' or '&' or '"' or '\'')
            {
                to.Append(CultureInfo.InvariantCulture, $"&#{rune.Value};");
            }
            else
            {
                to.Append(IsHidden(rune) ? "?" : rune.ToString());
            }
        }
    }

    /// <summary>Writes a text into a drawing, where it cannot wrap: cut, and with numbers in place of invisible characters.</summary>
    public static void WriteDrawn(StringBuilder to, string text, int max)
    {
        var shown = Start(text, max);
        foreach (var rune in shown.ToString().EnumerateRunes())
        {
            if (IsHidden(rune) || IsMark(rune))
            {
                to.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]");
            }
            else
            {
                Append(to, rune, canBreak: false);
            }
        }

        to.Append(shown.Length < text.Length ? "…" : string.Empty);
    }

    // The start of a text, not ending within a pair of surrogates.
    private static ReadOnlySpan<char> Start(string text, int max)
    {
        if (text.Length <= max)
        {
            return text;
        }

        return text.AsSpan(0, char.IsHighSurrogate(text[max - 1]) ? max - 1 : max);
    }

    private static void Append(StringBuilder to, Rune rune, bool canBreak = true)
    {
        switch (rune.Value)
        {
            case '<':
                to.Append("&lt;");
                break;
            case '>':
                to.Append("&gt;");
                break;
            case '&':
                to.Append("&amp;");
                break;
            case '"':
                to.Append("&quot;");
                break;
            case '\'':
                to.Append("&#39;");
                break;
            case '@' when canBreak:
                to.Append("<wbr>@");
                break;
            case '+' or '=' or ',' when canBreak:
                to.Append((char)rune.Value).Append("<wbr>");
                break;
            default:
                to.Append(rune.ToString());
                break;
        }
    }

    private static void Box(StringBuilder to, int value) => to.Append(CultureInfo.InvariantCulture, $"<span class=\"esc\">U+{value:X4}</span>");

    // Variation selectors belong to symbols that people write, and show nothing of their own: too many are marks.
    private static bool IsHidden(Rune rune) => Blank.Contains(rune.Value) || (Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;

    private static int LongestRun(ReadOnlySpan<char> text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c is ' ' or '\t' or '\n' or '@' or '+' or '=' or ',' or '-' ? 0 : run + 1;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
