using System.Diagnostics;
using System.Security.Cryptography;

namespace EmailAuth.Signatures;

/// <summary>Incremental hashes that are used again: making one costs as much as hashing a kilobyte.</summary>
internal static class HashPool
{
    public const int MaxHashLength = SHA256.HashSizeInBytes;

    private static readonly IncrementalHash?[] Sha256Slots = new IncrementalHash?[Math.Max(4, Environment.ProcessorCount * 2)];

    public static int LengthOf(SignatureHash hash) => hash switch
    {
        SignatureHash.Sha1 => SHA1.HashSizeInBytes,
        SignatureHash.Sha256 => SHA256.HashSizeInBytes,
        _ => throw new UnreachableException(),
    };

    public static IncrementalHash Rent(SignatureHash hash)
    {
        switch (hash)
        {
            case SignatureHash.Sha1:
                return IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
            case SignatureHash.Sha256:
                break;
            default:
                throw new UnreachableException();
        }

        foreach (ref var slot in Sha256Slots.AsSpan())
        {
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } idle)
            {
                return idle;
            }
        }

        return IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    }

    /// <summary>Gives back a hash that has just been reset.</summary>
    public static void Return(IncrementalHash hash)
    {
        if (hash.AlgorithmName == HashAlgorithmName.SHA256)
        {
            foreach (ref var slot in Sha256Slots.AsSpan())
            {
                if (slot is null && Interlocked.CompareExchange(ref slot, hash, null) is null)
                {
                    return;
                }
            }
        }

        hash.Dispose();
    }

    /// <summary>The hash of bytes that are all at hand.</summary>
    public static void HashAll(SignatureHash hash, ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        switch (hash)
        {
            case SignatureHash.Sha1:
#pragma warning disable CA5350 // rsa-sha1 signatures in archives of old mail, behind an explicit option (RFC 8301 section 3.1).
                SHA1.HashData(bytes, destination);
#pragma warning restore CA5350
                break;
            case SignatureHash.Sha256:
                SHA256.HashData(bytes, destination);
                break;
            default:
                throw new UnreachableException();
        }
    }
}
