namespace EmailAuth.Dmarc;

/// <summary>What a query for a domain's DMARC record found (RFC 9989 section 4.10).</summary>
internal enum DmarcLookupOutcome
{
    /// <summary>One record.</summary>
    Record,

    /// <summary>No record: nothing at the name, or only texts that are not DMARC records.</summary>
    NoRecord,

    /// <summary>Two or more records, all of which are discarded (RFC 9989 section 4.10).</summary>
    SeveralRecords,

    /// <summary>The query failed, so nothing is known.</summary>
    TemporaryFailure,
}
