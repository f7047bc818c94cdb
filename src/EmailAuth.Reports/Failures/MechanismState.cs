namespace EmailAuth.Reports.Failures;

/// <summary>What a mechanism, SPF or DKIM, gave for the author domain of a message.</summary>
public enum MechanismState
{
    /// <summary>A pass that is aligned with the author domain.</summary>
    Aligned,

    /// <summary>Anything else that is decided: a failure, a pass of another domain, or no signature and no record at all.</summary>
    NotAligned,

    /// <summary>A query failed that the result or the alignment depends on: it is not known whether the mechanism failed.</summary>
    Undecided,
}
