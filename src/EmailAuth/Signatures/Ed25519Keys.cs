using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace EmailAuth.Signatures;

/// <summary>Ed25519 keys (RFC 8463), all of one size. What they sign is the hash as their message (section 3).</summary>
internal static class Ed25519Keys
{
    private const int KeyBits = 256;

    private static ReadOnlySpan<byte> Pkcs8Start => [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

    public static KeyType Type { get; } = new()
    {
        Name = "ed25519",
        Title = "Ed25519",
        ReadPublic = ReadPublic,
        ReadPrivate = static (key, _) => key is Ed25519PrivateKeyParameters edwards ? new PrivateKey(edwards.GetEncoded()) : null,
        CreatePrivate = static _ => CreatePrivate(),
    };

    // RFC 8410 section 7: a fixed beginning, and the 32 octets of the seed. Verifiers of other kinds do not read the form with the public half.
    private static byte[] CreatePrivate()
    {
        var key = new byte[Pkcs8Start.Length + Ed25519.SecretKeySize];
        Pkcs8Start.CopyTo(key);
        RandomNumberGenerator.Fill(key.AsSpan(Pkcs8Start.Length));
        return key;
    }

    private static VerificationKey ReadPublic(KeyRecord record, SignatureOptions options)
    {
        var octets = record.PublicKey.AsSpan();
        if (octets.Length != Ed25519.PublicKeySize)
        {
            return new VerificationKey
            {
                Record = record,
                Fault = VerificationKey.Malformed($"p= holds {octets.Length} octets where an Ed25519 key has {Ed25519.PublicKeySize} (RFC 8463 section 4)"),
            };
        }

        // Full validation refuses points of low order, under which a signature fits many messages (RFC 8032 section 8.8 knows them).
        var point = Ed25519.ValidatePublicKeyFullExport(octets.ToArray(), 0);
        return point is null
            ? new VerificationKey { Record = record, Fault = VerificationKey.Malformed("p= is not a point of Ed25519's main subgroup (RFC 8032 section 5.1.3)") }
            : new PublicKey(point) { Record = record, Bits = KeyBits };
    }

    private sealed class PublicKey(Ed25519.PublicPoint point) : VerificationKey
    {
        public override bool Verify(SignatureHash hash, ReadOnlySpan<byte> value, byte[] signature) =>
            signature.Length == Ed25519.SignatureSize && Ed25519.Verify(signature, 0, point, value.ToArray(), 0, value.Length);
    }

    private sealed class PrivateKey(byte[] seed) : SigningKey(SignatureAlgorithm.Ed25519Sha256, KeyBits)
    {
        // A signature needs it (RFC 8032 section 5.1.6), and to make it takes as long as the rest.
        private readonly byte[] _public = PublicOf(seed);
        private readonly Lock _lock = new();
        private bool _isDisposed;

        public override byte[] Sign(ReadOnlySpan<byte> hash)
        {
            // A seed of its own: Dispose may run beside it, and a seed that is partly zero would sign as another key.
            var whole = CopySeed();
            try
            {
                var signature = new byte[Ed25519.SignatureSize];
                Ed25519.Sign(whole, 0, _public, 0, hash.ToArray(), 0, hash.Length, signature, 0);
                return signature;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(whole);
            }
        }

        public override byte[] ExportPublicKey()
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                return [.. _public];
            }
        }

        public override void Dispose()
        {
            lock (_lock)
            {
                _isDisposed = true;
                CryptographicOperations.ZeroMemory(seed);
            }
        }

        private byte[] CopySeed()
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                return [.. seed];
            }
        }

        private static byte[] PublicOf(byte[] seed)
        {
            var octets = new byte[Ed25519.PublicKeySize];
            Ed25519.GeneratePublicKey(seed, 0, octets, 0);
            return octets;
        }
    }
}
