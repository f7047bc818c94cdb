using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Signatures;

namespace EmailAuth.Arc;

/// <summary>The result of one signature of a chain: a message signature or a seal (RFC 8617 section 5.2).</summary>
[DebuggerDisplay("{Code}, {Reason}")]
public sealed class ArcSignatureResult
{
    internal ArcSignatureResult()
    {
    }

    internal static ArcSignatureResult NotChecked { get; } = new();

    /// <summary>
    /// The result in DKIM's words; <see cref="SignatureResultCode.None"/> when it was not checked, as the chain was decided without it.
    /// <see cref="SignatureResultCode.TempError"/> is a lookup that failed for now; the chain fails anyway (RFC 8617 section 5.2.1).
    /// </summary>
    public SignatureResultCode Code { get; internal init; }

    /// <summary>Why it is not a pass, in one line; null for a pass and when it was not checked.</summary>
    public string? Reason => Fault?.Text;

    /// <summary>The same in a word that never changes, one of those of DKIM (src/REASONS.md); null for a pass and when it was not checked.</summary>
    public string? ReasonCode => Fault?.Word;

    /// <summary>The size of the key in bits (256 for Ed25519); null when no key was read.</summary>
    public int? KeyBits { get; internal init; }

    /// <summary>Of a message signature that was checked: whether every From field of the message is signed.</summary>
    public bool CoversAuthor { get; internal init; }

    /// <summary>
    /// Of a message signature that was checked: the fields that <c>h=</c> names and of which the message has a further instance that differs
    /// and is not signed (RFC 6376 section 8.15); lower case.
    /// </summary>
    /// <remarks>
    /// It does not break the chain: RFC 8617 section 5.2 makes a failure final for all later hops, and the seals still say who handled the
    /// message. It does keep a trusted sealer from vouching for the message, as people may be shown something that it did not seal.
    /// </remarks>
    public ImmutableArray<string> UnsignedCopies => SingleFields.Of(CopiesLeftOpen);

    /// <summary>Whether the key record says that the domain is testing DKIM (<c>t=y</c>, RFC 6376 section 3.6.1).</summary>
    public bool IsTesting { get; internal init; }

    /// <summary>Of a message signature that was checked: how many octets of the canonical body <c>l=</c> leaves unsigned.</summary>
    public long UnsignedBodyLength { get; internal init; }

    /// <summary>Why it is not a pass; null for a pass and when it was not checked.</summary>
    internal SignatureFault? Fault { get; init; }

    internal uint CopiesLeftOpen { get; init; }

    /// <summary>Whether what people are shown may be what the message signature does not cover: From, a part of the body, a further Subject.</summary>
    internal bool LeavesShownOpen => !CoversAuthor || UnsignedBodyLength > 0 || (CopiesLeftOpen & SingleFields.Judged) != 0;
}
