namespace EmailAuth.Reports.Reading;

/// <summary>What kind of report was read.</summary>
public enum ReportKind
{
    /// <summary>Nothing that is known here; the findings say what was found instead.</summary>
    None,

    /// <summary>A DMARC aggregate report (RFC 9990, RFC 7489).</summary>
    Aggregate,

    /// <summary>A report about one message that failed authentication (RFC 9991, RFC 6591).</summary>
    Failure,

    /// <summary>A complaint or other feedback about a message (RFC 5965, RFC 6430, RFC 9477).</summary>
    Feedback,

    /// <summary>An SMTP TLS report (RFC 8460).</summary>
    Tls,
}
