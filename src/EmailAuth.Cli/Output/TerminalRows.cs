namespace EmailAuth.Cli.Output;

/// <summary>How many rows of a terminal a text takes.</summary>
internal static class TerminalRows
{
    /// <summary>The number of rows.</summary>
    /// <param name="text">Lines, perhaps with the escape sequences that <see cref="TerminalPage"/> writes.</param>
    /// <param name="width">How many columns a row has.</param>
    public static int Count(string text, int width)
    {
        var rows = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            rows += 1 + (Math.Max(0, TextWidth.Of(WithoutEscapes(line)) - 1) / Math.Max(1, width));
        }

        // What is after the last line end is the row of the cursor, which the prompt uses.
        return rows - 1;
    }

    // Colours are ESC [ ... m.
    private static string WithoutEscapes(ReadOnlySpan<char> line)
    {
        var plain = new System.Text.StringBuilder(line.Length);
        while (line.IndexOf('\u001b') is var start and >= 0)
        {
            plain.Append(line[..start]);
            line = line[start..];
            line = line.IndexOf('m') is var end and >= 0 ? line[(end + 1)..] : [];
        }

        return plain.Append(line).ToString();
    }
}
