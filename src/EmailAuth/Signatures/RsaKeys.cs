using System.Numerics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using EmailAuth.Cryptography;
using EmailAuth.Syntax;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;

namespace EmailAuth.Signatures;

/// <summary>RSA keys (RFC 6376 section 3.3, PKCS#1 version 1.5), with the sizes of RFC 8301 section 3.2.</summary>
internal static class RsaKeys
{
    // .NET's import takes so long that each core keeps an object of its own for a busy key. OpenSSL's keys are shared.
    private static readonly int ImportedObjects = Math.Clamp(Environment.ProcessorCount, 2, 16);

    // In octets: 65,537 has three.
    private const int MostOpenedExponent = 3;

    public static KeyType Type { get; } = new()
    {
        Name = "rsa",
        Title = "RSA",
        ReadPublic = ReadPublic,
        ReadPrivate = ReadPrivate,
        CreatePrivate = CreatePrivate,
        RefuseSize = RefuseSize,
        MaxObjects = static options => PlatformCryptography.Probe() is null && IsFast(options) ? 1 : ImportedObjects,
        MinSigningBits = 1024,
        MaxSigningBits = 8192,
        HasSizes = true,
    };

    private static SignatureFault? RefuseSize(int bits, SignatureOptions options) =>
        bits < options.MinRsaBits ? new SignatureFault(
            SignatureReason.KeyTooShort, $"the RSA key has {bits} bits where at least {options.MinRsaBits} are required (RFC 8301 section 3.2)")
        : bits > options.MaxRsaBits ? new SignatureFault(
            SignatureReason.KeyTooLong, $"the RSA key has {bits} bits where at most {options.MaxRsaBits} are accepted (MaxRsaBits)")
        : null;

    private static bool IsFast(SignatureOptions options) => options.FastKeyImport && OpenSslRsa.IsUsable;

    private static VerificationKey ReadPublic(KeyRecord record, SignatureOptions options)
    {
        var parameters = RsaPublicKeyReader.Read(record.PublicKey.AsSpan(), out var fault);
        return parameters is { } numbers
            ? new PublicKey(numbers, IsFast(options)) { Record = record, Bits = RsaPublicKeyReader.BitsOf(numbers.Modulus) }
            : new VerificationKey { Record = record, Fault = VerificationKey.Malformed(fault!) };
    }

    private static byte[] CreatePrivate(int bits)
    {
        using var rsa = RSA.Create(bits);
        return rsa.ExportPkcs8PrivateKey();
    }

    private static PrivateKey? ReadPrivate(AsymmetricKeyParameter? key, byte[] der)
    {
        if (key is not (null or RsaPrivateCrtKeyParameters))
        {
            return null;
        }

        var rsa = RSA.Create();
        try
        {
            if (key is null)
            {
                rsa.ImportRSAPrivateKey(der, out _);
            }
            else
            {
                rsa.ImportPkcs8PrivateKey(der, out _);
            }

            return new PrivateKey(rsa);
        }
        catch
        {
            rsa.Dispose();
            throw;
        }
    }

    // Keys are kept, because making one costs as much as a verification, or several times as much through .NET. The platform's RSA objects do
    // not promise to be thread-safe, so one thread at a time uses each. OpenSSL's own keys are thread-safe: further objects for one are cheap,
    // and not kept.
    private sealed class PublicKey(RSAParameters parameters, bool isFast) : VerificationKey
    {
        private readonly IdleObjects<RSA> _idle = new(isFast ? 1 : ImportedObjects);
        private SafeEvpPKeyHandle? _shared;

        public override bool Verify(SignatureHash hash, ReadOnlySpan<byte> value, byte[] signature)
        {
            if (signature.Length != parameters.Modulus!.Length)
            {
                return false;
            }

            if ((_idle.Take() ?? Make()) is not { } rsa)
            {
                return false;
            }

            try
            {
                return rsa.VerifyHash(value, signature, hash.PlatformName, RSASignaturePadding.Pkcs1);
            }
            catch (CryptographicException)
            {
                // The platform refuses the hash, and has no other way to say so.
                return false;
            }
            finally
            {
                _idle.Put(rsa);
            }
        }

        // RFC 8017 section 5.2.2: m = s^e mod n, for s below n. Everything here is public, so the time it takes tells nothing. Its time grows
        // with e, so a larger one than keys have in use is not worth it.
        public override OpenedSignature Open(SignatureHash hash, ReadOnlySpan<byte> signature)
        {
            if (signature.Length != parameters.Modulus!.Length)
            {
                return new OpenedSignature { Opening = SignatureOpening.OtherKey };
            }

            var (number, modulus) = (Number(signature), Number(parameters.Modulus));
            if (number >= modulus)
            {
                return new OpenedSignature { Opening = SignatureOpening.OtherKey };
            }

            if (parameters.Exponent!.Length > MostOpenedExponent)
            {
                return default;
            }

            var opened = BigInteger.ModPow(number, Number(parameters.Exponent), modulus);
            var block = new byte[signature.Length];
            opened.TryWriteBytes(block.AsSpan(block.Length - opened.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
            return OpenedSignature.Read(block, hash.Length);
        }

        private static BigInteger Number(ReadOnlySpan<byte> octets) => new(octets, isUnsigned: true, isBigEndian: true);

        // Null for a key that the platform refuses.
        private RSA? Make()
        {
            try
            {
                return isFast && OpenSslRsa.IsUsable ? MakeFast() ?? RSA.Create(parameters) : RSA.Create(parameters);
            }
            catch (CryptographicException)
            {
                return null;
            }
        }

        [SupportedOSPlatform("linux")]
        private RSAOpenSsl? MakeFast()
        {
            var shared = Volatile.Read(ref _shared);
            if (shared is null && OpenSslRsa.TryMake(parameters.Modulus, parameters.Exponent) is { } made)
            {
                // Of two threads that make the key, both use the one that was there first.
                shared = Interlocked.CompareExchange(ref _shared, made, null) ?? made;
                if (shared != made)
                {
                    made.Dispose();
                }
            }

            return shared is null ? null : new RSAOpenSsl(shared);
        }
    }

    private sealed class PrivateKey(RSA rsa) : SigningKey(SignatureAlgorithm.RsaSha256, rsa.KeySize)
    {
        private readonly Lock _lock = new();

        public override byte[] Sign(ReadOnlySpan<byte> hash)
        {
            lock (_lock)
            {
                return rsa.SignHash(hash.ToArray(), Algorithm.Hash.PlatformName, RSASignaturePadding.Pkcs1);
            }
        }

        public override byte[] ExportPublicKey()
        {
            lock (_lock)
            {
                return rsa.ExportSubjectPublicKeyInfo();
            }
        }

        // A signature that is being made is finished first.
        public override void Dispose()
        {
            lock (_lock)
            {
                rsa.Dispose();
            }
        }
    }
}
