using System.Security.Cryptography;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Feedback;

/// <summary>
/// Replaces what identifies a person by a keyed hash (RFC 6590): the same input gives the same output as long as the key is the same, and nobody without
/// the key can find the input by trying. Thread-safe.
/// </summary>
/// <remarks>
/// The hash is HMAC-SHA-256 over the whole address in the case in which it is written, domain in lower case, so that equal local parts of different domains
/// do not look alike. 16 octets of it are written in base64.
/// </remarks>
public sealed class RedactionKey
{
    /// <summary>The fewest octets of a key.</summary>
    public const int MinBytes = 16;

    private const int OctetsShown = 16;

    private readonly byte[] _key;

    private RedactionKey(byte[] key) => _key = key;

    /// <summary>A key of a secret.</summary>
    /// <param name="secret">At least <see cref="MinBytes"/> octets that nobody else knows.</param>
    /// <exception cref="ArgumentException">It is shorter.</exception>
    public static RedactionKey Of(ReadOnlySpan<byte> secret) => secret.Length >= MinBytes
        ? new RedactionKey(secret.ToArray())
        : throw new ArgumentException($"The secret has {secret.Length} octets; at least {MinBytes} are needed.", nameof(secret));

    /// <summary>A random key, which is forgotten with this object: reports of different runs cannot be compared.</summary>
    public static RedactionKey Random() => new(RandomNumberGenerator.GetBytes(32));

    /// <summary>The hash of a text.</summary>
    /// <param name="text">The text.</param>
    public string Hash(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text), hash);
        return Convert.ToBase64String(hash[..OctetsShown]);
    }

    /// <summary>An address with the hash in place of its local part; the domain stays (RFC 6590 section 3).</summary>
    /// <param name="address">
    /// The address. When what follows its last at sign is not a domain name, only the hash of the whole is left.
    /// </param>
    public string Address(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var at = address.LastIndexOf('@');
        return at >= 0 && DomainName.Parse(address.AsSpan(at + 1)).Value is { } domain
            ? $"{Hash($"{address.AsSpan(0, at)}@{domain.ToString().ToLowerInvariant()}")}@{domain}"
            : Hash(address);
    }

    /// <summary>Says nothing of the key.</summary>
    public override string ToString() => "a key";
}
