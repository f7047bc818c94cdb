using Org.BouncyCastle.Crypto;

namespace EmailAuth.Signatures;

/// <summary>A kind of key (<c>k=</c>, RFC 6376 section 3.6.1): how its halves are read, and which of them are refused.</summary>
internal sealed class KeyType
{
    /// <summary>The registered name, lower case.</summary>
    public required string Name { get; init; }

    /// <summary>The name as people write it.</summary>
    public required string Title { get; init; }

    /// <summary>The key a record holds, usable or not, and how it is prepared (<see cref="SignatureOptions.FastKeyImport"/>).</summary>
    public required Func<KeyRecord, SignatureOptions, VerificationKey> ReadPublic { get; init; }

    /// <summary>
    /// The signing key in a private key of PKCS#8, or in the octets of PEM's RSA PRIVATE KEY (PKCS#1), which come without one; null when it
    /// is of another type. Throws what the platform throws for a key that cannot be used.
    /// </summary>
    public required Func<AsymmetricKeyParameter?, byte[], SigningKey?> ReadPrivate { get; init; }

    /// <summary>Makes a private key of so many bits, in PKCS#8. Types whose keys have one size do not look at the number.</summary>
    public required Func<int, byte[]> CreatePrivate { get; init; }

    /// <summary>Why a key of so many bits is refused, or null. Default never.</summary>
    public Func<int, SignatureOptions, SignatureFault?> RefuseSize { get; init; } = static (_, _) => null;

    /// <summary>How many objects of the platform a key keeps at most. Default none.</summary>
    public Func<SignatureOptions, int> MaxObjects { get; init; } = static _ => 0;

    /// <summary>The fewest bits of a key that signs.</summary>
    public int MinSigningBits { get; init; }

    /// <summary>The most bits of a key that signs: those that verification accepts by default. Default any number.</summary>
    public int MaxSigningBits { get; init; } = int.MaxValue;

    /// <summary>Whether keys come in several sizes, so that a result says which.</summary>
    public bool HasSizes { get; init; }
}
