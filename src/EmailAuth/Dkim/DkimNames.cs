namespace EmailAuth.Dkim;

/// <summary>The registered names of algorithms, as they are written in tags and in results.</summary>
internal static class DkimNames
{
    public static string Of(DkimAlgorithm algorithm) => algorithm switch
    {
        DkimAlgorithm.RsaSha1 => "rsa-sha1",
        DkimAlgorithm.RsaSha256 => "rsa-sha256",
        _ => "ed25519-sha256",
    };

    public static string Of(DkimResultCode code) => code switch
    {
        DkimResultCode.Pass => "pass",
        DkimResultCode.Fail => "fail",
        DkimResultCode.Policy => "policy",
        DkimResultCode.Neutral => "neutral",
        DkimResultCode.TempError => "temperror",
        DkimResultCode.PermError => "permerror",
        _ => "none",
    };

    public static string Of(DkimCanonicalization canonicalization) =>
        canonicalization == DkimCanonicalization.Relaxed ? "relaxed" : "simple";

    /// <summary>The key type an algorithm needs (<c>k=</c>, RFC 6376 section 3.6.1).</summary>
    public static string KeyTypeOf(DkimAlgorithm algorithm) => algorithm == DkimAlgorithm.Ed25519Sha256 ? "ed25519" : "rsa";

    /// <summary>The hash an algorithm uses (<c>h=</c> of a key, RFC 6376 section 3.6.1).</summary>
    public static SignatureHash HashOf(DkimAlgorithm algorithm) =>
        algorithm == DkimAlgorithm.RsaSha1 ? SignatureHash.Sha1 : SignatureHash.Sha256;

    public static string Of(SignatureHash hash) => hash == SignatureHash.Sha1 ? "sha1" : "sha256";
}
