using System.Diagnostics;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Arc;

/// <summary>What one hop of a chain added (RFC 8617 section 3.5): what it had found, its message signature and its seal.</summary>
/// <remarks>A set's claims are worth something only when the chain passes and the hop is trusted.</remarks>
[DebuggerDisplay("i={Instance} {Seal.Domain}")]
public sealed class ArcSet
{
    internal ArcSet(int instance, ArcSeal seal)
    {
        Instance = instance;
        Seal = seal;
    }

    /// <summary>The instance (<c>i=</c>), from 1 for the first hop.</summary>
    public int Instance { get; }

    /// <summary>The seal.</summary>
    public ArcSeal Seal { get; }

    /// <summary>The result of the seal.</summary>
    public ArcSignatureResult SealResult { get; internal init; } = ArcSignatureResult.NotChecked;

    /// <summary>The message signature; null when it is malformed, which in a set that is not the newest breaks no chain.</summary>
    public ArcMessageSignature? MessageSignature { get; internal init; }

    /// <summary>The result of the message signature.</summary>
    public ArcSignatureResult MessageSignatureResult { get; internal init; } = ArcSignatureResult.NotChecked;

    /// <summary>What the hop says that it had found (ARC-Authentication-Results); null when that cannot be read.</summary>
    public AuthenticationResults? Results { get; internal init; }

    /// <summary>Why <see cref="Results"/> cannot be read; null when they can. It breaks no chain: only the instance is ARC's own.</summary>
    public string? ResultsDefect { get; internal init; }

    /// <summary>The domain that the seal names. It answers for the set only where the seal was verified: <see cref="IsSealVerified"/>.</summary>
    internal DomainName SealingDomain => Seal.Domain;

    /// <summary>Whether the seal was verified. Where it was not, anyone may have written the set in the domain's name.</summary>
    public bool IsSealVerified => SealResult.Code == SignatureResultCode.Pass;
}
