namespace EmailAuth.Cli.Output;

/// <summary>A line of a tree, and what hangs below it.</summary>
internal sealed record Branch(string Text, Tone Tone = Tone.Plain)
{
    public List<Branch> Children { get; } = [];
}
