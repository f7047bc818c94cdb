namespace EmailAuth.Dmarc;

/// <summary>Why a receiver handles a message otherwise than the policy asks; the names are those of RFC 9990's reports.</summary>
internal enum DmarcOverrideType
{
    /// <summary><c>local_policy</c>: a rule of the receiver's.</summary>
    LocalPolicy,

    /// <summary><c>mailing_list</c>: the message came through a mailing list.</summary>
    MailingList,

    /// <summary><c>trusted_forwarder</c>: the message came through a forwarder that the receiver trusts.</summary>
    TrustedForwarder,

    /// <summary><c>policy_test_mode</c>: the record has <c>t=y</c>.</summary>
    PolicyTestMode,

    /// <summary><c>other</c>: another reason, which the comment gives.</summary>
    Other,
}
