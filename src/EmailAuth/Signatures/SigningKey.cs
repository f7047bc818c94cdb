using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace EmailAuth.Signatures;

/// <summary>A private key that makes signatures. Thread-safe.</summary>
internal abstract class SigningKey(SignatureAlgorithm algorithm, int bits) : IDisposable
{
    private const string Encrypted = "The private key is encrypted; decrypt it first (openssl pkey -in KEY -out PLAIN).";
    private const string EllipticCurve = "The PEM holds an elliptic-curve key (EC); DKIM and ARC sign with RSA (RFC 6376) or Ed25519 (RFC 8463) only.";

    private static readonly string Types = string.Join(" or ", AlgorithmTable.Default.KeyTypes.Select(type => type.Title));
    private static readonly string Expected = $"PRIVATE KEY or RSA PRIVATE KEY is expected, with an {Types} key";

    /// <summary>The algorithm that the key signs with.</summary>
    public SignatureAlgorithm Algorithm => algorithm;

    /// <summary>The size of the key: of the modulus for RSA, 256 for Ed25519.</summary>
    public int Bits => bits;

    /// <summary>Reads a key in PEM: <c>PRIVATE KEY</c> (PKCS#8, RFC 5958) or <c>RSA PRIVATE KEY</c> (PKCS#1).</summary>
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

        bool isEllipticCurve;
        try
        {
            var der = Convert.FromBase64String(pem[fields.Base64Data]);
            var key = pem[fields.Label] is "PRIVATE KEY" ? PrivateKeyFactory.CreateKey(der) : null;
            foreach (var type in AlgorithmTable.Default.KeyTypes)
            {
                if (type.ReadPrivate(key, der) is { } signing)
                {
                    return signing;
                }
            }

            isEllipticCurve = key is ECPrivateKeyParameters;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or GeneralSecurityException)
        {
            throw new ArgumentException($"The PEM holds no usable {Types} private key.", nameof(pem), e);
        }

        throw new ArgumentException(isEllipticCurve ? EllipticCurve : $"The PEM holds a private key of another kind; {Expected}.", nameof(pem));
    }

    /// <summary>Signs the hash of the text, made by the algorithm's hash function.</summary>
    public abstract byte[] Sign(ReadOnlySpan<byte> hash);

    /// <summary>Releases the key.</summary>
    public abstract void Dispose();

    // RFC 7468 section 4 does not list the labels; tools write these, and people mistake them for the key.
    private static string? Refuse(string label) => label switch
    {
        "PRIVATE KEY" or "RSA PRIVATE KEY" => null,
        "ENCRYPTED PRIVATE KEY" => Encrypted,
        "EC PRIVATE KEY" or "EC PARAMETERS" => EllipticCurve,
        "PUBLIC KEY" or "RSA PUBLIC KEY" => $"The PEM holds a public key, the half that is published; {Expected}.",
        "OPENSSH PRIVATE KEY" => "The PEM holds a key in OpenSSH's own format; convert it to PKCS#8 (ssh-keygen -p -m PKCS8 -f KEY).",
        _ => $"The PEM holds no private key but \"{(label.Length <= 40 ? label : label[..40])}\"; {Expected}.",
    };
}
