using System.Diagnostics;

namespace EmailAuth.Inspection.Signatures;

/// <summary>The words of a diagnosis in outputs.</summary>
public static class ChangeKeywords
{
    /// <summary>A code as programs in other languages read it: its name in lower case with hyphens, such as <c>body-appended</c>.</summary>
    /// <param name="code">The code.</param>
    public static string Keyword(this ChangeCode code) => FindingKeywords.Hyphenated(code.ToString());

    /// <summary>How a search ended: <c>not_needed</c>, <c>found</c>, <c>not_found</c> or <c>limit_reached</c>.</summary>
    /// <param name="end">How it ended.</param>
    public static string Keyword(this SearchEnd end) => end switch
    {
        SearchEnd.NotNeeded => "not_needed",
        SearchEnd.Found => "found",
        SearchEnd.NotFound => "not_found",
        SearchEnd.LimitReached => "limit_reached",
        _ => throw new UnreachableException(),
    };
}
