namespace EmailAuth.Reports.Aggregate;

/// <summary>Why the applied policy is not the published one (RFC 9990 section 3.1.1, <c>reason</c>).</summary>
public enum PolicyOverrideType
{
    /// <summary>The report has no value that is known here. Only a reader gives it; a writer refuses it.</summary>
    Unknown,

    /// <summary><c>local_policy</c>: a rule of the receiver's.</summary>
    LocalPolicy,

    /// <summary><c>mailing_list</c>: the messages came through a mailing list.</summary>
    MailingList,

    /// <summary><c>trusted_forwarder</c>: the messages came through a forwarder that the receiver trusts.</summary>
    TrustedForwarder,

    /// <summary><c>policy_test_mode</c>: the record has <c>t=y</c>.</summary>
    PolicyTestMode,

    /// <summary><c>other</c>: another reason, which the comment gives.</summary>
    Other,

    /// <summary><c>forwarded</c>: of RFC 7489 alone; a writer refuses it.</summary>
    Forwarded,

    /// <summary><c>sampled_out</c>: of RFC 7489 alone; a writer refuses it.</summary>
    SampledOut,
}
