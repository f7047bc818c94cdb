namespace EmailAuth.Signatures;

/// <summary>What a public key shows of a signature that does not hold.</summary>
public enum SignatureOpening
{
    /// <summary>Nothing: such keys only verify (Ed25519), or the key cannot be used.</summary>
    Unknown,

    /// <summary>The key does not open it to valid padding (RFC 8017 section 8.2.2): another key signed, or <c>b=</c> was damaged.</summary>
    OtherKey,

    /// <summary>The key opens it to valid padding: its private half signed, over a digest of something else.</summary>
    Opened,
}
