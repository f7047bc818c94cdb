using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;

namespace EmailAuth.Signatures;

/// <summary>A private key that makes signatures. Thread-safe.</summary>
internal abstract class SigningKey(SignatureAlgorithm algorithm, int bits) : IDisposable
{
    private const string Encrypted = "The private key is encrypted: give its passphrase, or decrypt it first (openssl pkey -in KEY -out PLAIN).";
    private const string WrongPassphrase = "The passphrase does not open the private key, or the key is encrypted in a way that is not known.";
    private const string EllipticCurve = "The PEM holds an elliptic-curve key (EC); DKIM and ARC sign with RSA (RFC 6376) or Ed25519 (RFC 8463) only.";

    private static readonly string Types = string.Join(" or ", AlgorithmTable.Default.KeyTypes.Select(type => type.Title));
    private static readonly string Expected = $"PRIVATE KEY, ENCRYPTED PRIVATE KEY or RSA PRIVATE KEY is expected, with an {Types} key";

    /// <summary>The algorithm that the key signs with.</summary>
    public SignatureAlgorithm Algorithm => algorithm;

    /// <summary>The size of the key: of the modulus for RSA, 256 for Ed25519.</summary>
    public int Bits => bits;

    /// <summary>
    /// Reads a key in PEM: <c>PRIVATE KEY</c> (PKCS#8, RFC 5958), <c>RSA PRIVATE KEY</c> (PKCS#1) or <c>ENCRYPTED PRIVATE KEY</c> (RFC 5958 section 3), and
    /// PKCS#1 as OpenSSL encrypts it (RFC 1421 section 4.6.1.1).
    /// </summary>
    /// <param name="pem">The text.</param>
    /// <param name="passphrase">The passphrase of an encrypted key, or null.</param>
    /// <exception cref="ArgumentException">There is no such key in the text.</exception>
    public static SigningKey FromPem(string pem, string? passphrase = null)
    {
        ArgumentNullException.ThrowIfNull(pem);
        var isOldEncrypted = pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);
        if (isOldEncrypted || pem.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return FromOctets(pem, Decrypt(pem, passphrase ?? throw new ArgumentException(Encrypted, nameof(pem))), isPkcs8: true);
        }

        if (!PemEncoding.TryFind(pem, out var fields))
        {
            throw new ArgumentException("There is no PEM in the text (RFC 7468).", nameof(pem));
        }

        if (Refuse(pem[fields.Label]) is { } reason)
        {
            throw new ArgumentException(reason, nameof(pem));
        }

