using System.Security.Cryptography;
using EmailAuth.Cryptography;

namespace EmailAuth.Signatures;

/// <summary>A private key in PEM: RSA (PKCS#1 or PKCS#8) or Ed25519 (PKCS#8, RFC 8410), in the clear or encrypted with a passphrase. Thread-safe.</summary>
public sealed class PemSigningKey : ISigningKey, IDisposable
{
    private readonly SigningKey _key;

    private PemSigningKey(SigningKey key) => _key = key;

    /// <inheritdoc/>
    public string Algorithm => _key.Algorithm.Name;

    /// <inheritdoc/>
    public int Bits => _key.Bits;

    /// <summary>The text of the TXT record to publish at <c>selector._domainkey.domain</c> (RFC 6376 section 3.6.1), such as <c>v=DKIM1; k=rsa; p=...</c>.</summary>
    public string Record => $"v=DKIM1; k={_key.Algorithm.KeyType.Name}; p={Convert.ToBase64String(_key.ExportPublicKey())}";

    /// <summary>The key itself.</summary>
    internal SigningKey Key => _key;

    /// <summary>Reads a key.</summary>
    /// <param name="pem">The text of the file.</param>
    /// <param name="passphrase">The passphrase of an encrypted key; null for a key in the clear.</param>
    /// <exception cref="ArgumentException">
    /// The text holds no private key that can be used, the passphrase is missing or does not open it, or the key has fewer bits than RFC 8301 section 3.2 allows.
    /// </exception>
    /// <exception cref="CryptographicException">OpenSSL is needed and cannot be loaded.</exception>
    public static PemSigningKey Load(string pem, string? passphrase = null)
    {
        ArgumentNullException.ThrowIfNull(pem);
        PlatformCryptography.Require();
        var key = SigningKey.FromPem(pem, passphrase);
        try
        {
            key.RequireSize(nameof(pem));
            return new PemSigningKey(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<byte[]>(cancellationToken) : ValueTask.FromResult(_key.Sign(hash.Span));

    /// <summary>Releases the key.</summary>
    public void Dispose() => _key.Dispose();
}
