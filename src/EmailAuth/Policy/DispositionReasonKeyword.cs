using System.Diagnostics;

namespace EmailAuth.Policy;

/// <summary>The codes of a disposition's reasons as programs read them.</summary>
internal static class DispositionReasonKeyword
{
    /// <summary>The code in one word.</summary>
    /// <param name="reason">The cause.</param>
    public static string Keyword(this DispositionReason reason) => reason switch
    {
        DispositionReason.Other => "other",
        DispositionReason.NoPolicy => "no_policy",
        DispositionReason.DmarcPass => "dmarc_pass",
        DispositionReason.PolicyNone => "policy_none",
        DispositionReason.DmarcPolicy => "dmarc_policy",
        DispositionReason.Overridden => "overridden",
        DispositionReason.DmarcUndecided => "dmarc_undecided",
        DispositionReason.UnusableAuthor => "unusable_author",
        DispositionReason.HeaderLimit => "header_limit",
        _ => throw new UnreachableException(),
    };
}
