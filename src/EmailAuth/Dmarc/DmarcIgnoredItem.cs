namespace EmailAuth.Dmarc;

/// <summary>A part of a record that has no effect, and why. Made for showing the record with a mark under the part. Immutable.</summary>
public sealed class DmarcIgnoredItem
{
    internal DmarcIgnoredItem(DmarcIgnoredCode kind)
    {
        Kind = kind;
    }

    /// <summary>
    /// What is wrong with it, or why it no longer counts: <c>no_tag</c>, <c>no_value</c>, <c>invalid_name</c>, <c>unknown</c>,
    /// <c>obsolete</c>, <c>repeated</c>, <c>invalid_policy</c>, <c>invalid_value</c>, <c>invalid_failure_option</c>, <c>invalid_uri</c>,
    /// <c>size_limit</c>, <c>useless_failure_options</c> or <c>missing_policy</c>.
    /// </summary>
    public string Code => Kind.Keyword();

    /// <summary>The same for decisions.</summary>
    internal DmarcIgnoredCode Kind { get; }

    /// <summary>Where in the record the part starts, counted from zero.</summary>
    public int Position { get; internal init; }

    /// <summary>How many characters the part has; 0 when something is missing there.</summary>
    public int Length { get; internal init; }

    /// <summary>The code in words: one line, with what the record says.</summary>
    public string Reason { get; internal init; } = string.Empty;

    /// <summary>The reason, with the position.</summary>
    public override string ToString() => $"{Reason} (at position {Position})";
}
