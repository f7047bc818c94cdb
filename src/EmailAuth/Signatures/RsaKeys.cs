using System.Security.Cryptography;
using EmailAuth.Syntax;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;

namespace EmailAuth.Signatures;

/// <summary>RSA keys (RFC 6376 section 3.3, PKCS#1 version 1.5), with the sizes of RFC 8301 section 3.2.</summary>
internal static class RsaKeys
{
    public static KeyType Type { get; } = new()
    {
        Name = "rsa",
        Title = "RSA",
        ReadPublic = ReadPublic,
        ReadPrivate = ReadPrivate,
        RefuseSize = RefuseSize,
        MinSigningBits = 1024,
        HasSizes = true,
    };

    private static SignatureFault? RefuseSize(int bits, SignatureOptions options) =>
        bits < options.MinRsaBits ? new SignatureFault(
            SignatureReason.KeyTooShort, $"the RSA key has {bits} bits where at least {options.MinRsaBits} are required (RFC 8301 section 3.2)")
        : bits > options.MaxRsaBits ? new SignatureFault(
            SignatureReason.KeyTooLong, $"the RSA key has {bits} bits where at most {options.MaxRsaBits} are accepted (MaxRsaBits)")
        : null;

    private static VerificationKey ReadPublic(KeyRecord record)
    {
        var parameters = RsaPublicKeyReader.Read(record.PublicKey.AsSpan(), out var fault);
        return parameters is { } numbers
            ? new PublicKey(numbers) { Record = record, Bits = RsaPublicKeyReader.BitsOf(numbers.Modulus) }
            : new VerificationKey { Record = record, Fault = VerificationKey.Malformed(fault!) };
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

    // Importing a key costs as much as several verifications, so imported keys are kept. The platform's RSA objects do not promise to be
    // thread-safe, so one thread at a time uses each.
    private sealed class PublicKey(RSAParameters parameters) : VerificationKey
    {
        private readonly IdleObjects<RSA> _idle = new(Math.Clamp(Environment.ProcessorCount, 2, 16));

        public override bool Verify(SignatureHash hash, ReadOnlySpan<byte> value, byte[] signature)
        {
            if (signature.Length != parameters.Modulus!.Length)
            {
                return false;
            }

            var rsa = _idle.Take() ?? RSA.Create(parameters);
            try
            {
                return rsa.VerifyHash(value, signature, hash.PlatformName, RSASignaturePadding.Pkcs1);
            }
            catch (CryptographicException)
            {
                // The platform refuses the key or the hash, and has no other way to say so.
                return false;
            }
            finally
            {
                _idle.Put(rsa);
            }
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

        public override void Dispose() => rsa.Dispose();
    }
}
