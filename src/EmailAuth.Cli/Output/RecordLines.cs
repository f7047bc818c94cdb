using EmailAuth.Inspection;

namespace EmailAuth.Cli.Output;

/// <summary>Cuts a record into lines that fit, and puts a mark under each place that something is to be said of.</summary>
internal static class RecordLines
{
    /// <summary>A line of the record, or (with a finding) the mark under it.</summary>
    internal sealed record Line(string Text, Finding? Finding = null);

    /// <summary>The lines of a record.</summary>
    /// <param name="text">The record.</param>
    /// <param name="findings">What is to be said, in the order of the places; what is said of none comes last.</param>
    /// <param name="width">How many characters fit.</param>
    public static IEnumerable<Line> Of(string text, IReadOnlyList<Finding> findings, int width)
    {
        var (start, next) = (0, 0);
        do
        {
            var end = EndOfLine(text, start, width);
            yield return new Line(VisibleText.Of(text[start..end]));

            // What is missing at the end is marked one place behind the last character.
            for (; next < findings.Count && findings[next].Position is { } position && (position < end || end == text.Length); next++)
            {
                var column = Math.Clamp(position, start, end) - start;
                var length = Math.Clamp(findings[next].Length, 1, Math.Max(1, end - start - column));
                yield return new Line(new string(' ', column) + "^" + new string('~', length - 1), findings[next]);
            }

            start = end;
        }
        while (start < text.Length);

        foreach (var finding in findings.Skip(next))
        {
            yield return new Line(string.Empty, finding);
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
