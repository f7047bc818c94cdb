namespace EmailAuth.Reports.Feedback;

/// <summary>Where a token is from that tells the sender who complained (RFC 6449: the provider hides the recipient, and leaves a token).</summary>
public enum RecipientTokenKind
{
    /// <summary>The return path of the message, which may have the recipient in its local part (VERP).</summary>
    ReturnPath,

    /// <summary><c>CFBL-Feedback-ID</c> of the message (RFC 9477 section 3.2), white space removed.</summary>
    CfblFeedbackId,

    /// <summary><c>Feedback-ID</c> of the message.</summary>
    FeedbackId,

    /// <summary>A URI of <c>List-Unsubscribe</c> of the message (RFC 2369). It is not fetched.</summary>
    ListUnsubscribe,

    /// <summary><c>Message-ID</c> of the message.</summary>
    MessageId,

    /// <summary><c>Original-Rcpt-To</c> of the report: the recipient, unless it was redacted.</summary>
    OriginalRecipient,
}
