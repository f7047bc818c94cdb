namespace EmailAuth.Syntax;

/// <summary>What is wrong with a text, and where.</summary>
/// <param name="Position">The zero-based index of the first offending character; the text's length when something is missing at its end.</param>
/// <param name="Reason">One line that says what was found and which section of which RFC forbids it.</param>
public sealed record SyntaxError(int Position, string Reason)
{
    /// <summary>The reason, with the position.</summary>
    public override string ToString() => $"{Reason} (at position {Position})";
}
