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

    /// <summary>A time of these for people.</summary>
    internal static string TextOf(DateTimeOffset? time) =>
        time == DateTimeOffset.MaxValue ? "beyond the year 9999" : string.Create(CultureInfo.InvariantCulture, $"{time:u}");

    // RFC 6376 section 3.5 asks for times to the year 200,000; a clock here ends with 9999, and both mean never.
    private protected static DateTimeOffset? TimeOf(long? seconds) =>
        seconds is { } value ? value > DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeSeconds(value) : null;
}
