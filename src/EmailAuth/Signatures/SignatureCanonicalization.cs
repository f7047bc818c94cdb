namespace EmailAuth.Signatures;

/// <summary>How bytes are prepared for signing (RFC 6376 section 3.4). Header and body each have their own.</summary>
public enum SignatureCanonicalization
{
    /// <summary>Unchanged, but the empty lines at the end of the body are ignored (RFC 6376 sections 3.4.1 and 3.4.3).</summary>
    Simple,

    /// <summary>White space is evened out, field names are lower case (RFC 6376 sections 3.4.2 and 3.4.4).</summary>
    Relaxed,
}
