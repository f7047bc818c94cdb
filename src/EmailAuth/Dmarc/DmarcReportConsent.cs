namespace EmailAuth.Dmarc;

/// <summary>Whether a report may go to an address that a policy names, and why (RFC 9990 section 4; RFC 9991 section 5 for failure reports).</summary>
public enum DmarcReportConsent
{
    /// <summary>It may not: the URI is not a <c>mailto:</c> with one mailbox that is written in the common form. Nothing was asked.</summary>
    NotAMailbox,

    /// <summary>It may not: the addresses before it reach <see cref="DmarcReportDestinations.MaxUris"/>. Nothing was asked.</summary>
    TooMany,

    /// <summary>It may: the mailbox is of the same organizational domain as the policy.</summary>
    SameOrganization,

    /// <summary>It may: the other organization publishes its consent (step 7).</summary>
    Confirmed,

    /// <summary>It may not: the other organization publishes no consent (step 6).</summary>
    NotConfirmed,

    /// <summary>It may not: the name of the consent is longer than the DNS allows (step 3).</summary>
    NameTooLong,

    /// <summary>It may not: the consent names another address, at another host (step 8).</summary>
    OtherHost,

    /// <summary>Not known: a query failed; it may be asked again later (step 4).</summary>
    Undecided,
}
