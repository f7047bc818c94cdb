using System.Diagnostics;

namespace EmailAuth.Iprev;

/// <summary>The results as RFC 8601 section 2.7.3 writes them.</summary>
internal static class IprevResultCodeKeyword
{
    /// <summary>The result in one word.</summary>
    /// <param name="code">The result.</param>
    public static string Keyword(this IprevResultCode code) => code switch
    {
        IprevResultCode.Pass => "pass",
        IprevResultCode.Fail => "fail",
        IprevResultCode.TempError => "temperror",
        IprevResultCode.PermError => "permerror",
        _ => throw new UnreachableException(),
    };
}
