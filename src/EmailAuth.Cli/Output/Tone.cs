namespace EmailAuth.Cli.Output;

/// <summary>What a piece of text wants to convey; the page decides how that looks.</summary>
internal enum Tone
{
    Plain,
    Strong,
    Dim,
    Good,
    Doubtful,
    Bad,
}
