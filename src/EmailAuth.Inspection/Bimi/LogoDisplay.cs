namespace EmailAuth.Inspection.Bimi;

/// <summary>Whether a mailbox provider shows the logo of a domain, and why not. Immutable.</summary>
public sealed class LogoDisplay
{
    /// <summary>The provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Whether it shows the logo now.</summary>
    public LogoState State { get; init; }

    /// <summary>Why, in one line.</summary>
    public required string Reason { get; init; }

    /// <summary>What it would show if an enforced DMARC policy were the only thing to correct; the same as <see cref="State"/> when that changes nothing.</summary>
    public LogoState OnceEnforced { get; init; }
}
