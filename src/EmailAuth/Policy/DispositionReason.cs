namespace EmailAuth.Policy;

/// <summary>The causes of a disposition. The words are in <see cref="DispositionReasonKeyword"/>, for users in REASONS.md.</summary>
internal enum DispositionReason
{
    /// <summary>The caller made the disposition and wrote its reason.</summary>
    Other,

    /// <summary>No DMARC policy applies, or DMARC was not checked.</summary>
    NoPolicy,

    /// <summary>DMARC passes.</summary>
    DmarcPass,

    /// <summary>DMARC fails, and the domain owner asks for nothing (RFC 9989 section 4.7, <c>p=none</c>).</summary>
    PolicyNone,

    /// <summary>DMARC fails, and what the domain owner asks for is done.</summary>
    DmarcPolicy,

    /// <summary>DMARC fails or is not decided, and local policy decides otherwise: the override says why (RFC 9990).</summary>
    Overridden,

    /// <summary>DMARC ends in a temporary error.</summary>
    DmarcUndecided,

    /// <summary>The message has no usable author domain (RFC 9989 section 5.3.1).</summary>
    UnusableAuthor,

    /// <summary>The header exceeds a limit, so that forged results may follow what was read (RFC 8601 section 5).</summary>
    HeaderLimit,
}
