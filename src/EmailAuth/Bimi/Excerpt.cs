using System.Globalization;

namespace EmailAuth.Bimi;

/// <summary>Quotes text of a sender or a server in a reason: short, on one line, without invisible characters that could reorder the line.</summary>
internal static class Excerpt
{
    public static string Of(string text, int maxLength = 100)
    {
        var length = Math.Min(text.Length, maxLength);
        return string.Create(length + (length < text.Length ? 1 : 0), (text, length), static (buffer, source) =>
        {
            for (var i = 0; i < source.length; i++)
            {
                buffer[i] = IsVisible(source.text[i]) ? source.text[i] : ' ';
            }

            if (buffer.Length > source.length)
            {
                buffer[^1] = '…';
            }
        });
    }

    // Surrogates are removed, too: a cut must not leave half a character.
    private static bool IsVisible(char c) => CharUnicodeInfo.GetUnicodeCategory(c) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
