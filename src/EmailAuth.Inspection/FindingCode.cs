namespace EmailAuth.Inspection;

/// <summary>What an inspection can find. A code never changes its meaning; any version may add codes.</summary>
public enum FindingCode
{
    /// <summary>The record could not be looked up. Arguments: the name, why.</summary>
    SpfLookupFailed,

    /// <summary>There is no record because the name does not exist. Arguments: the name.</summary>
    SpfNameMissing,

    /// <summary>There is no TXT record. Arguments: the name.</summary>
    SpfNoTexts,

    /// <summary>None of the TXT records is an SPF record. Arguments: the name, how many there are.</summary>
    SpfNoRecord,

    /// <summary>There are several SPF records (RFC 7208 section 4.5). Arguments: how many.</summary>
    SpfSeveralRecords,

    /// <summary>The text is a Sender ID record.</summary>
    SpfSenderId,

    /// <summary>White space comes before the version (RFC 7208 section 4.5).</summary>
    SpfLeadingSpace,

    /// <summary>A quotation mark comes before the version (RFC 7208 section 4.5).</summary>
    SpfLeadingQuote,

    /// <summary>The text looks like an SPF record and has another version (RFC 7208 section 4.5).</summary>
    SpfWrongVersion,

    /// <summary>A syntax error. Arguments: what is wrong.</summary>
    SpfSyntax,

    /// <summary>
    /// A word that is not a mechanism, but similar to one. Arguments: what is wrong, the mechanism that is probably meant.
    /// </summary>
    SpfMistypedMechanism,

    /// <summary>Several spaces in a row.</summary>
    SpfSeveralSpaces,

    /// <summary>
    /// The record may be too long for a UDP packet (RFC 7208 section 3.4). Arguments: its length, the length above which this is
    /// reported.
    /// </summary>
    SpfLongRecord,

    /// <summary>A term that appears earlier in the record.</summary>
    SpfRepeatedTerm,

    /// <summary>The mechanism ptr (RFC 7208 section 5.5).</summary>
    SpfPtr,

    /// <summary>The macro letter p (RFC 7208 section 7.3).</summary>
    SpfPointerMacro,

    /// <summary>A modifier that no standard defines (RFC 7208 section 6). Arguments: its name.</summary>
    SpfUnknownModifier,

    /// <summary>
    /// A modifier that no standard defines, but that is similar to a term (RFC 7208 section 6). Arguments: its name, the term that is
    /// probably meant.
    /// </summary>
    SpfMistypedModifier,

    /// <summary>A prefix length of 0, with which every client passes. Arguments: IPv4 or IPv6.</summary>
    SpfOpenNetwork,

    /// <summary>A network that is larger than an organization is likely to have.</summary>
    SpfWideNetwork,

    /// <summary>An address with bits after its prefix length. Arguments: the network that is used.</summary>
    SpfBitsAfterPrefix,

    /// <summary>Neither "all" nor a redirect (RFC 7208 section 4.7), in a record that no include leads to.</summary>
    SpfNoAll,

    /// <summary>Every client passes.</summary>
    SpfPassAll,

    /// <summary>"?all", in a record that no include leads to.</summary>
    SpfNeutralAll,

    /// <summary>A term after "all" (RFC 7208 section 5.1).</summary>
    SpfUnreachedTerm,

    /// <summary>A redirect beside "all" (RFC 7208 section 6.1).</summary>
    SpfIgnoredRedirect,

    /// <summary>A domain-spec that can never be a name. Arguments: the domain-spec.</summary>
    SpfImpossibleName,

    /// <summary>An include or redirect that leads back to an earlier record (RFC 7208 section 4.6.4). Arguments: the name.</summary>
    SpfLoop,

    /// <summary>An include or redirect to a name without an SPF record. Arguments: the name.</summary>
    SpfTargetWithoutRecord,

    /// <summary>An include or redirect to a record with a syntax error. Arguments: the name.</summary>
    SpfTargetUnusable,

    /// <summary>An include or redirect to a name with several SPF records. Arguments: the name.</summary>
    SpfTargetWithSeveralRecords,

