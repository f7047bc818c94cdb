namespace EmailAuth.Reports.Feedback;

/// <summary>What a feedback report is about (RFC 5965 section 3.1, <c>Feedback-Type</c>).</summary>
public enum FeedbackType
{
    /// <summary>A type that is not registered; <see cref="FeedbackReport.TypeText"/> has it.</summary>
    Unknown,

    /// <summary><c>abuse</c>: a recipient complains about the message.</summary>
    Abuse,

    /// <summary><c>fraud</c>: the message is fraud or phishing.</summary>
    Fraud,

    /// <summary><c>virus</c>: the message has malicious content.</summary>
    Virus,

    /// <summary><c>other</c>: another kind of feedback.</summary>
    Other,

    /// <summary><c>not-spam</c>: a recipient says that the message is wanted (RFC 6430).</summary>
    NotSpam,

    /// <summary><c>auth-failure</c>: the message failed authentication (RFC 6591, RFC 9991).</summary>
    AuthFailure,
}
