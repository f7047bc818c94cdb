using EmailAuth.Inspection;

namespace EmailAuth.Cli.Output;

/// <summary>Splits a record into lines that fit, and puts a mark under the place of each finding.</summary>
internal static class RecordLines
{
    /// <summary>A line of the record, or (with a finding) the mark under it.</summary>
    internal sealed record Line(string Text, Finding? Finding = null);

    /// <summary>The lines of a record.</summary>
    /// <param name="text">The record.</param>
    /// <param name="findings">The findings, in the order of their positions; those without a position come last.</param>
    /// <param name="width">How many characters fit.</param>
    public static IEnumerable<Line> Of(string text, IReadOnlyList<Finding> findings, int width)
    {
        var (start, next) = (0, 0);
        do
        {
            var end = EndOfLine(text, start, width);
            yield return new Line(VisibleText.Of(text[start..end]));

            // Something that is missing at the end is marked one place after the last character.
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

    // Split after a space or a semicolon in the right half of the line, or else anywhere.
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
