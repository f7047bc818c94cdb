namespace EmailAuth.Reports.Aggregate;

/// <summary>What was done with the messages of a row (RFC 9990 section 3.1.1, <c>disposition</c>).</summary>
public enum AggregateDisposition
{
    /// <summary>The report has no value that is known here. Only a reader gives it; a writer refuses it.</summary>
    Unknown,

    /// <summary><c>none</c>: nothing was done because of DMARC.</summary>
    None,

    /// <summary><c>pass</c>: DMARC passed, and the policy asks for quarantine or rejection of what fails.</summary>
    Pass,

    /// <summary><c>quarantine</c>: the messages were treated as suspicious.</summary>
    Quarantine,

    /// <summary><c>reject</c>: the messages were refused.</summary>
    Reject,
}
