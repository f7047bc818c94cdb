namespace EmailAuth.Inspection.Dkim;

/// <summary>A selector that a large sender or the manual of signing software uses. Immutable.</summary>
public sealed class KnownSelector
{
    /// <summary>The selector.</summary>
    public required string Selector { get; init; }

    /// <summary>Who uses it; several when more than one does.</summary>
    public required string Sender { get; init; }
}
