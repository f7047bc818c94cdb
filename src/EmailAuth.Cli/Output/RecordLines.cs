namespace EmailAuth.Cli.Output;

/// <summary>Cuts a record into lines that fit, and puts a mark under each place that something is to be said of.</summary>
internal static class RecordLines
{
    /// <summary>A line of the record, or (with a finding) the mark under it.</summary>
    internal sealed record Line(string Text, Finding? Finding = null);

    public static IEnumerable<Line> Of(string text, IReadOnlyList<Finding> findings, int width)
    {
        var start = 0;
        do
        {
            var end = EndOfLine(text, start, width);
            yield return new Line(VisibleText.Of(text[start..end]));
            foreach (var finding in findings)
            {
                // What is missing at the end is marked one place behind the last character.
                if (finding.Position is { } position && (position >= start || start == 0) && (position < end || end == text.Length))
                {
                    var column = Math.Clamp(position, start, end) - start;
                    var length = Math.Clamp(finding.Length, 1, Math.Max(1, end - start - column));
                    yield return new Line(new string(' ', column) + "^" + new string('~', length - 1), finding);
                }
            }

            start = end;
        }
        while (start < text.Length);

        foreach (var finding in findings)
        {
            if (finding.Position is null)
            {
                yield return new Line(string.Empty, finding);
            }
        }
    }

    // After a space or a semicolon when there is one in the right half of the line, else anywhere.
    private static int EndOfLine(string text, int start, int width)
    {
        if (text.Length - start <= width)
        {
            return text.Length;
        }

        var cut = text.AsSpan(start + (width / 2), width - (width / 2)).LastIndexOfAny(' ', ';', ',');
        var end = cut < 0 ? start + width : start + (width / 2) + cut + 1;
        return char.IsLowSurrogate(text[end]) ? end - 1 : end;
    }
}
