namespace EmailAuth.Signatures;

/// <summary>The hash functions of DKIM (RFC 6376 section 3.3).</summary>
internal enum SignatureHash
{
    Sha1,
    Sha256,
}
