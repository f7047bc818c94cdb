namespace EmailAuth.Cli.Output;

/// <summary>Output for people. Everything that passes here is shown without control characters.</summary>
internal interface IPage
{
    /// <summary>What the page is about.</summary>
    void Title(string text);

    /// <summary>The head of a part of the page.</summary>
    void Section(string text);

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
