namespace EmailAuth.Dmarc;

/// <summary>Why a part of a DMARC record has no effect.</summary>
internal enum DmarcIgnoredCode
{
    /// <summary>There is nothing between two semicolons (RFC 9989 section 4.8).</summary>
    NoTag,

    /// <summary>A tag without "=" (RFC 9989 section 4.8).</summary>
    NoValue,

    /// <summary>A tag name that holds more than letters (RFC 9989 section 4.8).</summary>
    InvalidName,

    /// <summary>A tag that no standard defines (RFC 9989 section 4.7).</summary>
    Unknown,

    /// <summary>A tag of RFC 7489 that RFC 9989 no longer defines: <c>pct</c>, <c>rf</c> or <c>ri</c>.</summary>
    Obsolete,

    /// <summary>A tag that appears a second time: the first one counts.</summary>
    Repeated,

    /// <summary>A policy that is not none, quarantine or reject (RFC 9989 section 4.7). It makes the record count as <c>p=none</c>, or not at all.</summary>
    InvalidPolicy,

    /// <summary>A value that is not one of its tag's letters (RFC 9989 section 4.7): the default counts.</summary>
    InvalidValue,

    /// <summary>A part of <c>fo</c> that is not 0, 1, d or s (RFC 9989 section 4.7).</summary>
    InvalidFailureOption,

    /// <summary>A report address that is not a URI to send reports to (RFC 9989 section 4.8).</summary>
    InvalidUri,

    /// <summary>The size limit of a report address (RFC 7489 section 6.2), which is no longer defined.</summary>
    SizeLimit,

    /// <summary><c>fo</c> in a record without <c>ruf</c> (RFC 9989 section 4.7).</summary>
    UselessFailureOptions,

    /// <summary><c>p</c> is missing (RFC 9989 section 4.10.1). It makes the record count as <c>p=none</c>, or not at all.</summary>
    MissingPolicy,
}
