namespace EmailAuth.Syntax;

/// <summary>What is wrong with a text, and where. Immutable.</summary>
public sealed class SyntaxError
{
    /// <summary>Makes an error.</summary>
    /// <param name="code">What kind, see <see cref="Code"/>.</param>
    /// <param name="position">Where, see <see cref="Position"/>.</param>
    /// <param name="reason">Why, see <see cref="Reason"/>.</param>
    public SyntaxError(SyntaxErrorCode code, int position, string reason)
    {
        Code = code;
        Position = position;
        Reason = reason;
    }

    /// <summary>What kind of fault it is.</summary>
    public SyntaxErrorCode Code { get; }

    /// <summary>The zero-based index of the first offending character; the text's length when a part is missing at the end.</summary>
    public int Position { get; }

    /// <summary>One line that says what was found and which section of which RFC forbids it.</summary>
    public string Reason { get; }

    /// <summary>The reason, with the position.</summary>
    public override string ToString() => $"{Reason} (at position {Position})";
}
