namespace EmailAuth.Reports.Feedback;

/// <summary>Something of the message a complaint is about by which its sender finds the recipient.</summary>
public readonly record struct RecipientToken
{
    /// <summary>Where it is from.</summary>
    public required RecipientTokenKind Kind { get; init; }

    /// <summary>The token as text.</summary>
    public required string Value { get; init; }

    /// <summary>The recipient's address when the token has it in plain form, as a VERP return path does; else null.</summary>
    public string? Recipient { get; init; }

    /// <summary>The kind and the token.</summary>
    public override string ToString() => $"{Kind}: {Value}";
}
