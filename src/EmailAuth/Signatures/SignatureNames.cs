using System.Diagnostics;

namespace EmailAuth.Signatures;

/// <summary>The registered names of algorithms, as they are written in tags and in results.</summary>
internal static class SignatureNames
{
    public static string Of(SignatureAlgorithm algorithm) => algorithm switch
    {
        SignatureAlgorithm.RsaSha1 => "rsa-sha1",
        SignatureAlgorithm.RsaSha256 => "rsa-sha256",
        SignatureAlgorithm.Ed25519Sha256 => "ed25519-sha256",
        _ => throw new UnreachableException(),
    };

    public static string Of(SignatureResultCode code) => code switch
    {
        SignatureResultCode.Pass => "pass",
        SignatureResultCode.Fail => "fail",
        SignatureResultCode.Policy => "policy",
        SignatureResultCode.Neutral => "neutral",
        SignatureResultCode.TempError => "temperror",
        SignatureResultCode.PermError => "permerror",
        SignatureResultCode.None => "none",
        _ => throw new UnreachableException(),
    };

    public static string Of(SignatureCanonicalization canonicalization) => canonicalization switch
    {
        SignatureCanonicalization.Simple => "simple",
        SignatureCanonicalization.Relaxed => "relaxed",
        _ => throw new UnreachableException(),
    };

    /// <summary>The key type an algorithm needs (<c>k=</c>, RFC 6376 section 3.6.1).</summary>
    public static string KeyTypeOf(SignatureAlgorithm algorithm) => algorithm switch
    {
        SignatureAlgorithm.RsaSha1 or SignatureAlgorithm.RsaSha256 => "rsa",
        SignatureAlgorithm.Ed25519Sha256 => "ed25519",
        _ => throw new UnreachableException(),
    };

    /// <summary>The hash an algorithm uses (<c>h=</c> of a key, RFC 6376 section 3.6.1).</summary>
    public static SignatureHash HashOf(SignatureAlgorithm algorithm) => algorithm switch
    {
        SignatureAlgorithm.RsaSha1 => SignatureHash.Sha1,
        SignatureAlgorithm.RsaSha256 or SignatureAlgorithm.Ed25519Sha256 => SignatureHash.Sha256,
        _ => throw new UnreachableException(),
    };

    public static string Of(SignatureHash hash) => hash switch
    {
        SignatureHash.Sha1 => "sha1",
        SignatureHash.Sha256 => "sha256",
        _ => throw new UnreachableException(),
    };
}
