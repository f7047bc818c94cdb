namespace EmailAuth.Cli.Output;

/// <summary>
/// Lays rows out in columns. The last column takes what is left of a line and continues below itself; where too little is left, it is on lines of
/// its own.
/// </summary>
internal static class ColumnLayout
{
    private const int Gap = 2;
    private const int LeastRoom = 26;
    private const int WidestColumn = 34;

    /// <summary>The lines of rows with equal numbers of cells.</summary>
    /// <param name="rows">The rows; a text that is too wide for a column is shown by its end.</param>
    /// <param name="indent">How many spaces are before the first column.</param>
    /// <param name="width">How many columns a line has; null for lines of any length.</param>
    public static IEnumerable<IReadOnlyList<Piece>> Lines(IReadOnlyList<Piece[]> rows, int indent, int? width)
    {
        var shown = rows.Select(row => row.Select((cell, column) => Shown(cell, isLast: column == row.Length - 1, width)).ToArray()).ToList();
        var columns = shown.Max(static row => row.Length) - 1;
        var widths = Enumerable.Range(0, columns).Select(column => shown.Max(row => TextWidth.Of(row[column].Text))).ToArray();
        var left = indent + widths.Where(static one => one > 0).Sum(static one => one + Gap);
        foreach (var row in shown)
        {
            List<Piece> line = [new(new string(' ', indent))];
            for (var column = 0; column < columns; column++)
            {
                if (widths[column] > 0)
                {
                    line.Add(row[column]);
                    line.Add(new Piece(new string(' ', widths[column] - TextWidth.Of(row[column].Text) + Gap)));
                }
            }

            foreach (var complete in WithLast(line, row[^1], left, indent, width))
            {
                yield return complete;
            }
        }
    }

    private static IEnumerable<IReadOnlyList<Piece>> WithLast(List<Piece> line, Piece last, int left, int indent, int? width)
    {
        if (width is not { } limit)
        {
            line.Add(last);
            yield return line;
            yield break;
        }

        if (limit - left < LeastRoom)
        {
            yield return line;
            line = [new(new string(' ', left = indent + (2 * Gap)))];
            if (last.Text.Length == 0)
            {
                yield break;
            }
        }

        // A terminal wraps a line that fills it at different moments, so the last place stays empty.
        foreach (var part in TextWidth.Lines(last.Text, Math.Max(1, limit - left - 1)))
        {
            line.Add(last with { Text = part });
            yield return line;
            line = [new(new string(' ', left))];
        }
    }

    private static Piece Shown(Piece cell, bool isLast, int? width)
    {
        var text = VisibleText.Of(cell.Text);
        return cell with { Text = isLast || width is null ? text : TextWidth.End(text, Math.Min(WidestColumn, Math.Max(8, width.Value / 3))) };
    }
}