    /// <summary>A term whose name has no address. Arguments: the name.</summary>
    SpfNoAddress,

    /// <summary>A term whose name has no mail host. Arguments: the name.</summary>
    SpfNoMailHost,

    /// <summary>A term whose name has a null MX. Arguments: the name.</summary>
    SpfNullMx,

    /// <summary>A term whose name cannot be looked up. Arguments: the name, why.</summary>
    SpfTermLookupFailed,

    /// <summary>
    /// A term whose name has more mail hosts than allowed (RFC 7208 section 4.6.4). Arguments: the name, how many, the limit.
    /// </summary>
    SpfTooManyMailHosts,

    /// <summary>A mail host without an address. Arguments: the host.</summary>
    SpfMailHostWithoutAddress,

    /// <summary>A mail host that cannot be looked up. Arguments: the host, why.</summary>
    SpfMailHostLookupFailed,

    /// <summary>More terms ask the DNS than allowed (RFC 7208 section 4.6.4). Arguments: how many, the limit.</summary>
    SpfTooManyLookups,

    /// <summary>
    /// So many terms ask the DNS that they were not counted to the end (RFC 7208 section 4.6.4). Arguments: how many were counted, the
    /// limit.
    /// </summary>
    SpfUncountedLookups,

    /// <summary>The record uses all allowed DNS lookups. Arguments: the limit.</summary>
    SpfAllLookupsUsed,

    /// <summary>
    /// More lookups find nothing than allowed, for every client (RFC 7208 section 4.6.4). Arguments: how many, the limit.
    /// </summary>
    SpfTooManyVoidLookups,

    /// <summary>
    /// More lookups find nothing than allowed, for clients with an IPv4 address (RFC 7208 section 4.6.4). Arguments: how many, the limit.
    /// </summary>
    SpfTooManyVoidLookupsIPv4,

    /// <summary>
    /// More lookups find nothing than allowed, for clients with an IPv6 address (RFC 7208 section 4.6.4). Arguments: how many, the limit.
    /// </summary>
    SpfTooManyVoidLookupsIPv6,

    /// <summary>
    /// More lookups find nothing than allowed, for clients whose address has no name (RFC 7208 section 4.6.4). Arguments: how many, the
    /// limit, the kind of address with a space or nothing.
    /// </summary>
    SpfTooManyVoidLookupsWithoutName,

    /// <summary>
    /// More lookups find nothing than allowed, for some messages (RFC 7208 section 4.6.4). Arguments: how many, the limit.
    /// </summary>
    SpfTooManyVoidLookupsOfMessage,

    /// <summary>The key could not be looked up. Arguments: the name, why.</summary>
    DkimLookupFailed,

    /// <summary>There is no key because the name does not exist. Arguments: the name.</summary>
    DkimNameMissing,

    /// <summary>There is no key because the name has no TXT record. Arguments: the name.</summary>
    DkimNoText,

    /// <summary>
    /// There is no key because the name is an alias of a name that does not exist. Arguments: the name, the chain of its aliases.
    /// </summary>
    DkimAliasOfMissingName,

    /// <summary>
    /// There is no key because the name is an alias of a name without a TXT record. Arguments: the name, the chain of its aliases.
    /// </summary>
    DkimAliasWithoutText,

    /// <summary>The key is published at another name. Arguments: the name, the chain of its aliases.</summary>
    DkimAlias,

    /// <summary>No key under any of the selectors that many domains use. Arguments: how many were tried, the domain.</summary>
    DkimNoCommonSelector,

    /// <summary>There are several TXT records (RFC 6376 section 3.6.2.2). Arguments: how many.</summary>
    DkimSeveralRecords,

    /// <summary>A private key is published.</summary>
    DkimPrivateKey,

    /// <summary>The version is missing (RFC 6376 section 3.6.1).</summary>
    DkimNoVersion,

    /// <summary>A backslash before a semicolon. Arguments: the position.</summary>
    DkimZoneFileEscape,

