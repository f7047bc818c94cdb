namespace EmailAuth.Cli.Output;

/// <summary>The meaning of a piece of text; the page decides how to show it.</summary>
internal enum Tone
{
    Plain,
    Strong,
    Dim,
    Good,
    Doubtful,
    Bad,
}
