using System.Security.Cryptography;
using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>A hash function of signatures (RFC 6376 section 3.3). Thread-safe; there is one object of each.</summary>
internal sealed class SignatureHash(string name, string title, HashAlgorithmName platformName, int length)
{
    /// <summary>Room for the longest hash that a row may name.</summary>
    public const int MaxLength = SHA512.HashSizeInBytes;

    // To make a hash object costs as much as to hash a kilobyte.
    private readonly IdleObjects<IncrementalHash> _idle = new(Math.Max(4, Environment.ProcessorCount * 2));

    public static SignatureHash Sha1 { get; } = new("sha1", "SHA-1", HashAlgorithmName.SHA1, SHA1.HashSizeInBytes);

    public static SignatureHash Sha256 { get; } = new("sha256", "SHA-256", HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);

    /// <summary>The registered name (<c>h=</c> of a key, RFC 6376 section 3.6.1).</summary>
    public string Name => name;

    /// <summary>The name as people write it.</summary>
    public string Title => title;

    public HashAlgorithmName PlatformName => platformName;

    /// <summary>How many octets it makes.</summary>
    public int Length => length;

    /// <summary>A hash to be made in steps.</summary>
    public IncrementalHash Rent() => _idle.Take() ?? IncrementalHash.CreateHash(platformName);

    /// <summary>Returns a hash object that has just been reset.</summary>
    public void Return(IncrementalHash hash) => _idle.Put(hash);

    /// <summary>The hash of bytes that are all in memory.</summary>
    public void Compute(ReadOnlySpan<byte> bytes, Span<byte> destination) => CryptographicOperations.HashData(platformName, bytes, destination);
}
