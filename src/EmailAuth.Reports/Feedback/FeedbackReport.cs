using System.Collections.Immutable;

namespace EmailAuth.Reports.Feedback;

/// <summary>A report about one message or several like it: a complaint, or a failure of authentication (RFC 5965). Immutable.</summary>
public sealed class FeedbackReport
{
    /// <summary>What it is about.</summary>
    public FeedbackType Type { get; init; }

    /// <summary><c>Feedback-Type</c> as it is written.</summary>
    public required string TypeText { get; init; }

    /// <summary><c>User-Agent</c>: the program that made the report; null when it is missing.</summary>
    public string? UserAgent { get; init; }

    /// <summary><c>Version</c> as it is written; null when it is missing.</summary>
    public string? Version { get; init; }

    /// <summary><c>Arrival-Date</c>, or its old name <c>Received-Date</c>; null when it is missing or not a date.</summary>
    public DateTimeOffset? ArrivalDate { get; init; }

    /// <summary><c>Incidents</c>: how many similar messages the report is about; 1 without the field.</summary>
    public long Incidents { get; init; } = 1;

    /// <summary><c>Original-Envelope-Id</c>; null when it is not said.</summary>
    public string? OriginalEnvelopeId { get; init; }

    /// <summary><c>Original-Mail-From</c> without angle brackets; empty for the null reverse-path; null when it is not said.</summary>
    public string? OriginalMailFrom { get; init; }

    /// <summary><c>Original-Rcpt-To</c> without angle brackets. Personal data.</summary>
    public ImmutableArray<string> OriginalRecipients { get; init; } = [];

    /// <summary>The name in <c>Reporting-MTA</c>; null when it is not said.</summary>
    public string? ReportingMta { get; init; }

    /// <summary><c>Source-IP</c> without comments; null when it is not said. <see cref="System.Net.IPAddress"/> can read it unless a finding says otherwise.</summary>
    public string? SourceAddress { get; init; }

    /// <summary><c>Source-Port</c> (RFC 6692); null when it is not said.</summary>
    public int? SourcePort { get; init; }

    /// <summary><c>Authentication-Results</c> (RFC 8601), one a field. Text of the reporter; nothing here was checked.</summary>
    public ImmutableArray<string> AuthenticationResults { get; init; } = [];

    /// <summary><c>Reported-Domain</c>, one a field.</summary>
    public ImmutableArray<string> ReportedDomains { get; init; } = [];

    /// <summary><c>Reported-URI</c>, one a field. They are not fetched.</summary>
    public ImmutableArray<string> ReportedUris { get; init; } = [];

    /// <summary>What a failure report adds; null in other reports.</summary>
    public AuthenticationFailure? Failure { get; init; }

    /// <summary>Fields that are not known here.</summary>
    public ImmutableArray<FeedbackField> OtherFields { get; init; } = [];

    /// <summary>The message that the report is about; null without a third part.</summary>
    public OriginalMessage? Original { get; init; }

    /// <summary>By what the sender of the message finds the recipient, those that say most first; empty when the report has nothing.</summary>
    public ImmutableArray<RecipientToken> Tokens { get; init; } = [];

    /// <summary>Whether the message asked for complaints by RFC 9477: its header has a CFBL field.</summary>
    public bool IsCfbl => Original?["CFBL-Address"] is not null || Original?["CFBL-Feedback-ID"] is not null;

    /// <summary>The type and the domain.</summary>
    public override string ToString() => $"{TypeText} {(ReportedDomains.IsEmpty ? null : ReportedDomains[0])}".TrimEnd();
}
