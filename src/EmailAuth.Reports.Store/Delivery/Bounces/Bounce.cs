using System.Collections.Immutable;

namespace EmailAuth.Reports.Store.Delivery.Bounces;

/// <summary>A mail that came to a return path. Immutable.</summary>
public sealed class Bounce
{
    /// <summary>What it says.</summary>
    public required BounceKind Kind { get; init; }

    /// <summary>The addresses of its header that it may have been sent to.</summary>
    public ImmutableArray<string> Recipients { get; init; } = [];

    /// <summary>Why it came, in one line.</summary>
    public required string Reason { get; init; }
}
