using System.Diagnostics;

namespace EmailAuth.Signatures;

/// <summary>The registered words of results and canonicalizations.</summary>
public static class SignatureKeywords
{
    /// <summary>The result as RFC 8601 section 2.7.1 writes it, such as <c>temperror</c>.</summary>
    /// <param name="code">The result.</param>
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

    /// <summary>The canonicalization as <c>c=</c> writes it (RFC 6376 section 3.5).</summary>
    /// <param name="canonicalization">The canonicalization.</param>
    internal static string Keyword(this SignatureCanonicalization canonicalization) => canonicalization switch
    {
        SignatureCanonicalization.Simple => "simple",
        SignatureCanonicalization.Relaxed => "relaxed",
        _ => throw new UnreachableException(),
    };
}
