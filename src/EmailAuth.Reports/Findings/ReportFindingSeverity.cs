namespace EmailAuth.Reports.Findings;

/// <summary>How much a finding about a report matters.</summary>
public enum ReportFindingSeverity
{
    /// <summary>Worth to know; the report conforms nevertheless.</summary>
    Note,

    /// <summary>The report does not conform, or contradicts itself: the verdict is at best <see cref="ReportVerdict.Salvaged"/>.</summary>
    Fault,

    /// <summary>The report must not be used: the verdict is <see cref="ReportVerdict.Unusable"/>.</summary>
    Fatal,
}
