namespace EmailAuth.Spf;

/// <summary>The causes of an SPF result. The words are in <see cref="SpfReasonKeyword"/>, for users in REASONS.md.</summary>
internal enum SpfReason
{
    /// <summary>The caller made the result and wrote its reason.</summary>
    Other,

    /// <summary>A mechanism matched (RFC 7208 section 4.6.2).</summary>
    Match,

    /// <summary>No term of the record matched (section 4.7).</summary>
    NoMatch,

    /// <summary>The client's address is not known, so there is nothing to check (section 4.1).</summary>
    NoClient,

    /// <summary>The reverse-path cannot be read (RFC 5321 section 4.1.2).</summary>
    ReversePathSyntax,

    /// <summary>The reverse-path has an address literal in place of a domain (section 4.3).</summary>
    AddressLiteral,

    /// <summary>The HELO name is not a domain name (section 4.3).</summary>
    HeloSyntax,

    /// <summary>The domain has one label (section 4.3).</summary>
    SingleLabel,

    /// <summary>The domain has no SPF record (section 4.5).</summary>
    NoRecord,

    /// <summary>The domain has more than one SPF record (section 4.5).</summary>
    SeveralRecords,

    /// <summary>A record cannot be read (section 4.6).</summary>
    RecordSyntax,

    /// <summary>A record is longer than MaxRecordLength (section 3.4).</summary>
    RecordTooLong,

    /// <summary>The domain-spec of an include or a redirect does not give a name that can exist (sections 5.2 and 6.1).</summary>
    InvalidTarget,

    /// <summary>An include or a redirect leads to a domain without an SPF record (sections 5.2 and 6.1).</summary>
    TargetWithoutRecord,

    /// <summary>More terms ask the DNS than MaxLookups (section 4.6.4).</summary>
    LookupLimit,

    /// <summary>More lookups found nothing than MaxVoidLookups (section 4.6.4).</summary>
    VoidLookupLimit,

    /// <summary>A mechanism mx has more mail hosts than MaxMailHosts (section 4.6.4).</summary>
    MailHostLimit,

    /// <summary>A DNS query failed (sections 4.4 and 5).</summary>
    DnsFailure,

    /// <summary>The check took longer than TimeLimit (section 4.6.4).</summary>
    TimeLimit,
}
