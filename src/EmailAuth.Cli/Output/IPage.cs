using EmailAuth.Inspection;

namespace EmailAuth.Cli.Output;

/// <summary>Output for people. Everything that passes here is shown without control characters.</summary>
internal interface IPage
{
    /// <summary>What the page is about.</summary>
    void Title(string text);

    /// <summary>The head of a part of the page.</summary>
    void Section(string text);

    /// <summary>The head of a part that is about a verdict, such as "DKIM: pass".</summary>
    void Verdict(string title, string verdict, string subject);

    /// <summary>A line of text, indented by a depth.</summary>
    void Text(int depth, string text);

    /// <summary>Lines as they stand, apart from what is around them.</summary>
    void Verbatim(string text);

    /// <summary>One line, such as "verdict: pass".</summary>
    void Line(string label, string text, Tone tone = Tone.Plain);

    /// <summary>A record's text with what is to be pointed out under it.</summary>
    void Record(string name, string text, IReadOnlyList<Finding> findings);

    /// <summary>A remark that is not about a place in a text.</summary>
    void Remark(Finding finding);

    /// <summary>Rows of cells.</summary>
    void Table(IReadOnlyList<string[]> rows);

    void Tree(Branch root);
}
