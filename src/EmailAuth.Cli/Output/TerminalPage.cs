using System.Diagnostics;
using EmailAuth.Inspection;
using Spectre.Console;

namespace EmailAuth.Cli.Output;

/// <summary>A page on a terminal, with colours, tables and trees.</summary>
internal sealed class TerminalPage : IPage
{
    private const int Margin = 2;
    private readonly IAnsiConsole _console;

    // Whether a gap is needed before the next part. Directly below the heading of a section it is not.
    private bool _isStarted;

    /// <summary>Makes a page.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="width">How many columns a line has.</param>
    public TerminalPage(TextWriter output, int width)
    {
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        _console.Profile.Width = width;
    }

    public void Title(string text)
    {
        Gap();
        _console.Write(new Text(VisibleText.Of(text), Style.Plain.Decoration(Decoration.Bold | Decoration.Underline)));
        _console.WriteLine();
    }

    public void Section(string text)
    {
        Gap();
        _console.Write(new Text(VisibleText.Of(text), StyleOf(Tone.Strong)));
        _console.WriteLine();
        _isStarted = false;
    }

    public void Verdict(string title, string verdict, string subject)
    {
        Gap();
        _console.Write(new Paragraph()
            .Append($"{VisibleText.Of(title)}: ", StyleOf(Tone.Strong))
            .Append(VisibleText.Of(verdict), StyleOf(ResultTone.Of(verdict)))
            .Append($"  {VisibleText.Of(subject)}"));
        _console.WriteLine();
    }

    public void Text(int depth, string text)
    {
        _isStarted = true;
        _console.Write(new Padder(new Text(VisibleText.Of(text)), new Padding(depth * Margin, 0, 0, 0)));
    }

    public void Verbatim(string text)
    {
        Gap();
        _console.Write(new Text(VisibleText.OfLines(text)));
        _console.WriteLine();
    }

    public void Line(string label, string text, Tone tone = Tone.Plain)
    {
        _isStarted = true;
        var line = new Paragraph();
        if (label.Length > 0)
        {
            line.Append(VisibleText.Of(label) + ": ", StyleOf(Tone.Dim));
        }

        line.Append(VisibleText.Of(text), StyleOf(tone));
        Indented(line);
    }

    public void Record(string name, string text, IReadOnlyList<Finding> findings)
    {
        Gap();
        _console.Write(new Text($"TXT {VisibleText.Of(name)}", StyleOf(Tone.Strong)));
        _console.WriteLine();
        foreach (var line in RecordLines.Of(text, findings, Math.Max(20, _console.Profile.Width - Margin - 1)))
        {
            if (line.Finding is not { } finding)
            {
                Indented(new Text(line.Text, new Style(Color.Aqua)));
                continue;
            }

            // The finding is beside its mark when there is room, otherwise below it.
            var remark = Described(finding);
            if (line.Text.Length > 0 && line.Text.Length + 1 + remark.Length < _console.Profile.Width - Margin)
            {
                Indented(new Paragraph().Append(line.Text + " " + finding.Severity.Keyword() + ": ", StyleOf(finding.Severity.Tone())).Append(VisibleText.Of(finding.Text)));
                continue;
            }

            if (line.Text.Length > 0)
            {
                Indented(new Text(line.Text, StyleOf(finding.Severity.Tone())));
            }

            Remark(finding);
        }
    }

    public void Remark(Finding finding, string? place = null)
    {
        _isStarted = true;
        var text = place is null ? finding.Text : $"{finding.Text} (at {place})";
        Indented(new Paragraph().Append(finding.Severity.Keyword() + ": ", StyleOf(finding.Severity.Tone())).Append(VisibleText.Of(text)));
    }

    public void Table(IReadOnlyList<string[]> rows)
    {
        Gap();
        var table = new Table().Border(TableBorder.None).HideHeaders();
        for (var i = 0; i < rows[0].Length; i++)
        {
            table.AddColumn(new TableColumn(string.Empty));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select((cell, i) => new Text(VisibleText.Of(cell), i == 0 ? new Style(Color.Aqua) : Style.Plain)));
        }

        Indented(table);
    }

    public void Columns(int depth, IReadOnlyList<Piece[]> rows)
    {
        _isStarted = true;
        foreach (var line in ColumnLayout.Lines(rows, depth * Margin, _console.Profile.Width))
        {
            var paragraph = new Paragraph();
            foreach (var piece in line)
            {
                paragraph.Append(piece.Text, StyleOf(piece.Tone));
            }

            _console.Write(paragraph);
            _console.WriteLine();
        }
    }

    public void Tree(Branch root)
    {
        _isStarted = true;
        var tree = new Tree(Shown(root));
        Grow(tree, root);
        Indented(tree);
    }

    private static void Grow(IHasTreeNodes node, Branch branch)
    {
        foreach (var child in branch.Children)
        {
            Grow(node.AddNode(Shown(child)), child);
        }
    }

    private static Text Shown(Branch branch) => new(VisibleText.Of(branch.Text), StyleOf(branch.Tone));

    private static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Strong => Style.Plain.Decoration(Decoration.Bold),
        Tone.Dim => new Style(Color.Grey),
        Tone.Good => new Style(Color.Green),
        Tone.Doubtful => new Style(Color.Yellow),
        Tone.Bad => new Style(Color.Red),
        Tone.Plain => Style.Plain,
        _ => throw new UnreachableException(),
    };

    private static string Described(Finding finding) => $"{finding.Severity.Keyword()}: {finding.Text}";

    private void Indented(Spectre.Console.Rendering.IRenderable content)
    {
        _console.Write(new Padder(content, new Padding(Margin, 0, 0, 0)));
    }

    private void Gap()
    {
        if (_isStarted)
        {
            _console.WriteLine();
        }

        _isStarted = true;
    }
}
