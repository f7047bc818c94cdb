namespace EmailAuth.Reports.Aggregate;

/// <summary>Whether a mechanism gave an aligned pass (RFC 9990 section 3.1.1, <c>policy_evaluated</c>), before any local override.</summary>
public enum AlignedResult
{
    /// <summary>The report has no value that is known here. Only a reader gives it; a writer refuses it.</summary>
    Unknown,

    /// <summary><c>pass</c>: an identifier passed and is aligned with the author domain.</summary>
    Pass,

    /// <summary><c>fail</c>: none did.</summary>
    Fail,
}
