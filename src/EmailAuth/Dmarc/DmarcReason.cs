namespace EmailAuth.Dmarc;

/// <summary>The causes of a DMARC result. The words are in <see cref="DmarcKeywords"/>, for users in REASONS.md.</summary>
internal enum DmarcReason
{
    /// <summary>The caller made the result and wrote its reason.</summary>
    Other,

    /// <summary>The message has no usable author domain (RFC 9989 section 5.3.1); the author's own reason code says why.</summary>
    NoAuthorDomain,

    /// <summary>There is no DMARC record for the author domain or above it (section 4.10.1).</summary>
    NoRecord,

    /// <summary>The record has no valid policy and no address for reports (section 4.10.1).</summary>
    InvalidPolicy,

    /// <summary>Neither SPF nor DKIM authenticated an identifier (section 4.4).</summary>
    NotAuthenticated,

    /// <summary>No authenticated identifier aligns with the author domain (section 4.4).</summary>
    NotAligned,

    /// <summary>The query for a record failed, and the result depends on it (section 4.10.1).</summary>
    RecordQueryFailed,

    /// <summary>Whether an identifier aligns depends on a query that failed (section 4.10.2).</summary>
    AlignmentQueryFailed,

    /// <summary>The policy depends on whether the author domain exists, and the query for it failed (section 3.2.13).</summary>
    ExistenceQueryFailed,

    /// <summary>SPF of a domain that would align ended in a temporary error (section 5.3.5).</summary>
    SpfTemporaryError,

    /// <summary>DKIM of a domain that would align ended in a temporary error (section 5.3.5).</summary>
    DkimTemporaryError,

    /// <summary>SPF was not checked, because a reconstructed envelope lacks what it needs; with a pass DMARC might not fail (section 4.4).</summary>
    SpfNotChecked,
}
