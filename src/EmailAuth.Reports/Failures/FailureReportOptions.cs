using EmailAuth.Reports.Feedback;

namespace EmailAuth.Reports.Failures;

/// <summary>How failure reports are made. Immutable.</summary>
public sealed record FailureReportOptions
{
    /// <summary>The key of the hashes that replace people (RFC 6590). With the same key, reports of several hosts and days can be compared.</summary>
    public required RedactionKey Key { get; init; }

    /// <summary>How much of the message's header a report has. Default <see cref="OriginalContent.Redacted"/>.</summary>
    public OriginalContent Content { get; init; }

    /// <summary>How many there are at most.</summary>
    public FailureLimits Limits { get; init; } = new();
}