        return FromOctets(pem, Convert.FromBase64String(pem[fields.Base64Data]), pem[fields.Label] is "PRIVATE KEY");
    }

    /// <summary>A passphrase as the characters whose values are the octets of its UTF-8, from which a key is derived (RFC 8018 section 3).</summary>
    public static char[] OctetsOf(string passphrase) => Encoding.Latin1.GetChars(Encoding.UTF8.GetBytes(passphrase));

    /// <summary>The text of the TXT record to publish (RFC 6376 section 3.6.1).</summary>
    public string Record => $"v=DKIM1; k={Algorithm.KeyType.Name}; p={Convert.ToBase64String(ExportPublicKey())}";

    /// <summary>Refuses a key whose signatures our own verification refuses: one of another size, or with numbers that are not accepted.</summary>
    /// <param name="parameter">The name of the caller's parameter.</param>
    /// <exception cref="ArgumentException">It is such a key.</exception>
    public void RequireFit(string parameter)
    {
        RequireSize(parameter);
        if (VerificationKey.Parse(Record).Fault is { } fault)
        {
            throw new ArgumentException($"Verifiers refuse the public half of this key: {fault.Text}.", parameter);
        }
    }

    /// <summary>Refuses a key that is shorter than RFC 8301 section 3.2 allows for signing, or longer than verifiers accept.</summary>
    /// <param name="parameter">The name of the caller's parameter.</param>
    /// <exception cref="ArgumentException">It is shorter or longer.</exception>
    public void RequireSize(string parameter)
    {
        var type = Algorithm.KeyType;
        if (bits < type.MinSigningBits)
        {
            throw new ArgumentException($"An {type.Title} key must have at least {type.MinSigningBits} bits (RFC 8301 section 3.2).", parameter);
        }

        if (bits > type.MaxSigningBits)
        {
            throw new ArgumentException($"An {type.Title} key must have at most {type.MaxSigningBits} bits: verifiers refuse longer ones (RFC 8301 section 3.2).", parameter);
        }
    }

    /// <summary>The public half, as <c>p=</c> holds it (RFC 6376 section 3.6.1, RFC 8463 section 4).</summary>
    public abstract byte[] ExportPublicKey();

    /// <summary>Signs the hash of the text, made by the algorithm's hash function.</summary>
    public abstract byte[] Sign(ReadOnlySpan<byte> hash);

    /// <summary>Releases the key.</summary>
    public abstract void Dispose();

    // RFC 7468 section 4 does not list the labels; tools write these, and people mistake them for the key.
    private static string? Refuse(string label) => label switch
    {
        "PRIVATE KEY" or "RSA PRIVATE KEY" => null,
        "EC PRIVATE KEY" or "EC PARAMETERS" => EllipticCurve,
        "PUBLIC KEY" or "RSA PUBLIC KEY" => $"The PEM holds a public key, the half that is published; {Expected}.",
        "OPENSSH PRIVATE KEY" => "The PEM holds a key in OpenSSH's own format; convert it to PKCS#8 (ssh-keygen -p -m PKCS8 -f KEY).",
        _ => $"The PEM holds no private key but \"{(label.Length <= 40 ? label : label[..40])}\"; {Expected}.",
    };

    // What the octets in the PEM hold: PKCS#8, or PKCS#1.
    private static SigningKey FromOctets(string pem, byte[] der, bool isPkcs8)
    {
        bool isEllipticCurve;
        try
        {
            var key = isPkcs8 ? PrivateKeyFactory.CreateKey(der) : null;
            foreach (var type in AlgorithmTable.Default.KeyTypes)
            {
                if (type.ReadPrivate(key, der) is { } signing)
                {
                    return signing;
                }
            }

            isEllipticCurve = key is ECPrivateKeyParameters;
        }
        catch (Exception e) when (IsUnusable(e))
        {
            throw new ArgumentException($"The PEM holds no usable {Types} private key.", nameof(pem), e);
        }

        throw new ArgumentException(isEllipticCurve ? EllipticCurve : $"The PEM holds a private key of another kind; {Expected}.", nameof(pem));
    }

    // The private key in PKCS#8, in the clear. The library takes the octets of a passphrase from its characters; tools encrypt with those of UTF-8, except
    // in the form of PKCS#12, which has characters of 16 bits (RFC 7292 appendix B.1).
    private static byte[] Decrypt(string pem, string passphrase)
    {
        var octets = OctetsOf(passphrase);
        try
        {
            return DecryptWith(pem, octets);
        }
        catch (Exception e) when (IsUnusable(e))
        {
            try
            {
                return DecryptWith(pem, passphrase.ToCharArray());
            }
            catch (Exception again) when (IsUnusable(again))
            {
                throw new ArgumentException(WrongPassphrase, nameof(pem), e);
            }
        }
    }

    private static byte[] DecryptWith(string pem, char[] passphrase)
    {
        using var text = new StringReader(pem);
        using var reader = new PemReader(text, new Passphrase(passphrase));
        var key = reader.ReadObject() switch
        {
            AsymmetricCipherKeyPair pair => pair.Private,
            AsymmetricKeyParameter { IsPrivate: true } single => single,
            _ => null,
        };
        return PrivateKeyInfoFactory.CreatePrivateKeyInfo(key ?? throw new CryptographicException(WrongPassphrase)).GetDerEncoded();
    }

    private static bool IsUnusable(Exception e) =>
        e is CryptographicException or ArgumentException or IOException or GeneralSecurityException or SecurityUtilityException or CryptoException or InvalidOperationException
            or FormatException or IndexOutOfRangeException; // the last of a DEK-Info line without a comma

    private sealed class Passphrase(char[] characters) : IPasswordFinder
    {
        public char[] GetPassword() => characters;
    }
}