    /// <summary>A syntax error. Arguments: what is wrong.</summary>
    DkimSyntax,

    /// <summary>A syntax error at a character that cannot be there. Arguments: what is wrong, the character.</summary>
    DkimSyntaxAtCharacter,

    /// <summary>The lines around a PEM key.</summary>
    DkimPemLines,

    /// <summary>A quotation mark in the key. Arguments: the position, the character.</summary>
    DkimKeyQuote,

    /// <summary>A backslash in the key. Arguments: the position, the character.</summary>
    DkimKeyEscape,

    /// <summary>A no-break space in the key. Arguments: the position, the character.</summary>
    DkimKeyNoBreakSpace,

    /// <summary>A character of base64url in the key. Arguments: the position, the character.</summary>
    DkimKeyBase64Url,

    /// <summary>Another character in the key that is not base64. Arguments: the position, the character.</summary>
    DkimKeyCharacter,

    /// <summary>Padding inside the key. Arguments: the position.</summary>
    DkimKeyPadding,

    /// <summary>The key ends in the middle of a group of base64.</summary>
    DkimKeyCut,

    /// <summary>The key is revoked (RFC 6376 section 3.6.1).</summary>
    DkimRevoked,

    /// <summary>An empty key type (RFC 6376 section 3.6.1).</summary>
    DkimEmptyKeyType,

    /// <summary>An unknown key type (RFC 6376 section 3.6.1). Arguments: the type.</summary>
    DkimUnknownKeyType,

    /// <summary>The octets are not a key of their type. Arguments: why.</summary>
    DkimUnusableKey,

    /// <summary>An RSA key that is refused because it is too small (RFC 8301 section 3.2). Arguments: its bits, the minimum.</summary>
    DkimKeyTooSmall,

    /// <summary>
    /// An RSA key that is refused because it is too large (RFC 8301 section 3.2). Arguments: its bits, the maximum, the maximum that
    /// every verifier must support.
    /// </summary>
    DkimKeyTooLarge,

    /// <summary>
    /// An RSA key that not every verifier supports (RFC 8301 section 3.2). Arguments: its bits, the maximum that every verifier must
    /// support.
    /// </summary>
    DkimKeyLarge,

    /// <summary>An RSA key that is smaller than recommended (RFC 8301 section 3.2). Arguments: its bits, the recommended minimum.</summary>
    DkimKeySmall,

    /// <summary>The domain is testing.</summary>
    DkimTesting,

    /// <summary>The key is not for mail (RFC 6376 section 3.6.1).</summary>
    DkimNotForMail,

    /// <summary>The tag g=, of RFC 4871.</summary>
    DkimGranularity,

    /// <summary>White space inside the key.</summary>
    DkimKeySpaces,

    /// <summary>A tag that is not defined (RFC 6376 section 3.6.1). Arguments: its name.</summary>
    DkimUnknownTag,

    /// <summary>SHA-1 is allowed in addition to another hash (RFC 8301 section 3.1).</summary>
    DkimSha1,

    /// <summary>An empty list of hashes (RFC 6376 section 3.6.1).</summary>
    DkimEmptyHashes,

    /// <summary>An algorithm in place of a hash (RFC 6376 section 3.6.1). Arguments: the algorithm.</summary>
    DkimHashIsAlgorithm,

    /// <summary>SHA-1 is the only hash (RFC 8301 section 3.1).</summary>
    DkimOnlySha1,

    /// <summary>No known hash (RFC 6376 section 3.6.1).</summary>
    DkimUnknownHashes,

    /// <summary>A text that was meant to be a DMARC record and is not one. Arguments: what is wrong.</summary>
    DmarcMalformed,

    /// <summary>A text that has nothing to do with DMARC.</summary>
    DmarcStrayText,

    /// <summary>Nothing between two semicolons (RFC 9989 section 4.8). Arguments: why it has no effect.</summary>
    DmarcNoTag,

    /// <summary>A tag without "=" (RFC 9989 section 4.8). Arguments: why it has no effect.</summary>
    DmarcNoValue,

