using System.Collections.Immutable;

namespace EmailAuth.Arc;

/// <summary>What a sealer adds to a message: one set, or nothing and why (RFC 8617 section 5.1).</summary>
public sealed class ArcSealing
{
    internal ArcSealing()
    {
    }

    /// <summary>
    /// The fields from the top down: ARC-Seal, ARC-Message-Signature, ARC-Authentication-Results. Each is whole: name, colon, value folded
    /// with CRLF, no CRLF at its end. They go on top of the message, unchanged. Empty when nothing may be added.
    /// </summary>
    public ImmutableArray<string> Fields { get; internal init; } = [];

    /// <summary>The instance of the set; null when nothing may be added.</summary>
    public int? Instance { get; internal init; }

    /// <summary>Why nothing may be added, in one line with the section; null when there are fields.</summary>
    public string? Reason => Fault?.Text;

    /// <summary>The same in a word that never changes, such as <c>chain_closed</c> (src/REASONS.md lists all); null when there are fields.</summary>
    public string? ReasonCode => Fault?.Reason.Keyword();

    /// <summary>Why nothing may be added; null when there are fields.</summary>
    internal ArcSealingFault? Fault { get; init; }
}
