using System.Diagnostics;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace EmailAuth.Signatures;

/// <summary>A public key ready for use, or why a record holds none. Immutable to its users and thread-safe; made from a record's text alone.</summary>
internal abstract class VerificationKey
{
    /// <summary>The record, or null when it is malformed.</summary>
    public KeyRecord? Record { get; private init; }

    /// <summary>Why the key cannot be used, or null.</summary>
    public string? Fault { get; private init; }

    /// <summary>The size of the key: of the modulus for RSA, 256 for Ed25519; 0 when there is none.</summary>
    public int Bits { get; private init; }

    /// <summary>Whether this is the key of an RSA algorithm.</summary>
    public bool IsRsa => this is Rsa;

    /// <summary>Makes the key of a record.</summary>
    /// <param name="text">The text of the TXT record.</param>
    public static VerificationKey Parse(string text)
    {
        var parsed = KeyRecord.Parse(text);
        if (!parsed.IsSuccess)
        {
            return new Unusable { Fault = $"the key record is malformed: {parsed.Error.Reason}" };
        }

        var record = parsed.Value;
        if (record.IsRevoked)
        {
            return new Unusable { Record = record, Fault = "the key is revoked: p= is empty (RFC 6376 section 3.6.1)" };
        }

        return record.KeyType switch
        {
            "rsa" => ParseRsa(record),
            "ed25519" => ParseEd25519(record),
            _ => new Unusable { Record = record, Fault = "the key record names an unknown key type in k= (RFC 6376 section 3.6.1)" },
        };
    }

    /// <summary>Whether a signature was made over a hash with this key's private half.</summary>
    /// <param name="hash">The function that made the hash.</param>
    /// <param name="value">The hash of what was signed; Ed25519 signs the hash as its message (RFC 8463 section 3).</param>
    /// <param name="signature">The octets of <c>b=</c>.</param>
    public abstract bool Verify(SignatureHash hash, ReadOnlySpan<byte> value, byte[] signature);

    private static VerificationKey ParseRsa(KeyRecord record)
    {
        var parameters = RsaPublicKeyReader.Read(record.PublicKey.AsSpan(), out var fault);
        return parameters is { } numbers
            ? new Rsa(numbers) { Record = record, Bits = RsaPublicKeyReader.BitsOf(numbers.Modulus) }
            : new Unusable { Record = record, Fault = $"the key record is malformed: {fault}" };
    }

    private static VerificationKey ParseEd25519(KeyRecord record)
    {
        var octets = record.PublicKey.AsSpan();
        if (octets.Length != Ed25519.PublicKeySize)
        {
            return new Unusable
            {
                Record = record,
                Fault = $"the key record is malformed: p= holds {octets.Length} octets where an Ed25519 key has {Ed25519.PublicKeySize} (RFC 8463 section 4)",
            };
        }

        // Full validation refuses points of low order, under which a signature fits many messages (RFC 8032 section 8.8 knows them).
        var point = Ed25519.ValidatePublicKeyFullExport(octets.ToArray(), 0);
        return point is null
            ? new Unusable { Record = record, Fault = "the key record is malformed: p= is not a point of Ed25519's main subgroup (RFC 8032 section 5.1.3)" }
            : new EdwardsCurve(point) { Record = record, Bits = 256 };
    }

    private sealed class Unusable : VerificationKey
    {
        public override bool Verify(SignatureHash hash, ReadOnlySpan<byte> value, byte[] signature) => false;
    }

    private sealed class EdwardsCurve(Ed25519.PublicPoint point) : VerificationKey
    {
        public override bool Verify(SignatureHash hash, ReadOnlySpan<byte> value, byte[] signature) =>
            signature.Length == Ed25519.SignatureSize && Ed25519.Verify(signature, 0, point, value.ToArray(), 0, value.Length);
    }

    // Importing costs several verifications, so imported keys are kept; as the platform's RSA objects do not promise to be thread-safe,
    // each is used by one thread at a time.
    private sealed class Rsa(RSAParameters parameters) : VerificationKey
    {
        private readonly RSA?[] _idle = new RSA?[Math.Clamp(Environment.ProcessorCount, 2, 16)];

        public override bool Verify(SignatureHash hash, ReadOnlySpan<byte> value, byte[] signature)
        {
            if (signature.Length != parameters.Modulus!.Length)
            {
                return false;
            }

            var rsa = Rent();
            try
            {
                var name = hash switch
                {
                    SignatureHash.Sha1 => HashAlgorithmName.SHA1,
                    SignatureHash.Sha256 => HashAlgorithmName.SHA256,
                    _ => throw new UnreachableException(),
                };
                return rsa.VerifyHash(value, signature, name, RSASignaturePadding.Pkcs1);
            }
            catch (CryptographicException)
            {
                // The platform refuses the key or the hash, which it says in this way only.
                return false;
            }
            finally
            {
                Return(rsa);
            }
        }

        private RSA Rent()
        {
            foreach (ref var slot in _idle.AsSpan())
            {
                if (slot is not null && Interlocked.Exchange(ref slot, null) is { } idle)
                {
                    return idle;
                }
            }

            return RSA.Create(parameters);
        }

        private void Return(RSA rsa)
        {
            foreach (ref var slot in _idle.AsSpan())
            {
                if (slot is null && Interlocked.CompareExchange(ref slot, rsa, null) is null)
                {
                    return;
                }
            }

            rsa.Dispose();
        }
    }
}
