namespace EmailAuth.Dmarc;

/// <summary>A part of a record that has no effect, and why. Made for showing the record with a mark under the part.</summary>
/// <param name="Position">The zero-based index in the record where the part starts.</param>
/// <param name="Length">How many characters the part has; 0 when something is missing there.</param>
/// <param name="Reason">What is wrong with it, or why it no longer counts, in one line.</param>
public sealed record DmarcIgnoredItem(int Position, int Length, string Reason)
{
    /// <summary>Whether it is a policy that is missing or invalid, without which the record does not apply as its owner meant.</summary>
    internal bool IsAboutPolicy { get; init; }

    /// <summary>The reason, with the position.</summary>
    public override string ToString() => $"{Reason} (at position {Position})";
}
