using System.Diagnostics;

namespace EmailAuth.Dmarc;

/// <summary>The registered words of what DMARC finds.</summary>
public static class DmarcKeywords
{
    /// <summary>The result as RFC 8601 section 2.7 and RFC 9989 section 9.1 write it, such as <c>temperror</c>.</summary>
    /// <param name="code">The result.</param>
    public static string Keyword(this DmarcResultCode code) => code switch
    {
        DmarcResultCode.None => "none",
        DmarcResultCode.Pass => "pass",
        DmarcResultCode.Fail => "fail",
        DmarcResultCode.TempError => "temperror",
        DmarcResultCode.PermError => "permerror",
        _ => throw new UnreachableException(),
    };

    /// <summary>The policy as records and reports write it (RFC 9989 section 4.7), such as <c>quarantine</c>.</summary>
    /// <param name="policy">The policy.</param>
    public static string Keyword(this DmarcPolicy policy) => policy switch
    {
        DmarcPolicy.Reject => "reject",
        DmarcPolicy.Quarantine => "quarantine",
        DmarcPolicy.None => "none",
        _ => throw new UnreachableException(),
    };

    /// <summary>The tag as records write it (RFC 9989 section 4.7).</summary>
    internal static string Keyword(this DmarcPolicyTag tag) => tag switch
    {
        DmarcPolicyTag.Domain => "p",
        DmarcPolicyTag.Subdomain => "sp",
        DmarcPolicyTag.NonexistentSubdomain => "np",
        _ => throw new UnreachableException(),
    };

    /// <summary>The way of discovery as reports write it (RFC 9990).</summary>
    internal static string Keyword(this DmarcDiscoveryMethod method) => method switch
    {
        DmarcDiscoveryMethod.TreeWalk => "treewalk",
        DmarcDiscoveryMethod.PublicSuffixList => "psl",
        _ => throw new UnreachableException(),
    };

    /// <summary>The code of a reason as programs read it.</summary>
    internal static string Keyword(this DmarcReason reason) => reason switch
    {
        DmarcReason.Other => "other",
        DmarcReason.NoAuthorDomain => "no_author_domain",
        DmarcReason.NoRecord => "no_record",
        DmarcReason.InvalidPolicy => "invalid_policy",
        DmarcReason.NotAuthenticated => "not_authenticated",
        DmarcReason.NotAligned => "not_aligned",
        DmarcReason.RecordQueryFailed => "record_query_failed",
        DmarcReason.AlignmentQueryFailed => "alignment_query_failed",
        DmarcReason.ExistenceQueryFailed => "existence_query_failed",
        DmarcReason.SpfTemporaryError => "spf_temperror",
        DmarcReason.DkimTemporaryError => "dkim_temperror",
        DmarcReason.SpfNotChecked => "spf_not_checked",
        _ => throw new UnreachableException(),
    };

    /// <summary>What a step of discovery found.</summary>
    internal static string Keyword(this DmarcLookupOutcome outcome) => outcome switch
    {
        DmarcLookupOutcome.Record => "record",
        DmarcLookupOutcome.NoRecord => "no_record",
        DmarcLookupOutcome.SeveralRecords => "several_records",
        DmarcLookupOutcome.TemporaryFailure => "temporary_failure",
        _ => throw new UnreachableException(),
    };

    /// <summary>Why a part of a record has no effect.</summary>
    internal static string Keyword(this DmarcIgnoredCode code) => code switch
    {
        DmarcIgnoredCode.NoTag => "no_tag",
        DmarcIgnoredCode.NoValue => "no_value",
        DmarcIgnoredCode.InvalidName => "invalid_name",
        DmarcIgnoredCode.Unknown => "unknown",
        DmarcIgnoredCode.Obsolete => "obsolete",
        DmarcIgnoredCode.Repeated => "repeated",
        DmarcIgnoredCode.InvalidPolicy => "invalid_policy",
        DmarcIgnoredCode.InvalidValue => "invalid_value",
        DmarcIgnoredCode.InvalidFailureOption => "invalid_failure_option",
        DmarcIgnoredCode.InvalidUri => "invalid_uri",
        DmarcIgnoredCode.SizeLimit => "size_limit",
        DmarcIgnoredCode.UselessFailureOptions => "useless_failure_options",
        DmarcIgnoredCode.MissingPolicy => "missing_policy",
        _ => throw new UnreachableException(),
    };

    /// <summary>What a failed query was for, as telemetry writes it.</summary>
    internal static string Keyword(this DmarcFailedQuery failed) => failed switch
    {
        DmarcFailedQuery.PolicyRecord => "policy_record",
        DmarcFailedQuery.AuthorDomain => "author_domain",
        DmarcFailedQuery.OrganizationalDomain => "organizational_domain",
        DmarcFailedQuery.Spf => "spf",
        DmarcFailedQuery.Dkim => "dkim",
        DmarcFailedQuery.None => "none",
        _ => throw new UnreachableException(),
    };
}
