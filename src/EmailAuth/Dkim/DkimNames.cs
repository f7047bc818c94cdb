using System.Diagnostics;

namespace EmailAuth.Dkim;

/// <summary>The registered names of algorithms, as they are written in tags and in results.</summary>
internal static class DkimNames
{
    public static string Of(DkimAlgorithm algorithm) => algorithm switch
    {
        DkimAlgorithm.RsaSha1 => "rsa-sha1",
        DkimAlgorithm.RsaSha256 => "rsa-sha256",
        DkimAlgorithm.Ed25519Sha256 => "ed25519-sha256",
        _ => throw new UnreachableException(),
    };

    public static string Of(DkimResultCode code) => code switch
    {
        DkimResultCode.Pass => "pass",
        DkimResultCode.Fail => "fail",
        DkimResultCode.Policy => "policy",
        DkimResultCode.Neutral => "neutral",
        DkimResultCode.TempError => "temperror",
        DkimResultCode.PermError => "permerror",
        DkimResultCode.None => "none",
        _ => throw new UnreachableException(),
    };

    public static string Of(DkimCanonicalization canonicalization) => canonicalization switch
    {
        DkimCanonicalization.Simple => "simple",
        DkimCanonicalization.Relaxed => "relaxed",
        _ => throw new UnreachableException(),
    };

    /// <summary>The key type an algorithm needs (<c>k=</c>, RFC 6376 section 3.6.1).</summary>
    public static string KeyTypeOf(DkimAlgorithm algorithm) => algorithm switch
    {
        DkimAlgorithm.RsaSha1 or DkimAlgorithm.RsaSha256 => "rsa",
        DkimAlgorithm.Ed25519Sha256 => "ed25519",
        _ => throw new UnreachableException(),
    };

    /// <summary>The hash an algorithm uses (<c>h=</c> of a key, RFC 6376 section 3.6.1).</summary>
    public static SignatureHash HashOf(DkimAlgorithm algorithm) => algorithm switch
    {
        DkimAlgorithm.RsaSha1 => SignatureHash.Sha1,
        DkimAlgorithm.RsaSha256 or DkimAlgorithm.Ed25519Sha256 => SignatureHash.Sha256,
        _ => throw new UnreachableException(),
    };

    public static string Of(SignatureHash hash) => hash switch
    {
        SignatureHash.Sha1 => "sha1",
        SignatureHash.Sha256 => "sha256",
        _ => throw new UnreachableException(),
    };
}
