namespace EmailAuth.Cli.Output;

/// <summary>A term or tag of a record, and what it says in plain words.</summary>
internal sealed record ExplainedTerm(string Text, string Meaning, int Position);
