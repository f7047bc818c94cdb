namespace EmailAuth.Reports.Failures;

/// <summary>Which failure reports a message gives.</summary>
[Flags]
public enum FailureReportKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A report about DMARC (RFC 9991).</summary>
    Dmarc = 1,

    /// <summary>A report about a signature that failed (RFC 6591 section 3.1, for <c>fo=d</c>).</summary>
    Dkim = 2,

    /// <summary>A report about SPF that failed (RFC 6591 section 3.1, for <c>fo=s</c>).</summary>
    Spf = 4,
}
