namespace EmailAuth.Reports.Reading;

/// <summary>The mail that carried a report: what its header claims, and what its authentication found. Immutable.</summary>
public sealed class ReportMail
{
    /// <summary>The domain of the first address in From, lower case; null without one.</summary>
    public string? AuthorDomain { get; init; }

    /// <summary>From, unfolded and decoded; null when it is missing.</summary>
    public string? From { get; init; }

    /// <summary>Subject, unfolded and decoded; null when it is missing.</summary>
    public string? Subject { get; init; }

    /// <summary>Message-ID without angle brackets; null when it is missing.</summary>
    public string? MessageId { get; init; }

    /// <summary><c>TLS-Report-Domain</c> (RFC 8460 section 5.3); null when it is missing.</summary>
    public string? TlsReportDomain { get; init; }

    /// <summary><c>TLS-Report-Submitter</c> (RFC 8460 section 5.3); null when it is missing.</summary>
    public string? TlsReportSubmitter { get; init; }

    /// <summary>Whether the mail was attached to another mail.</summary>
    public bool IsForwarded { get; init; }

    /// <summary>What the caller's pipeline says of the mail; null when it was not asked (<see cref="ReportReaderOptions.Authenticate"/>).</summary>
    public AuthenticationOutcome? Authentication { get; internal set; }

    /// <summary>From and Subject.</summary>
    public override string ToString() => $"From: {From}, Subject: {Subject}";
}
