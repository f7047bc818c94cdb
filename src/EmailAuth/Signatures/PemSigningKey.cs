using System.Security.Cryptography;
using EmailAuth.Cryptography;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;

namespace EmailAuth.Signatures;

/// <summary>A private key in PEM: RSA (PKCS#1 or PKCS#8) or Ed25519 (PKCS#8, RFC 8410), in the clear or encrypted with a passphrase. Thread-safe.</summary>
public sealed class PemSigningKey : ISigningKey, IDisposable
{
    private const int LeastNewBits = 2048;
    private const int MostNewBits = 4096;

    // A guess then takes some tenths of a second, and so does reading the key.
    private const int PassphraseRounds = 100_000;
    private const int SaltLength = 16;

    private readonly SigningKey _key;

    private PemSigningKey(SigningKey key) => _key = key;

    /// <inheritdoc/>
    public string Algorithm => _key.Algorithm.Name;

    /// <inheritdoc/>
    public int Bits => _key.Bits;

    /// <summary>The text of the TXT record to publish at <c>selector._domainkey.domain</c> (RFC 6376 section 3.6.1), such as <c>v=DKIM1; k=rsa; p=...</c>.</summary>
    /// <exception cref="ObjectDisposedException">The key was disposed of.</exception>
    public string Record => _key.Record;

    /// <summary>The key itself.</summary>
    internal SigningKey Key => _key;

    /// <summary>Reads a key.</summary>
    /// <param name="pem">The text of the file.</param>
    /// <param name="passphrase">The passphrase of an encrypted key; null for a key in the clear.</param>
    /// <exception cref="ArgumentException">
    /// The text holds no private key that can be used, the passphrase is missing or does not open it, or verifiers refuse the key: it has
    /// fewer bits than RFC 8301 section 3.2 allows, more than 8,192, or an RSA exponent of more than 32 bits.
    /// </exception>
    /// <exception cref="CryptographicException">OpenSSL is needed and cannot be loaded.</exception>
    public static PemSigningKey Load(string pem, string? passphrase = null)
    {
        ArgumentNullException.ThrowIfNull(pem);
        PlatformCryptography.Require();
        var key = SigningKey.FromPem(pem, passphrase);
        try
        {
            key.RequireFit(nameof(pem));
            return new PemSigningKey(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Makes a new private key.</summary>
    /// <param name="algorithm">
    /// <c>rsa-sha256</c> (also null), which every verifier reads, or <c>ed25519-sha256</c> (RFC 8463), without regard to case.
    /// </param>
    /// <param name="bits">
    /// The size of an RSA key: 2,048 to 4,096, which every verifier reads (RFC 8301 section 3.2), in steps of 8. Not looked at for Ed25519.
    /// </param>
    /// <param name="passphrase">The passphrase to encrypt the key with (AES-256, PBKDF2), not empty; null for a key in the clear.</param>
    /// <returns>The key in PEM (PKCS#8), for <see cref="Load"/>. Keep it where nobody else can read it.</returns>
    /// <exception cref="ArgumentException">The algorithm is unknown or only for archives, the size is not allowed, or the passphrase is empty.</exception>
    /// <exception cref="CryptographicException">OpenSSL is needed and cannot be loaded.</exception>
    public static string Create(string? algorithm = null, int bits = LeastNewBits, string? passphrase = null)
    {
        var signing = AlgorithmTable.Default.Signing;
        var known = algorithm is null ? signing[0] : AlgorithmTable.Default.Find(algorithm);
        if (known is not { IsForArchives: false })
        {
            throw new ArgumentException($"\"{algorithm}\" is not an algorithm that signs: give {string.Join(" or ", signing)}.", nameof(algorithm));
        }

        if (known.KeyType.HasSizes && (bits is < LeastNewBits or > MostNewBits || bits % 8 != 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(bits), bits, $"A new key has {LeastNewBits} to {MostNewBits} bits, in steps of 8: every verifier reads these (RFC 8301 section 3.2).");
        }

        if (passphrase is "")
        {
            throw new ArgumentException("An empty passphrase protects nothing: give one, or null.", nameof(passphrase));
        }

        PlatformCryptography.Require();
        var key = known.KeyType.CreatePrivate(bits);
        try
        {
            return passphrase is null ? PemEncoding.WriteString("PRIVATE KEY", key) : PemEncoding.WriteString("ENCRYPTED PRIVATE KEY", Encrypt(key, passphrase));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The key was disposed of.</exception>
    public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<byte[]>(cancellationToken) : ValueTask.FromResult(_key.Sign(hash.Span));

    /// <summary>Releases the key. It signs no more; a signer that holds it needs it as long as it signs.</summary>
    public void Dispose() => _key.Dispose();

    // PBES2 (RFC 8018 section 6.2).
    private static byte[] Encrypt(byte[] key, string passphrase) => EncryptedPrivateKeyInfoFactory.CreateEncryptedPrivateKeyInfo(
        NistObjectIdentifiers.IdAes256Cbc,
        PkcsObjectIdentifiers.IdHmacWithSha256,
        SigningKey.OctetsOf(passphrase),
        RandomNumberGenerator.GetBytes(SaltLength),
        PassphraseRounds,
        new SecureRandom(),
        PrivateKeyInfo.GetInstance(key)).GetDerEncoded();
}
