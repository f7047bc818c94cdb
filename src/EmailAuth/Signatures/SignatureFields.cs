using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>What every signature field says: who signed, with which key, when (RFC 6376 section 3.5, RFC 8617 section 4.1). Immutable.</summary>
public abstract class SignatureFields
{
    private readonly byte[] _signature;

    private protected SignatureFields(scoped in SignatureTags tags)
    {
        _signature = tags.Signature!;
        Algorithm = tags.Algorithm!;
        Domain = tags.Domain!;
        Selector = tags.Selector!.ToString();
        SignedAt = TimeOf(tags.Timestamp);
        KeyName = tags.KeyName!;
    }

    /// <summary>The registered name of the algorithm (<c>a=</c>): <c>rsa-sha256</c>, <c>ed25519-sha256</c> or <c>rsa-sha1</c>.</summary>
    public string AlgorithmName => Algorithm.Name;

    /// <summary>The algorithm.</summary>
    internal SignatureAlgorithm Algorithm { get; }

    /// <summary>The signing domain (<c>d=</c>), which answers for what is signed.</summary>
    public DomainName Domain { get; }

    /// <summary>The selector (<c>s=</c>): which of the domain's keys; lower case, A-labels.</summary>
    public string Selector { get; }

    /// <summary>When the signature was made (<c>t=</c>); null when it does not say. Seconds past the year 9999 count as its end.</summary>
    public DateTimeOffset? SignedAt { get; }

    /// <summary>The octets of the signature (<c>b=</c>).</summary>
    internal ImmutableArray<byte> SignatureValue => ImmutableCollectionsMarshal.AsImmutableArray(_signature);

    /// <summary>Where the key is: <c>selector._domainkey.domain</c> (RFC 6376 section 3.6.2.1).</summary>
    public DomainName KeyName { get; }

    /// <summary>Whether a key made the signature over a hash.</summary>
    internal bool IsMadeBy(VerificationKey key, ReadOnlySpan<byte> hash) => key.Verify(Algorithm.Hash, hash, _signature);

    /// <summary>What a key shows of a signature that it does not verify.</summary>
    internal OpenedSignature OpenedBy(VerificationKey key) => key.Open(Algorithm.Hash, _signature);

    /// <summary>What the key of a record shows of the signature, for a diagnosis of one that does not hold. No verdict depends on it.</summary>
    /// <param name="record">The record. One whose key is of another type, or of a size that is not accepted by default, shows nothing.</param>
    public OpenedSignature Open(KeyRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return IsFit(record) ? OpenedBy(record.VerificationKey) : default;
    }

    /// <summary>Whether the private half of the key of a record made the signature over a digest, for a diagnosis. No verdict depends on it.</summary>
    /// <param name="record">The record. One whose key is of another type, or of a size that is not accepted by default, made none.</param>
    /// <param name="digest">The digest of what was signed.</param>
    public bool IsMadeOver(KeyRecord record, ReadOnlySpan<byte> digest)
    {
        ArgumentNullException.ThrowIfNull(record);
        return digest.Length == Algorithm.Hash.Length && IsFit(record) && IsMadeBy(record.VerificationKey, digest);
    }

    private bool IsFit(KeyRecord record) =>
        record.KeyType == Algorithm.KeyType.Name
        && record.VerificationKey is { Fault: null } key
        && Algorithm.KeyType.RefuseSize(key.Bits, SignatureOptions.Default) is null;

    /// <summary>A time of these for people.</summary>
    internal static string TextOf(DateTimeOffset? time) =>
        time == DateTimeOffset.MaxValue ? "beyond the year 9999" : string.Create(CultureInfo.InvariantCulture, $"{time:u}");

    // RFC 6376 section 3.5 asks for times to the year 200,000; a clock here ends with 9999, and both mean never.
    private protected static DateTimeOffset? TimeOf(long? seconds) =>
        seconds is { } value ? value > DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeSeconds(value) : null;
}
