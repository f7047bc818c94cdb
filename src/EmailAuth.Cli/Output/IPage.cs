using EmailAuth.Inspection;

namespace EmailAuth.Cli.Output;

/// <summary>Output for people. All texts are shown without control characters.</summary>
internal interface IPage
{
    /// <summary>The title of the page.</summary>
    void Title(string text);

    /// <summary>The heading of a section of the page.</summary>
    void Section(string text);

    /// <summary>The heading of a section about a verdict, such as "DKIM: pass".</summary>
    void Verdict(string title, string verdict, string subject);

    /// <summary>A line of text, indented by a depth.</summary>
    void Text(int depth, string text);

    /// <summary>Lines without changes, set apart from their surroundings.</summary>
    void Verbatim(string text);

    /// <summary>One line, such as "verdict: pass".</summary>
    void Line(string label, string text, Tone tone = Tone.Plain);

    /// <summary>The text of a record with its findings below it.</summary>
    void Record(string name, string text, IReadOnlyList<Finding> findings);

    /// <summary>A finding that is not about a place in a text.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="place">The name that it is about, where the reader cannot know it.</param>
    void Remark(Finding finding, string? place = null);

    /// <summary>Rows of cells.</summary>
    void Table(IReadOnlyList<string[]> rows);

    /// <summary>Rows of cells in columns; the last column continues below itself. <see cref="ColumnLayout"/> says how.</summary>
    void Columns(int depth, IReadOnlyList<Piece[]> rows);

    void Tree(Branch root);
}
