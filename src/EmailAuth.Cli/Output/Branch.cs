namespace EmailAuth.Cli.Output;

/// <summary>A line of a tree, and the branches below it.</summary>
internal sealed record Branch(string Text, Tone Tone = Tone.Plain)
{
    public List<Branch> Children { get; } = [];
}
