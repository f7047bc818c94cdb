namespace EmailAuth.Signatures;

/// <summary>How a signature is made (RFC 6376 section 3.3, RFC 8463 section 3).</summary>
public enum SignatureAlgorithm
{
    /// <summary><c>rsa-sha1</c>: recognised, and refused unless an option for archives admits it (RFC 8301 section 3.1).</summary>
    RsaSha1,

    /// <summary><c>rsa-sha256</c> (RFC 6376 section 3.3.2).</summary>
    RsaSha256,

    /// <summary><c>ed25519-sha256</c> (RFC 8463 section 3).</summary>
    Ed25519Sha256,
}
