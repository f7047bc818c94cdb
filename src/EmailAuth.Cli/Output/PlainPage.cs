using EmailAuth.Inspection;

namespace EmailAuth.Cli.Output;

/// <summary>A page as plain text, for pipes and files, and for terminals without colours.</summary>
/// <param name="output">Where to write.</param>
/// <param name="width">How many columns a line has on a terminal; null for lines of any length.</param>
internal sealed class PlainPage(TextWriter output, int? width = null) : IPage
{
    private const int DefaultRecordWidth = 100;
    private const int LeastWidth = 20;
    private const int Margin = 2;

    // Whether a gap is needed before the next part. Directly below the heading of a section it is not.
    private bool _isStarted;

    public void Title(string text)
    {
        Gap();
        output.WriteLine(VisibleText.Of(text));
    }

    public void Section(string text)
    {
        Title(text);
        _isStarted = false;
    }

    public void Verdict(string title, string verdict, string subject) => Title($"{title}: {verdict}  {subject}".TrimEnd());

    public void Text(int depth, string text)
    {
        _isStarted = true;
        var margin = new string(' ', depth * Margin);
        foreach (var line in Wrapped(VisibleText.Of(text), depth * Margin))
        {
            output.WriteLine(margin + line);
        }
    }

    public void Verbatim(string text)
    {
        Gap();
        output.WriteLine(VisibleText.OfLines(text));
    }

    public void Line(string label, string text, Tone tone = Tone.Plain)
    {
        _isStarted = true;
        foreach (var line in Wrapped(label.Length == 0 ? VisibleText.Of(text) : $"{VisibleText.Of(label)}: {VisibleText.Of(text)}", Margin))
        {
            output.WriteLine("  " + line);
        }
    }

    public void Record(string name, string text, IReadOnlyList<Finding> findings)
    {
        Gap();
        output.WriteLine($"TXT {VisibleText.Of(name)}");
        foreach (var line in RecordLines.Of(text, findings, width is { } columns ? Math.Max(LeastWidth, columns - Margin - 1) : DefaultRecordWidth))
        {
            output.WriteLine(line.Finding is { } finding ? $"  {(line.Text.Length == 0 ? string.Empty : line.Text + " ")}{Described(finding)}" : $"  {line.Text}");
        }
    }

    public void Remark(Finding finding, string? place = null)
    {
        _isStarted = true;
        output.WriteLine($"  {Described(finding)}{(place is null ? string.Empty : VisibleText.Of($" (at {place})"))}");
    }

    public void Table(IReadOnlyList<string[]> rows)
    {
        Gap();
        var first = rows.Max(row => row[0].Length);
        foreach (var row in rows)
        {
            var cells = Array.ConvertAll(row, VisibleText.Of);
            output.WriteLine($"  {cells[0].PadRight(first)}  {string.Join("  ", cells[1..])}".TrimEnd());
        }
    }

    public void Columns(int depth, IReadOnlyList<Piece[]> rows)
    {
        _isStarted = true;
        foreach (var line in ColumnLayout.Lines(rows, depth * Margin, width))
        {
            output.WriteLine(string.Concat(line.Select(static piece => piece.Text)).TrimEnd());
        }
    }

    public void Tree(Branch root)
    {
        _isStarted = true;
        Write(root, string.Empty, string.Empty);
    }

    private void Write(Branch branch, string first, string rest)
    {
        output.WriteLine($"  {first}{VisibleText.Of(branch.Text)}");
        for (var i = 0; i < branch.Children.Count; i++)
        {
            var isLast = i == branch.Children.Count - 1;
            Write(branch.Children[i], rest + (isLast ? "`- " : "|- "), rest + (isLast ? "   " : "|  "));
        }
    }

    private IEnumerable<string> Wrapped(string text, int indent) =>
        width is { } columns ? TextWidth.Lines(text, Math.Max(LeastWidth, columns - indent - 1)) : [text];

    private static string Described(Finding finding) => $"{finding.Severity.Keyword()}: {VisibleText.Of(finding.Text)}";

    private void Gap()
    {
        if (_isStarted)
        {
            output.WriteLine();
        }

        _isStarted = true;
    }
}
