using EmailAuth.Inspection;

namespace EmailAuth.Cli.Output;

/// <summary>A page as plain text, for pipes and files.</summary>
internal sealed class PlainPage(TextWriter output) : IPage
{
    private const int RecordWidth = 100;

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
        output.WriteLine(new string(' ', depth * 2) + VisibleText.Of(text));
    }

    public void Verbatim(string text)
    {
        Gap();
        output.WriteLine(VisibleText.OfLines(text));
    }

    public void Line(string label, string text, Tone tone = Tone.Plain)
    {
        _isStarted = true;
        output.WriteLine(label.Length == 0 ? $"  {VisibleText.Of(text)}" : $"  {VisibleText.Of(label)}: {VisibleText.Of(text)}");
    }

    public void Record(string name, string text, IReadOnlyList<Finding> findings)
    {
        Gap();
        output.WriteLine($"TXT {VisibleText.Of(name)}");
        foreach (var line in RecordLines.Of(text, findings, RecordWidth))
        {
            output.WriteLine(line.Finding is { } finding ? $"  {(line.Text.Length == 0 ? string.Empty : line.Text + " ")}{Described(finding)}" : $"  {line.Text}");
        }
    }

    public void Remark(Finding finding)
    {
        _isStarted = true;
        output.WriteLine($"  {Described(finding)}");
    }

    public void Table(IReadOnlyList<string[]> rows)
    {
        Gap();
        var width = rows.Max(row => row[0].Length);
        foreach (var row in rows)
        {
            var cells = Array.ConvertAll(row, VisibleText.Of);
            output.WriteLine($"  {cells[0].PadRight(width)}  {string.Join("  ", cells[1..])}".TrimEnd());
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
