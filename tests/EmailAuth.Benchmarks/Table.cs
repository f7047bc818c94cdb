namespace EmailAuth.Benchmarks;

/// <summary>A table in Markdown whose columns line up, so that it reads well in a terminal and can be kept as it is.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string[]> _rows = [columns];

    /// <summary>How many rows were added.</summary>
    public int Rows => _rows.Count - 1;

    /// <summary>Adds a row of as many cells as there are columns; the first is set to the left, the others to the right.</summary>
    public void Add(params string[] cells)
    {
        _rows.Add(cells.Length == columns.Length ? cells : throw new ArgumentException($"{cells.Length} cells, {columns.Length} columns", nameof(cells)));
    }

    public void Write(TextWriter output)
    {
        var widths = Enumerable.Range(0, columns.Length).Select(i => _rows.Max(row => row[i].Length)).ToArray();
        for (var i = 0; i < _rows.Count; i++)
        {
            output.WriteLine("| " + string.Join(" | ", _rows[i].Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))) + " |");
            if (i == 0)
            {
                output.WriteLine("| " + string.Join(" | ", widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ":")) + " |");
            }
        }
    }
}
