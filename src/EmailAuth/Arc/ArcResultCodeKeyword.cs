using System.Diagnostics;

namespace EmailAuth.Arc;

/// <summary>The status of a chain as <c>cv=</c> (RFC 8617 section 4.1.3) and results write it.</summary>
public static class ArcResultCodeKeyword
{
    /// <summary>The status in one word.</summary>
    /// <param name="code">The result.</param>
    public static string Keyword(this ArcResultCode code) => code switch
    {
        ArcResultCode.Pass => "pass",
        ArcResultCode.Fail => "fail",
        ArcResultCode.None => "none",
        _ => throw new UnreachableException(),
    };
}
