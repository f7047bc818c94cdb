using Spectre.Console;

namespace EmailAuth.Cli.Output;

/// <summary>Text in the columns of a terminal: a character of East Asia takes two.</summary>
internal static class TextWidth
{
    /// <summary>How many columns a text takes.</summary>
    public static int Of(string text) => text.GetCellWidth();

    /// <summary>The end of a text, after "..." when it is wider than allowed. The end of a domain says whose it is.</summary>
    public static string End(string text, int width)
    {
        if (Of(text) <= width)
        {
            return text;
        }

        var start = text.Length;
        for (var rest = width - 3; start > 0; start--)
        {
            rest -= Of(text[start - 1].ToString());
            if (rest < 0)
            {
                break;
            }
        }

        start += start < text.Length && char.IsLowSurrogate(text[start]) ? 1 : 0;
        return "..." + text[start..];
    }

    /// <summary>The lines of a text: split at spaces, and a word that is wider than a line anywhere. The time is linear in the text.</summary>
    public static IEnumerable<string> Lines(string text, int width)
    {
        var (line, used) = (string.Empty, 0);
        foreach (var word in text.Split(' '))
        {
            var (start, columns) = (0, Fitting(word, 0, int.MaxValue).Columns);
            if (line.Length > 0 && used + 1 + columns <= width)
            {
                (line, used) = ($"{line} {word}", used + 1 + columns);
                continue;
            }

            if (line.Length > 0)
            {
                yield return line;
            }

            while (columns > width && Fitting(word, start, width) is var piece && piece.End < word.Length)
            {
                yield return word[start..piece.End];
                (start, columns) = (piece.End, columns - piece.Columns);
            }

            (line, used) = (word[start..], columns);
        }

        yield return line;
    }

    // How far a line reaches, and its columns: at least one character, so that every line makes progress.
    private static (int End, int Columns) Fitting(string text, int start, int width)
    {
        var (end, used) = (start, 0);
        while (end < text.Length)
        {
            var length = char.IsHighSurrogate(text[end]) && end + 1 < text.Length ? 2 : 1;
            var columns = Of(text.Substring(end, length));
            if (used + columns > width && end > start)
            {
                break;
            }

            (end, used) = (end + length, used + columns);
        }

        return (end, used);
    }
}
