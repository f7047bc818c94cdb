using System.Diagnostics;

namespace EmailAuth.Signatures;

/// <summary>The words of <see cref="SignatureResultCode"/>.</summary>
internal static class SignatureResultCodes
{
    /// <summary>The result as RFC 8601 section 2.7.1 writes it.</summary>
    public static string Keyword(this SignatureResultCode code) => code switch
    {
        SignatureResultCode.None => "none",
        SignatureResultCode.Pass => "pass",
        SignatureResultCode.Fail => "fail",
        SignatureResultCode.Policy => "policy",
        SignatureResultCode.Neutral => "neutral",
        SignatureResultCode.TempError => "temperror",
        SignatureResultCode.PermError => "permerror",
        _ => throw new UnreachableException(),
    };
}
