namespace EmailAuth.Inspection.Outcomes;

/// <summary>Why a message has its verdict. A code never changes its meaning; any version may add codes.</summary>
public enum CauseCode
{
    /// <summary>None of the other causes. Arguments: the reason that DMARC gives.</summary>
    Other,

    /// <summary>The message passes. Arguments: the author domain, the methods that make it pass.</summary>
    Passes,

    /// <summary>SPF alone makes the message pass. Arguments: the author domain.</summary>
    PassesBySpfAlone,

    /// <summary>The key of a signature that passes is shorter than recommended. Arguments: the signing domain, the name of the key, its bits.</summary>
    KeyWeak,

    /// <summary>The message has no From field (RFC 9989 section 5.3.1).</summary>
    AuthorMissing,

    /// <summary>There are several From fields, or From has addresses of several domains. Arguments: the domains.</summary>
    AuthorSeveral,

    /// <summary>The From field has no usable address. Arguments: why.</summary>
    AuthorUnusable,

    /// <summary>The header, or the number of signatures, exceeds a limit. Arguments: what exceeds which limit.</summary>
    LimitExceeded,

    /// <summary>The author domain has no DMARC record. Arguments: the domain.</summary>
    DmarcNoRecord,

    /// <summary>The DMARC record has no valid policy. Arguments: the domain.</summary>
    DmarcRecordUnusable,

    /// <summary>A DNS lookup failed for now. Arguments: the reason.</summary>
    DnsFailure,

    /// <summary>The address of the client is not known, so SPF is not checked. Arguments: none.</summary>
    AddressNotGiven,

    /// <summary>Lines end in a bare LF or CR. Arguments: none.</summary>
    LineEndsBroken,

    /// <summary>The line ends were LF, as in a file, and were converted. Arguments: none.</summary>
    LineEndsConverted,

    /// <summary>
    /// Neither SPF nor DKIM says anything for the author domain, and no earlier host says that it passed: the message may be forged.
    /// Arguments: the author domain, the client.
    /// </summary>
    PerhapsForged,

    /// <summary>A mailing list changed a signed message. Arguments: the signing domain, the name of the key, the list.</summary>
    ChangedByList,

    /// <summary>The body was changed after signing, the signed header was not. Arguments: the signing domain, the name of the key.</summary>
    BodyChanged,

    /// <summary>The body has fewer octets than were signed. Arguments: the signing domain, the name of the key.</summary>
    BodyCut,

    /// <summary>The signer made a wrong body hash. Arguments: the signing domain, the name of the key.</summary>
    BodyHashWrong,

    /// <summary>A signed header field was changed. Arguments: the signing domain, the name of the key.</summary>
    HeaderChanged,

    /// <summary>Header and body were changed. Arguments: the signing domain, the name of the key.</summary>
    HeaderAndBodyChanged,

    /// <summary>There is no key. Arguments: the signing domain, the name of the key.</summary>
    KeyMissing,

    /// <summary>The key is revoked. Arguments: the signing domain, the name of the key.</summary>
    KeyRevoked,

    /// <summary>The key has too few bits. Arguments: the signing domain, the name of the key, its bits.</summary>
    KeyTooShort,

    /// <summary>The key cannot verify the signature. Arguments: the signing domain, the name of the key, why.</summary>
    KeyUnusable,

    /// <summary>The domain is testing DKIM, and such keys do not count. Arguments: the signing domain, the name of the key.</summary>
    KeyTesting,

    /// <summary>The signature has expired. Arguments: the signing domain, the name of the key, the time.</summary>
    SignatureExpired,

    /// <summary>The signature is dated in the future. Arguments: the signing domain, the name of the key.</summary>
    SignatureInFuture,

    /// <summary>The signature is malformed, or its algorithm is not accepted. Arguments: the signing domain, the name of the key, why.</summary>
    SignatureUnusable,

    /// <summary>The signature does not cover all that people see. Arguments: the signing domain, the name of the key, why.</summary>
    SignatureLeavesOpen,

    /// <summary>The message has no DKIM signature. Arguments: the author domain.</summary>
    NoSignature,

    /// <summary>DKIM passes for a domain that is not aligned. Arguments: that domain, the author domain.</summary>
    SignedByOther,

    /// <summary>SPF passes for a domain that is not aligned. Arguments: that domain, the author domain.</summary>
    SpfOtherDomain,

    /// <summary>The SPF record does not list the client. Arguments: the domain, the client.</summary>
    SpfNotListed,

    /// <summary>The SPF record does not list the client, and the message came through another host before. Arguments: the domain, the client.</summary>
    SpfForwarded,

    /// <summary>There is no SPF record. Arguments: the domain.</summary>
    SpfNoRecord,

    /// <summary>The SPF record needs more DNS lookups than allowed (RFC 7208 section 4.6.4). Arguments: the domain, the client, the reason.</summary>
    SpfTooManyLookups,

    /// <summary>The SPF record is not valid. Arguments: the domain, the client, the reason.</summary>
    SpfRecordBroken,

    /// <summary>Sealers that are not trusted vouch for the message (RFC 8617 section 7.2). Arguments: the sealers, the newest first.</summary>
    SealedByUntrusted,

    /// <summary>The ARC chain does not pass. Arguments: the reason.</summary>
    ChainBroken,

    /// <summary>The key did not make the signature: another key signed, or the signature was damaged. Arguments: the signing domain, the name of the key.</summary>
    OtherKey,

    /// <summary>A domain has several DMARC records, which are all discarded, and no other record applies (RFC 9989 section 4.10). Arguments: the domain.</summary>
    DmarcSeveralRecords,
}
