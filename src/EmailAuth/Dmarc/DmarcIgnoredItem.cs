namespace EmailAuth.Dmarc;

/// <summary>A part of a record that has no effect, and why. Made for showing the record with a mark under the part. Immutable.</summary>
public sealed class DmarcIgnoredItem
{
    /// <summary>What is wrong with it, or why it no longer counts.</summary>
    public required DmarcIgnoredCode Code { get; init; }

    /// <summary>Where in the record the part starts, counted from zero.</summary>
    public required int Position { get; init; }

    /// <summary>How many characters the part has; 0 when something is missing there.</summary>
    public required int Length { get; init; }

    /// <summary>The code in words: one line, with what the record says.</summary>
    public required string Reason { get; init; }

    /// <summary>The reason, with the position.</summary>
    public override string ToString() => $"{Reason} (at position {Position})";
}
