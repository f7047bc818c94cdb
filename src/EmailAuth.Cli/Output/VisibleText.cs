using System.Buffers;
using System.Globalization;

namespace EmailAuth.Cli.Output;

/// <summary>Makes text safe for a terminal: texts of senders and domain owners must not reach it as control sequences.</summary>
internal static class VisibleText
{
    // In addition to control characters: marks that change the direction of text, line separators, and invisible characters.
    private static readonly SearchValues<char> Deceptive = SearchValues.Create(
        "\u00AD\u061C\u200B\u200C\u200D\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u2060\u2066\u2067\u2068\u2069\uFEFF");

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
            return char.IsHighSurrogate(c) ? index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]) : index > 0 && char.IsHighSurrogate(text[index - 1]);
        }

        return !Deceptive.Contains(c) && char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned);
    }
}