    /// <summary>A tag name that holds more than letters (RFC 9989 section 4.8). Arguments: why it has no effect.</summary>
    DmarcInvalidName,

    /// <summary>A tag that no standard defines (RFC 9989 section 4.7). Arguments: why it has no effect.</summary>
    DmarcUnknownTag,

    /// <summary>A tag of RFC 7489, other than pct, that is not defined any more. Arguments: why it has no effect.</summary>
    DmarcObsoleteTag,

    /// <summary>A tag that appears a second time. Arguments: why it has no effect.</summary>
    DmarcRepeatedTag,

    /// <summary>A value that is not a policy (RFC 9989 section 4.7). Arguments: why it has no effect.</summary>
    DmarcInvalidPolicy,

    /// <summary>A value that its tag does not allow (RFC 9989 section 4.7). Arguments: why it has no effect.</summary>
    DmarcInvalidValue,

    /// <summary>A part of fo that is not defined (RFC 9989 section 4.7). Arguments: why it has no effect.</summary>
    DmarcInvalidFailureOption,

    /// <summary>A report address that is not valid (RFC 9989 section 4.8). Arguments: why it has no effect.</summary>
    DmarcInvalidUri,

    /// <summary>The size limit of a report address, of RFC 7489. Arguments: why it has no effect.</summary>
    DmarcSizeLimit,

    /// <summary>fo without ruf (RFC 9989 section 4.7). Arguments: why it has no effect.</summary>
    DmarcUselessFailureOptions,

    /// <summary>p is missing (RFC 9989 section 4.10.1). Arguments: why it has no effect.</summary>
    DmarcMissingPolicy,

    /// <summary>pct, of RFC 7489. Arguments: why it has no effect.</summary>
    DmarcPercentage,

    /// <summary>p=none.</summary>
    DmarcPolicyNone,

    /// <summary>sp is weaker than p, in a record that is not below its organizational domain.</summary>
    DmarcWeakSubdomainPolicy,

    /// <summary>np is weaker than the policy for subdomains, in a record that is not below its organizational domain.</summary>
    DmarcWeakNonexistentPolicy,

    /// <summary>Test mode (RFC 9989 section 4.7).</summary>
    DmarcTesting,

    /// <summary>psd=y.</summary>
    DmarcPublicSuffix,

    /// <summary>DMARC is not applied because the record has neither a valid policy nor rua (RFC 9989 section 4.10.1).</summary>
    DmarcNotApplied,

    /// <summary>The record counts as p=none because it has no valid policy (RFC 9989 section 4.10.1).</summary>
    DmarcTreatedAsNone,

    /// <summary>There is no rua.</summary>
    DmarcNoReports,

    /// <summary>
    /// Reports go to a host outside of the organization that has not agreed (RFC 9990 section 4). Arguments: the host, the domain, the
    /// name where the host would have to agree.
    /// </summary>
    DmarcReportsNotAgreed,

    /// <summary>Whether a host outside of the organization agrees to get reports is not known. Arguments: the host, why.</summary>
    DmarcReportsUndecided,

    /// <summary>There are several DMARC records. Arguments: the name, what was found.</summary>
    DmarcSeveralRecords,

    /// <summary>A name on the way up the tree cannot be looked up. Arguments: the name, why.</summary>
    DmarcLookupFailed,

    /// <summary>No policy applies. Arguments: the domain.</summary>
    DmarcNoPolicy,

    /// <summary>The domain does not exist. Arguments: the domain.</summary>
    DmarcNoSuchDomain,

    /// <summary>The name of a record was given instead of its domain. Arguments: the name, its domain.</summary>
    DmarcRecordName,

    /// <summary>The BIMI record, or what it names, is not valid. Arguments: why.</summary>
    BimiFault,

    /// <summary>A record whose logo is not shown because no DMARC policy is enforced. Arguments: why.</summary>
    BimiNotShown,

    /// <summary>Receivers cannot verify with this record what a given private key signs. Arguments: why.</summary>
    DkimOtherPrivateKey,

