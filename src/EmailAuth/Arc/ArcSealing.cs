using System.Collections.Immutable;

namespace EmailAuth.Arc;

/// <summary>What a sealer adds to a message: one set, or nothing and why (RFC 8617 section 5.1).</summary>
public sealed class ArcSealing
{
    /// <summary>
    /// The fields from the top down: ARC-Seal, ARC-Message-Signature, ARC-Authentication-Results. Each is whole: name, colon, value folded
    /// with CRLF, no CRLF at its end. They go on top of the message, unchanged. Empty when nothing may be added.
    /// </summary>
    public ImmutableArray<string> Fields { get; init; } = [];

    /// <summary>The instance of the set; null when nothing may be added.</summary>
    public int? Instance { get; init; }

    /// <summary>The chain's status that the seal records (<c>cv=</c>); null when nothing may be added.</summary>
    public ArcResultCode? ChainValidation { get; init; }

    /// <summary>Why nothing may be added, in one line with the section; null when there are fields.</summary>
    public string? Reason { get; init; }
}
