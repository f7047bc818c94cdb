using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Org.BouncyCastle.Security;

namespace EmailAuth.Signatures;

/// <summary>A private key that makes signatures: RSA (PKCS#1 version 1.5) or Ed25519. Thread-safe.</summary>
internal sealed class SigningKey : IDisposable
{
    private const string Expected = "PRIVATE KEY or RSA PRIVATE KEY is expected, with an RSA or Ed25519 key";
    private const string Encrypted = "The private key is encrypted; decrypt it first (openssl pkey -in KEY -out PLAIN).";
    private const string EllipticCurve = "The PEM holds an elliptic-curve key (EC); DKIM and ARC sign with RSA (RFC 6376) or Ed25519 (RFC 8463) only.";

    private readonly Lock _lock = new();
    private readonly RSA? _rsa;
    private readonly byte[] _seed = [];

    private SigningKey(RSA rsa) => _rsa = rsa;

    private SigningKey(Ed25519PrivateKeyParameters key) => _seed = key.GetEncoded();

    /// <summary>The algorithm that the key signs with: <c>rsa-sha256</c> or <c>ed25519-sha256</c>.</summary>
    public SignatureAlgorithm Algorithm => _rsa is null ? SignatureAlgorithm.Ed25519Sha256 : SignatureAlgorithm.RsaSha256;

    /// <summary>The size of the key: of the modulus for RSA, 256 for Ed25519.</summary>
    public int Bits => _rsa?.KeySize ?? 256;

    /// <summary>Reads a key in PEM: <c>PRIVATE KEY</c> (PKCS#8, RFC 5958, RSA or Ed25519) or <c>RSA PRIVATE KEY</c> (PKCS#1).</summary>
    /// <exception cref="ArgumentException">There is no such key in the text.</exception>
    public static SigningKey FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        if (pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            // RFC 1421 section 4.6.1.1, as OpenSSL writes it: lines above the base64, which RFC 7468 does not allow.
            throw new ArgumentException(Encrypted, nameof(pem));
        }

        if (!PemEncoding.TryFind(pem, out var fields))
        {
            throw new ArgumentException("There is no PEM in the text (RFC 7468).", nameof(pem));
        }

        if (Refuse(pem[fields.Label]) is { } reason)
        {
            throw new ArgumentException(reason, nameof(pem));
        }

        AsymmetricKeyParameter? other;
        try
        {
            var der = Convert.FromBase64String(pem[fields.Base64Data]);
            other = pem[fields.Label] is "PRIVATE KEY" ? PrivateKeyFactory.CreateKey(der) : null;
            if (other is Ed25519PrivateKeyParameters edwards)
            {
                return new SigningKey(edwards);
            }

            if (other is null or RsaPrivateCrtKeyParameters)
            {
                return FromRsa(der, other is null ? static (rsa, key) => rsa.ImportRSAPrivateKey(key, out _) : static (rsa, key) => rsa.ImportPkcs8PrivateKey(key, out _));
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or GeneralSecurityException)
        {
            throw new ArgumentException("The PEM holds no usable RSA or Ed25519 private key.", nameof(pem), e);
        }

        throw new ArgumentException(other is ECPrivateKeyParameters ? EllipticCurve : $"The PEM holds a private key of another kind; {Expected}.", nameof(pem));
    }

    // RFC 7468 section 4 leaves the labels open; these are what tools write that people take for the key.
    private static string? Refuse(string label) => label switch
    {
        "PRIVATE KEY" or "RSA PRIVATE KEY" => null,
        "ENCRYPTED PRIVATE KEY" => Encrypted,
        "EC PRIVATE KEY" or "EC PARAMETERS" => EllipticCurve,
        "PUBLIC KEY" or "RSA PUBLIC KEY" => $"The PEM holds a public key, the half that is published; {Expected}.",
        "OPENSSH PRIVATE KEY" => "The PEM holds a key in OpenSSH's own format; convert it to PKCS#8 (ssh-keygen -p -m PKCS8 -f KEY).",
        _ => $"The PEM holds no private key but \"{(label.Length <= 40 ? label : label[..40])}\"; {Expected}.",
    };

    /// <summary>Signs a SHA-256 hash (for Ed25519 the hash is the message, RFC 8463 section 3).</summary>
    public byte[] Sign(ReadOnlySpan<byte> hash)
    {
        if (_rsa is not null)
        {
            lock (_lock)
            {
                return _rsa.SignHash(hash.ToArray(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }
        }

        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(_seed, 0, hash.ToArray(), 0, hash.Length, signature, 0);
        return signature;
    }

    public void Dispose()
    {
        _rsa?.Dispose();
        CryptographicOperations.ZeroMemory(_seed);
    }

    private static SigningKey FromRsa(byte[] der, Action<RSA, byte[]> import)
    {
        var rsa = RSA.Create();
        try
        {
            import(rsa, der);
            return new SigningKey(rsa);
        }
        catch
        {
            rsa.Dispose();
            throw;
        }
    }
}
