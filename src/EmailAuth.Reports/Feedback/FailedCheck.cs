namespace EmailAuth.Reports.Feedback;

/// <summary>Which check failed (RFC 6591 section 3.1 and RFC 9991, <c>Auth-Failure</c>).</summary>
public enum FailedCheck
{
    /// <summary>The report does not say it, or has a word that is not registered.</summary>
    Unknown,

    /// <summary><c>dmarc</c>: neither DKIM nor SPF gave an aligned pass.</summary>
    Dmarc,

    /// <summary><c>bodyhash</c>: the body hash of a DKIM signature differs.</summary>
    BodyHash,

    /// <summary><c>revoked</c>: the DKIM key has been revoked.</summary>
    Revoked,

    /// <summary><c>signature</c>: a DKIM signature does not verify.</summary>
    Signature,

    /// <summary><c>spf</c>: SPF failed.</summary>
    Spf,

    /// <summary><c>adsp</c>: the policy of RFC 5617, which is historic, was not met.</summary>
    Adsp,
}
