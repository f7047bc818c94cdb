namespace EmailAuth.Bimi;

/// <summary>What an operator may choose about BIMI.</summary>
public sealed record BimiOptions
{
    /// <summary>
    /// Whether a message whose DMARC result is not pass is treated as if it were when a trusted ARC chain says that it was (BIMI draft
    /// section 7.1). Off by default.
    /// </summary>
    public bool AcceptTrustedArc { get; init; }

    /// <summary>
    /// Whether BIMI-Selector counts only when a valid, aligned DKIM signature covers it (section 5.5). On by default; without it anyone
    /// on the way may choose among the domain's indicators.
    /// </summary>
    public bool RequireSignedSelector { get; init; } = true;
}
