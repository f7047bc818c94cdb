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

    /// <summary>The lines of a text: split at spaces, and a word that is wider than a line anywhere.</summary>
    public static IEnumerable<string> Lines(string text, int width)
    {
        var line = string.Empty;
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && Of(line) + 1 + Of(word) <= width)
            {
                line += " " + word;
                continue;
            }

            if (line.Length > 0)
            {
                yield return line;
            }

            line = word;
            while (Of(line) > width)
            {
                var cut = Fitting(line, width);
                yield return line[..cut];
                line = line[cut..];
            }
        }

        yield return line;
    }

    // At least one character, so that every line makes progress.
    private static int Fitting(string text, int width)
    {
        var (cut, used) = (0, 0);
        while (cut < text.Length)
        {
            var length = char.IsHighSurrogate(text[cut]) && cut + 1 < text.Length ? 2 : 1;
            used += Of(text.Substring(cut, length));
            if (used > width && cut > 0)
            {
                break;
            }

            cut += length;
        }

        return cut;
    }
}