    /// <summary>An address or network that an earlier term already matches. Arguments: the earlier term.</summary>
    SpfCoveredNetwork,

    /// <summary>A network that no client on the internet has. Arguments: the network.</summary>
    SpfPrivateNetwork,

    /// <summary>An exists term whose name has no address. Arguments: the name.</summary>
    SpfNeverExists,

    /// <summary>An include of a record under which no client passes. Arguments: the target.</summary>
    SpfTargetPassesNobody,

    /// <summary>A domain that sends no mail has no SPF record. Arguments: the domain.</summary>
    SpfUnsentMissing,

    /// <summary>A domain that sends no mail has a record that does not fail all clients. Arguments: the domain.</summary>
    SpfUnsentAllows,

    /// <summary>A sending address that SPF does not pass. Arguments: the address, the result.</summary>
    SpfAddressNotListed,

    /// <summary>A revoked key of a selector that nobody named, which may be an old one. Arguments: the name.</summary>
    DkimRevokedSelector,

    /// <summary>Every selector has the same key record, from a wildcard. Arguments: the domain.</summary>
    DkimWildcard,

    /// <summary>A domain that sends no mail publishes a usable key. Arguments: the name.</summary>
    DkimUnsentKey,

    /// <summary>A domain that sends no mail does not ask for rejection. Arguments: the domain, the policy.</summary>
    DmarcUnsentWeak,

    /// <summary>A mark certificate that is valid for a few days only. Arguments: the days.</summary>
    BimiCertificateEnding,

    /// <summary>The mail hosts could not be looked up. Arguments: the domain, why.</summary>
    MxLookupFailed,

    /// <summary>A domain that sends has no mail host and no address. Arguments: the domain.</summary>
    MxMissing,

    /// <summary>Mail goes to the address of the domain, because there is no MX record. Arguments: the domain.</summary>
    MxImplicit,

    /// <summary>A null MX beside other mail hosts. Arguments: the domain.</summary>
    MxNullWithOthers,

    /// <summary>A domain that sends mail takes none. Arguments: the domain.</summary>
    MxNullOfSender,

    /// <summary>A mail host that does not exist or has no address. Arguments: the host.</summary>
    MxNoHost,

    /// <summary>A mail host whose addresses could not be looked up. Arguments: the host, why.</summary>
    MxHostLookupFailed,

    /// <summary>A mail host that is an alias. Arguments: the host, the target.</summary>
    MxAlias,

    /// <summary>A mail host that is an address. Arguments: the host.</summary>
    MxAddressLiteral,

    /// <summary>A mail host with an address that the internet does not route. Arguments: the host, the address.</summary>
    MxPrivateAddress,

    /// <summary>A parked domain with a mail host. Arguments: the domain.</summary>
    MxOfParked,

    /// <summary>A parked domain without null MX whose own address would get mail. Arguments: the domain.</summary>
    MxParkedMissing,

    /// <summary>A sending address without a name. Arguments: the address.</summary>
    PtrMissing,

    /// <summary>No name of a sending address leads back to it. Arguments: the address, the names.</summary>
    PtrNotConfirmed,

    /// <summary>The names of a sending address could not be looked up. Arguments: the address, why.</summary>
    PtrLookupFailed,

    /// <summary>A name that contains the address, as names of access networks do. Arguments: the address, the name.</summary>
    PtrGeneric,

    /// <summary>The name in HELO does not lead to the sending address. Arguments: the name, the address.</summary>
    HeloNotAddress,

    /// <summary>The name in HELO is not a name of the address. Arguments: the name, the address.</summary>
    HeloOtherName,

    /// <summary>The MTA-STS record could not be looked up. Arguments: the name, why.</summary>
    StsLookupFailed,

    /// <summary>There is no MTA-STS record. Arguments: the domain.</summary>
    StsAbsent,

    /// <summary>More than one MTA-STS record. Arguments: the count.</summary>
    StsSeveralRecords,

    /// <summary>An MTA-STS record that is not valid. Arguments: why.</summary>
    StsRecordInvalid,

