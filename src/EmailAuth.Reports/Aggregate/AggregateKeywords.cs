using System.Diagnostics;
using EmailAuth.Dmarc;

namespace EmailAuth.Reports.Aggregate;

/// <summary>The words of aggregate reports (RFC 9990 Appendix A).</summary>
public static class AggregateKeywords
{
    /// <summary>The disposition as reports write it, such as <c>quarantine</c>; <c>unknown</c> for what no report may say.</summary>
    /// <param name="disposition">The disposition.</param>
    public static string Keyword(this AggregateDisposition disposition) => disposition switch
    {
        AggregateDisposition.None => "none",
        AggregateDisposition.Pass => "pass",
        AggregateDisposition.Quarantine => "quarantine",
        AggregateDisposition.Reject => "reject",
        AggregateDisposition.Unknown => "unknown",
        _ => throw new UnreachableException(),
    };

    /// <summary>The result as reports write it; <c>unknown</c> for what no report may say.</summary>
    /// <param name="result">The result.</param>
    public static string Keyword(this AlignedResult result) => result switch
    {
        AlignedResult.Pass => "pass",
        AlignedResult.Fail => "fail",
        AlignedResult.Unknown => "unknown",
        _ => throw new UnreachableException(),
    };

    /// <summary>The kind of reason as reports write it, such as <c>local_policy</c>; <c>unknown</c> for what no report may say.</summary>
    /// <param name="type">The kind.</param>
    public static string Keyword(this PolicyOverrideType type) => type switch
    {
        PolicyOverrideType.LocalPolicy => "local_policy",
        PolicyOverrideType.MailingList => "mailing_list",
        PolicyOverrideType.TrustedForwarder => "trusted_forwarder",
        PolicyOverrideType.PolicyTestMode => "policy_test_mode",
        PolicyOverrideType.Other => "other",
        PolicyOverrideType.Forwarded => "forwarded",
        PolicyOverrideType.SampledOut => "sampled_out",
        PolicyOverrideType.Unknown => "unknown",
        _ => throw new UnreachableException(),
    };

    /// <summary>The alignment mode as records and reports write it.</summary>
    internal static string Keyword(this DmarcAlignmentMode mode) => mode switch
    {
        DmarcAlignmentMode.Relaxed => "r",
        DmarcAlignmentMode.Strict => "s",
        _ => throw new UnreachableException(),
    };

    /// <summary>Reads a disposition; <see cref="AggregateDisposition.Unknown"/> for another word.</summary>
    internal static AggregateDisposition Disposition(string word) => word switch
    {
        "none" => AggregateDisposition.None,
        "pass" => AggregateDisposition.Pass,
        "quarantine" => AggregateDisposition.Quarantine,
        "reject" => AggregateDisposition.Reject,
        _ => AggregateDisposition.Unknown,
    };

    /// <summary>Reads an aligned result; <see cref="AlignedResult.Unknown"/> for another word.</summary>
    internal static AlignedResult Aligned(string word) => word switch
    {
        "pass" => AlignedResult.Pass,
        "fail" => AlignedResult.Fail,
        _ => AlignedResult.Unknown,
    };

    /// <summary>Reads a kind of reason; <see cref="PolicyOverrideType.Unknown"/> for another word.</summary>
    internal static PolicyOverrideType Override(string word) => word switch
    {
        "local_policy" => PolicyOverrideType.LocalPolicy,
        "mailing_list" => PolicyOverrideType.MailingList,
        "trusted_forwarder" => PolicyOverrideType.TrustedForwarder,
        "policy_test_mode" => PolicyOverrideType.PolicyTestMode,
        "other" => PolicyOverrideType.Other,
        "forwarded" => PolicyOverrideType.Forwarded,
        "sampled_out" => PolicyOverrideType.SampledOut,
        _ => PolicyOverrideType.Unknown,
    };

    /// <summary>Reads a policy; null for another word.</summary>
    internal static DmarcPolicy? Policy(string word) => word switch
    {
        "none" => DmarcPolicy.None,
        "quarantine" => DmarcPolicy.Quarantine,
        "reject" => DmarcPolicy.Reject,
        _ => null,
    };

    /// <summary>Reads an alignment mode; null for another word.</summary>
    internal static DmarcAlignmentMode? Mode(string word) => word switch
    {
        "r" => DmarcAlignmentMode.Relaxed,
        "s" => DmarcAlignmentMode.Strict,
        _ => null,
    };

    /// <summary>Whether DKIM has this result (RFC 8601 section 2.7.1).</summary>
    internal static bool IsDkimResult(string word) => word is "none" or "pass" or "fail" or "policy" or "neutral" or "temperror" or "permerror";

    /// <summary>Whether SPF has this result (RFC 8601 section 2.7.2).</summary>
    internal static bool IsSpfResult(string word) => word is "softfail" || IsDkimResult(word);
}
