using EmailAuth.Results;

namespace EmailAuth.Signatures;

/// <summary>How a signature is made (<c>a=</c>; RFC 6376 section 3.3, RFC 8463 section 3): a row of the table of algorithms. Immutable.</summary>
/// <remarks>There is one object of each, so two are the same algorithm when they are the same object.</remarks>
internal sealed class SignatureAlgorithm
{
    public SignatureAlgorithm(string name, KeyType keyType, SignatureHash hash)
    {
        Name = name;
        KeyType = keyType;
        Hash = hash;
        Property = new ResultProperty("header", "a", name);
    }

    /// <summary><c>rsa-sha1</c>: recognized, and refused unless an option for archives admits it (RFC 8301 section 3.1).</summary>
    public static SignatureAlgorithm RsaSha1 { get; } = new("rsa-sha1", RsaKeys.Type, SignatureHash.Sha1) { IsForArchives = true };

    /// <summary><c>rsa-sha256</c> (RFC 6376 section 3.3.2).</summary>
    public static SignatureAlgorithm RsaSha256 { get; } = new("rsa-sha256", RsaKeys.Type, SignatureHash.Sha256);

    /// <summary><c>ed25519-sha256</c> (RFC 8463 section 3).</summary>
    public static SignatureAlgorithm Ed25519Sha256 { get; } = new("ed25519-sha256", Ed25519Keys.Type, SignatureHash.Sha256);

    /// <summary>The registered name, as <c>a=</c> and results write it.</summary>
    public string Name { get; }

    /// <summary>The keys that it needs. They read, verify and sign.</summary>
    public KeyType KeyType { get; }

    /// <summary>The hash function of both header and body.</summary>
    public SignatureHash Hash { get; }

    /// <summary>Whether it is accepted only in archives of old mail: it can be forged.</summary>
    public bool IsForArchives { get; init; }

    /// <summary>The algorithm as a property of a result (<c>header.a</c>).</summary>
    public ResultProperty Property { get; }

    /// <summary>Why it is not admitted, or null.</summary>
    public string? Refuse(bool allowsArchives) =>
        IsForArchives && !allowsArchives ? $"a={Name} must not be accepted (RFC 8301 section 3.1)" : null;

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
