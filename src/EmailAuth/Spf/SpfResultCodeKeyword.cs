using System.Diagnostics;

namespace EmailAuth.Spf;

/// <summary>The results as RFC 7208 section 2.6 and RFC 8601 section 2.7.2 write them.</summary>
public static class SpfResultCodeKeyword
{
    /// <summary>The result in one word.</summary>
    /// <param name="code">The result.</param>
    public static string Keyword(this SpfResultCode code) => code switch
    {
        SpfResultCode.Neutral => "neutral",
        SpfResultCode.Pass => "pass",
        SpfResultCode.Fail => "fail",
        SpfResultCode.SoftFail => "softfail",
        SpfResultCode.TempError => "temperror",
        SpfResultCode.PermError => "permerror",
        SpfResultCode.None => "none",
        _ => throw new UnreachableException(),
    };
}
