namespace EmailAuth.Cli.Output;

/// <summary>A piece of a line with its meaning.</summary>
internal sealed record Piece(string Text, Tone Tone = Tone.Plain);
