using System.Diagnostics;

namespace EmailAuth.Dkim;

/// <summary>The check of one half of a signature in the words of JSON.</summary>
internal static class DkimCheckKeyword
{
    public static string Keyword(this DkimCheck check) => check switch
    {
        DkimCheck.NotChecked => "not_checked",
        DkimCheck.Matches => "matches",
        DkimCheck.Differs => "differs",
        _ => throw new UnreachableException(),
    };
}
