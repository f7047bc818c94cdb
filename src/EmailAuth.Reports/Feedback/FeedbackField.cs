namespace EmailAuth.Reports.Feedback;

/// <summary>A field of a report or of a message's header, unfolded.</summary>
public readonly record struct FeedbackField
{
    /// <summary>The name as it is written.</summary>
    public required string Name { get; init; }

    /// <summary>The value without white space around it, unfolded (RFC 5322 section 2.2.3).</summary>
    public required string Value { get; init; }

    /// <summary>The field in one line.</summary>
    public override string ToString() => $"{Name}: {Value}";
}
