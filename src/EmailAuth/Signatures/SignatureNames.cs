namespace EmailAuth.Signatures;

/// <summary>The registered names of algorithms, as they are written in tags and in results.</summary>
internal static class SignatureNames
{
    public static string Of(SignatureAlgorithm algorithm) => algorithm switch
    {
        SignatureAlgorithm.RsaSha1 => "rsa-sha1",
        SignatureAlgorithm.RsaSha256 => "rsa-sha256",
        _ => "ed25519-sha256",
    };

    public static string Of(SignatureResultCode code) => code switch
    {
        SignatureResultCode.Pass => "pass",
        SignatureResultCode.Fail => "fail",
        SignatureResultCode.Policy => "policy",
        SignatureResultCode.Neutral => "neutral",
        SignatureResultCode.TempError => "temperror",
        SignatureResultCode.PermError => "permerror",
        _ => "none",
    };

    public static string Of(SignatureCanonicalization canonicalization) =>
        canonicalization == SignatureCanonicalization.Relaxed ? "relaxed" : "simple";

    /// <summary>The key type an algorithm needs (<c>k=</c>, RFC 6376 section 3.6.1).</summary>
    public static string KeyTypeOf(SignatureAlgorithm algorithm) => algorithm == SignatureAlgorithm.Ed25519Sha256 ? "ed25519" : "rsa";

    /// <summary>The hash an algorithm uses (<c>h=</c> of a key, RFC 6376 section 3.6.1).</summary>
    public static SignatureHash HashOf(SignatureAlgorithm algorithm) =>
        algorithm == SignatureAlgorithm.RsaSha1 ? SignatureHash.Sha1 : SignatureHash.Sha256;

    public static string Of(SignatureHash hash) => hash == SignatureHash.Sha1 ? "sha1" : "sha256";
}
