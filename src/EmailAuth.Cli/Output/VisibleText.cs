using System.Globalization;

namespace EmailAuth.Cli.Output;

/// <summary>Makes text safe for a terminal: texts of senders and domain owners must not reach it as control sequences.</summary>
internal static class VisibleText
{
    /// <summary>
    /// The text with every invisible character replaced by "?". One character stays one character, so positions do not change.
    /// </summary>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text) || IsPlain(text))
        {
            return text ?? string.Empty;
        }

        return string.Create(text.Length, text, static (shown, source) =>
        {
            for (var i = 0; i < shown.Length; i++)
            {
                shown[i] = IsVisible(source, i) ? source[i] : '?';
            }
        });
    }

    /// <summary>The text, each of its lines as <see cref="Of"/> shows it.</summary>
    public static string OfLines(string text) => string.Join(Environment.NewLine, text.ReplaceLineEndings("\n").Split('\n').Select(Of));

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsVisible(string text, int index)
    {
        var c = text[index];
        if (char.IsSurrogate(c))
        {
            var first = char.IsHighSurrogate(c) ? index : index - 1;
            return first >= 0 && first + 1 < text.Length && char.IsSurrogatePair(text[first], text[first + 1])
                && IsVisible(CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(text[first], text[first + 1])));
        }

        return IsVisible(char.GetUnicodeCategory(c));
    }

    // Marks that change the direction of text, and invisible ones such as tags, are of the category Format.
    private static bool IsVisible(UnicodeCategory category) => category is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);
}
