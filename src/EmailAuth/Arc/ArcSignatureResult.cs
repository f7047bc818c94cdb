using EmailAuth.Dkim;

namespace EmailAuth.Arc;

/// <summary>What became of one signature of a chain: a message signature or a seal (RFC 8617 section 5.2).</summary>
public sealed record ArcSignatureResult
{
    internal static ArcSignatureResult NotChecked { get; } = new();

    /// <summary>
    /// The result in DKIM's words; <see cref="DkimResultCode.None"/> when it was not checked, as the chain was decided without it.
    /// <see cref="DkimResultCode.TempError"/> tells a lookup that failed for now, which ends a chain all the same (RFC 8617 section 5.2.1).
    /// </summary>
    public DkimResultCode Code { get; init; }

    /// <summary>Why it is no pass, in one line; null for a pass and when it was not checked.</summary>
    public string? Reason { get; init; }

    /// <summary>The size of the key in bits (256 for Ed25519); null when no key was read.</summary>
    public int? KeyBits { get; init; }

    /// <summary>How long the key's lookup took.</summary>
    public TimeSpan KeyLookupTime { get; init; }

    /// <summary>Of a message signature that was checked: whether every From field of the message is signed.</summary>
    public bool CoversAuthor { get; init; }

    /// <summary>Of a message signature that was checked: how many octets of the canonical body <c>l=</c> leaves unsigned.</summary>
    public long UnsignedBodyLength { get; init; }
}