    /// <summary>The policy could not be fetched. Arguments: why.</summary>
    StsPolicyUnavailable,

    /// <summary>The policy is not valid. Arguments: why.</summary>
    StsPolicyInvalid,

    /// <summary>The policy is not served as text/plain. Arguments: the type.</summary>
    StsMediaType,

    /// <summary>A mail host that the policy does not name. Arguments: the host, the mode.</summary>
    StsHostNotListed,

    /// <summary>A pattern of the policy that no mail host matches. Arguments: the pattern.</summary>
    StsPatternUnused,

    /// <summary>The policy is in testing mode.</summary>
    StsTesting,

    /// <summary>The policy says none.</summary>
    StsModeNone,

    /// <summary>The policy is cached for less than a day. Arguments: max_age.</summary>
    StsShortAge,

    /// <summary>A domain that takes no mail has MTA-STS. Arguments: the domain.</summary>
    StsWithoutMail,

    /// <summary>The record for TLS reports could not be looked up. Arguments: the name, why.</summary>
    TlsRptLookupFailed,

    /// <summary>There is no record for TLS reports. Arguments: the domain.</summary>
    TlsRptAbsent,

    /// <summary>More than one record for TLS reports. Arguments: the count.</summary>
    TlsRptSeveral,

    /// <summary>A record for TLS reports that is not valid. Arguments: why.</summary>
    TlsRptInvalid,

    /// <summary>The sample message is from another domain. Arguments: its domain, the domain.</summary>
    MessageOtherDomain,

    /// <summary>The sample message is not authenticated for the domain of From. Arguments: the domain.</summary>
    MessageNotAligned,

    /// <summary>The sample message has no valid signature of the domain. Arguments: the domain.</summary>
    MessageNotSigned,

    /// <summary>The sample message cannot be unsubscribed from with one click.</summary>
    OneClickAbsent,

    /// <summary>The fields for one-click unsubscribe are not valid. Arguments: why.</summary>
    OneClickInvalid,

    /// <summary>The fields for one-click unsubscribe are not covered by a valid aligned signature.</summary>
    OneClickUnsigned,

    /// <summary>Feedback-ID is not covered by a valid aligned signature.</summary>
    FeedbackIdUnsigned,

    /// <summary>Feedback-ID does not have the form that Gmail reads. Arguments: why.</summary>
    FeedbackIdInvalid,

    /// <summary>CFBL-Address is not covered by a valid signature of the right domain. Arguments: the domain.</summary>
    CfblUnsigned,

    /// <summary>CFBL-Address is not valid. Arguments: why.</summary>
    CfblInvalid,

    /// <summary>The ARC chain of the sample message does not pass. Arguments: why.</summary>
    ArcBroken,

    /// <summary>A mail host refuses a role address. Arguments: the address, the reply.</summary>
    RoleAddressRefused,

    /// <summary>It is not known whether a role address works. Arguments: the address, why.</summary>
    RoleAddressUnknown,

    /// <summary>Too many recipients complain. Arguments: the rate in percent.</summary>
    ComplaintRateHigh,

    /// <summary>The complaint rate is above what Gmail advises. Arguments: the rate in percent.</summary>
    ComplaintRateRising,

    /// <summary>A report address that is not a mailto: URI with one mailbox of the common form, so that no report goes there. Arguments: the URI.</summary>
    DmarcReportAddressUnusable,

    /// <summary>It is not known whether SPF passes for an address that sends: a lookup failed. Arguments: the address, why.</summary>
    SpfAddressUndecided,

    /// <summary>The key is for TLS reports alone: <c>s=</c> names tlsrpt and not mail.</summary>
    DkimOnlyTlsReports,

    /// <summary>What receivers would show for the domain is not known: a lookup or a fetch failed. Arguments: why.</summary>
    BimiUndecided,

    /// <summary>The name in HELO cannot be looked up. Arguments: the name, the address.</summary>
    HeloLookupFailed,

    /// <summary>The MTA-STS policy cannot be fetched just now; a later attempt may succeed. Arguments: why.</summary>
    StsPolicyUndecided,
}
