using System.Collections.Frozen;

namespace EmailAuth.Inspection;

/// <summary>The text of each code, in the order of the codes. Only <see cref="DomainFindingRules"/> has more texts of findings.</summary>
internal static class FindingRules
{
    private const string KeyRecordSection = "RFC 6376 section 3.6.1";
    private const string Unverifiable = ": no signature can be verified";
    private const string SelectorFails = "; signatures that name this selector do not pass";
    private const string GetsPermError = ": every check that gets here is a permerror";
    private const string UnlessEarlier = " that does not match earlier";

    private static readonly FrozenDictionary<FindingCode, FindingRule> Rules = new Dictionary<FindingCode, FindingRule>
    {
        [FindingCode.SpfLookupFailed] = new("cannot look up the record of {0}: {1} (temperror)"),
        [FindingCode.SpfNameMissing] = new("there is no SPF record: {0} does not exist (NXDOMAIN)"),
        [FindingCode.SpfNoTexts] = new(
            "there is no TXT record at {0}: publish one that starts with v=spf1, or \"v=spf1 -all\" if no mail comes from there"),
        [FindingCode.SpfNoRecord] = new("none of the {1} TXT records at {0} is an SPF record: publish one that starts with v=spf1"),
        [FindingCode.SpfSeveralRecords] = new(
            "{0} SPF records, but only one is allowed: every check is a permerror (§); join them into one", "RFC 7208 section 4.5"),
        [FindingCode.SpfSenderId] = new("this is a Sender ID record (RFC 4406), which is historic: receivers do not read it; remove it"),
        [FindingCode.SpfLeadingSpace] = new("white space before v=spf1: this is not an SPF record (§); remove it", "RFC 7208 section 4.5"),
        [FindingCode.SpfLeadingQuote] = new(
            "a quotation mark before v=spf1 is part of the text: this is not an SPF record (§); remove it", "RFC 7208 section 4.5"),
        [FindingCode.SpfWrongVersion] = new(
            "this is not an SPF record: it does not start with \"v=spf1\" followed by a space (§)", "RFC 7208 section 4.5"),
        [FindingCode.SpfSyntax] = new("{0}: the whole record is a permerror"),
        [FindingCode.SpfMistypedMechanism] = new("{0}: the whole record is a permerror; did you mean {1}:?"),
        [FindingCode.SpfSeveralSpaces] = new("several spaces in a row: allowed, but often a typing mistake"),
        [FindingCode.SpfLongRecord] = new(
            "{0} characters: an answer with more than {1} may not fit into a UDP packet everywhere (§)", "RFC 7208 section 3.4"),
        [FindingCode.SpfRepeatedTerm] = new("the same term appears a second time"),
        [FindingCode.SpfPtr] = new(
            "ptr is slow and unreliable and should not be used (§): name the addresses instead", "RFC 7208 section 5.5"),
        [FindingCode.SpfPointerMacro] = new("the macro letter p should not be used (§)", "RFC 7208 section 7.3"),
        [FindingCode.SpfUnknownModifier] = new("no standard defines the modifier \"{0}\": it is ignored (§)", "RFC 7208 section 6"),
        [FindingCode.SpfMistypedModifier] = new(
            "no standard defines the modifier \"{0}\": it is ignored (§); did you mean \"{1}\"?", "RFC 7208 section 6"),
        [FindingCode.SpfOpenNetwork] = new("a prefix length of 0 lets every {0} address of the internet pass"),
        [FindingCode.SpfWideNetwork] = new("a very large network: every client with an address in it passes"),
        [FindingCode.SpfBitsAfterPrefix] = new("the bits after the prefix length are ignored: this is {0}"),
        [FindingCode.SpfNoAll] = new(
            "no \"all\" at the end: a client that matches nothing is neutral, as with ?all (§); end with ~all or -all", "RFC 7208 section 4.7"),
        [FindingCode.SpfPassAll] = new("every client passes: the record is worse than no record; use -all or ~all"),
        [FindingCode.SpfNeutralAll] = new("?all says nothing about clients that match no term; use ~all or -all"),
        [FindingCode.SpfUnreachedTerm] = new("never reached, because it comes after \"all\" (§)", "RFC 7208 section 5.1"),
        [FindingCode.SpfIgnoredRedirect] = new("ignored, because the record has \"all\" (§)", "RFC 7208 section 6.1"),
        [FindingCode.SpfImpossibleName] = new("\"{0}\" cannot be a name" + GetsPermError),
        [FindingCode.SpfLoop] = new("{0} leads back to itself" + GetsPermError + " (§)", "RFC 7208 section 4.6.4"),
        [FindingCode.SpfTargetWithoutRecord] = new("{0} has no SPF record" + GetsPermError + " (§)"),
        [FindingCode.SpfTargetUnusable] = new("{0} has no valid SPF record" + GetsPermError + " (§)"),
        [FindingCode.SpfTargetWithSeveralRecords] = new("{0} has several SPF records" + GetsPermError + " (§)"),
        [FindingCode.SpfNoAddress] = new("{0} has no address: the term matches no client and counts as a void lookup"),
        [FindingCode.SpfNoMailHost] = new("{0} has no mail host: the term matches no client and counts as a void lookup"),
        [FindingCode.SpfNullMx] = new("{0} has a null MX (RFC 7505): the term matches no client"),
        [FindingCode.SpfTermLookupFailed] = new("{0} cannot be looked up: {1} (temperror)"),
        [FindingCode.SpfTooManyMailHosts] = new(
            "{0} has {1} mail hosts, but a check may look up only {2}: permerror (§)", "RFC 7208 section 4.6.4"),
        [FindingCode.SpfMailHostWithoutAddress] = new("the mail host {0} has no address: no client matches by it"),
        [FindingCode.SpfMailHostLookupFailed] = new("the mail host {0} cannot be looked up: {1} (temperror)"),
        [FindingCode.SpfTooManyLookups] = new(
            "{0} DNS lookups, but only {1} are allowed: permerror for every client" + UnlessEarlier + " (§)", "RFC 7208 section 4.6.4"),
        [FindingCode.SpfUncountedLookups] = new(
            "more than {0} DNS lookups, but only {1} are allowed: permerror for every client" + UnlessEarlier + " (§)", "RFC 7208 section 4.6.4"),
        [FindingCode.SpfAllLookupsUsed] = new("all {0} allowed DNS lookups are used: with one more, here or in an included record, every check fails"),
        [FindingCode.SpfTooManyVoidLookups] = new(
            "{0} lookups find nothing, but only {1} may: permerror for every client" + UnlessEarlier + " (§)", "RFC 7208 section 4.6.4"),
        [FindingCode.SpfTooManyVoidLookupsIPv4] = new(
            "{0} lookups find nothing, but only {1} may: permerror for every IPv4 client" + UnlessEarlier + " (§)", "RFC 7208 section 4.6.4"),
        [FindingCode.SpfTooManyVoidLookupsIPv6] = new(
            "{0} lookups find nothing, but only {1} may: permerror for every IPv6 client" + UnlessEarlier + " (§)", "RFC 7208 section 4.6.4"),
        [FindingCode.SpfTooManyVoidLookupsWithoutName] = new(
            "{0} lookups find nothing, but only {1} may: permerror for every {2}client whose address has no name (reverse DNS), because ptr finds nothing for it," + UnlessEarlier + " (§)", "RFC 7208 section 4.6.4"),
        [FindingCode.SpfTooManyVoidLookupsOfMessage] = new(
            "up to {0} lookups find nothing, but only {1} may: permerror for a client" + UnlessEarlier + ", depending on the message (§)", "RFC 7208 section 4.6.4"),
        [FindingCode.DkimLookupFailed] = new("cannot look up the TXT records of {0}: {1} (temperror)"),
        [FindingCode.DkimNameMissing] = new("there is no key: {0} does not exist (NXDOMAIN)" + SelectorFails),
        [FindingCode.DkimNoText] = new("there is no key: {0} has no TXT record" + SelectorFails),
        [FindingCode.DkimAliasOfMissingName] = new(
            "there is no key: {0} is an alias of {aliases}, which does not exist (NXDOMAIN)" + SelectorFails),
        [FindingCode.DkimAliasWithoutText] = new("there is no key: {0} is an alias of {aliases}, which has no TXT record" + SelectorFails),
        [FindingCode.DkimAlias] = new("{0} is an alias of {aliases}: the key is published there"),
        [FindingCode.DkimNoCommonSelector] = new(
            "no key under any of {0} common selectors. The domain may still have keys, because it may use any name. Look for s= in a message from {1}"),
        [FindingCode.DkimSeveralRecords] = new(
            "{0} TXT records, but only one is allowed: verifiers refuse them or choose one at random (§)", "RFC 6376 section 3.6.2.2"),
        [FindingCode.DkimPrivateKey] = new(
            "this is a PRIVATE key that everybody can read: anyone who copied it can sign as the domain. Revoke it now (publish an empty p= under this selector) and create a new pair under another selector"),
        [FindingCode.DkimNoVersion] = new("v=DKIM1 is missing: allowed, but recommended (§)", KeyRecordSection),
        [FindingCode.DkimZoneFileEscape] = new(
            "a backslash at position {0}: \"\\;\" is an escape of zone files and became part of the text; publish a plain \";\"" + Unverifiable),
        [FindingCode.DkimSyntax] = new("{0}" + Unverifiable),
        [FindingCode.DkimSyntaxAtCharacter] = new("{0}; {c1} is there" + Unverifiable),
        [FindingCode.DkimPemLines] = new(
            "p= holds the lines around a PEM key (-----BEGIN ...-----): publish only the base64 between them" + Unverifiable),
        [FindingCode.DkimKeyQuote] = new("{c1} at position {0}: the strings were joined with their quotes" + Unverifiable),
        [FindingCode.DkimKeyEscape] = new("{c1} at position {0}: an escape of zone files became part of the text" + Unverifiable),
        [FindingCode.DkimKeyNoBreakSpace] = new(
            "{c1} at position {0}: it looks like a space, perhaps copied from a web page, and is not base64" + Unverifiable),
        [FindingCode.DkimKeyBase64Url] = new("{c1} at position {0}: this is base64url; p= takes base64 with + and /" + Unverifiable),
        [FindingCode.DkimKeyCharacter] = new("{c1} at position {0}: it is not base64" + Unverifiable),
        [FindingCode.DkimKeyPadding] = new("p= is not base64: the padding \"=\" at position {0} is not at its end" + Unverifiable),
        [FindingCode.DkimKeyCut] = new(
            "p= is not base64: it ends in the middle of a group of four characters, so characters are missing or superfluous" + Unverifiable),
        [FindingCode.DkimRevoked] = new("the key is revoked: signatures that name it do not pass (§)", KeyRecordSection),
        [FindingCode.DkimEmptyKeyType] = new("k= is empty: leave it out for an RSA key (§)", KeyRecordSection),
        [FindingCode.DkimUnknownKeyType] = new("the key record names an unknown key type in k= (§)", KeyRecordSection),
        [FindingCode.DkimUnusableKey] = new("{0}"),
        [FindingCode.DkimKeyTooSmall] = new("an RSA key of {0} bits is refused: at least {1} are required (§)", "RFC 8301 section 3.2"),
        [FindingCode.DkimKeyTooLarge] = new(
            "an RSA key of {0} bits is refused: this verifier accepts at most {1}, and no verifier must support more than {2} (§)", "RFC 8301 section 3.2"),
        [FindingCode.DkimKeyLarge] = new(
            "an RSA key of {0} bits: over {1} bits, which verifiers need not support (§)", "RFC 8301 section 3.2"),
        [FindingCode.DkimKeySmall] = new("an RSA key of {0} bits: at least {1} should be used (§)", "RFC 8301 section 3.2"),
        [FindingCode.DkimTesting] = new("t=y says that the domain is only testing: remove it when signing works"),
        [FindingCode.DkimNotForMail] = new("s= does not allow mail: no signature passes with this key (§)", KeyRecordSection),
        [FindingCode.DkimGranularity] = new("RFC 6376 removed g=; DKIM verifiers ignore it"),
        [FindingCode.DkimKeySpaces] = new("white space inside the key: allowed, and ignored"),
        [FindingCode.DkimUnknownTag] = new("the tag {0}= is not defined for key records (§): it is ignored", KeyRecordSection),
        [FindingCode.DkimSha1] = new("sha1 must no longer be used (§)", "RFC 8301 section 3.1"),
        [FindingCode.DkimEmptyHashes] = new(
            "h= is empty: it allows no hash, so no signature passes; leave h= out, or write h=sha256 (§)", KeyRecordSection),
        [FindingCode.DkimHashIsAlgorithm] = new(
            "h= names no known hash: {0} is an algorithm of a=, the hash is sha256 (§)", KeyRecordSection),
        [FindingCode.DkimOnlySha1] = new(
            "h= allows no usable hash: sha1 must no longer be accepted (§)", "RFC 8301 section 3.1"),
        [FindingCode.DkimUnknownHashes] = new("h= names no known hash: the one in use is sha256 (§)", KeyRecordSection),
        [FindingCode.DmarcMalformed] = new("{0}: this is not a DMARC record, and receivers ignore it"),
        [FindingCode.DmarcStrayText] = new("not a DMARC record: receivers ignore it; publish it under another name"),
        [FindingCode.DmarcNoTag] = new("{0}", "RFC 9989 section 4.8"),
        [FindingCode.DmarcNoValue] = new("{0}", "RFC 9989 section 4.8"),
        [FindingCode.DmarcInvalidName] = new("{0}", "RFC 9989 section 4.8"),
        [FindingCode.DmarcUnknownTag] = new("{0}", "RFC 9989 section 4.7"),
        [FindingCode.DmarcObsoleteTag] = new("{0}"),
        [FindingCode.DmarcRepeatedTag] = new("{0}"),
        [FindingCode.DmarcInvalidPolicy] = new("{0}", "RFC 9989 section 4.7"),
        [FindingCode.DmarcInvalidValue] = new("{0}", "RFC 9989 section 4.7"),
        [FindingCode.DmarcInvalidFailureOption] = new("{0}", "RFC 9989 section 4.7"),
        [FindingCode.DmarcInvalidUri] = new("{0}", "RFC 9989 section 4.8"),
        [FindingCode.DmarcSizeLimit] = new("{0}"),
        [FindingCode.DmarcUselessFailureOptions] = new("{0}", "RFC 9989 section 4.7"),
        [FindingCode.DmarcMissingPolicy] = new("{0}", "RFC 9989 section 4.10.1"),
        [FindingCode.DmarcPercentage] = new("{0}: the policy applies to all mail; use t=y for testing"),
        [FindingCode.DmarcPolicyNone] = new("p=none asks receivers for no action: mail that fails is delivered as if there were no record"),
        [FindingCode.DmarcWeakSubdomainPolicy] = new("sp is weaker than p: an attacker can use a subdomain"),
        [FindingCode.DmarcWeakNonexistentPolicy] = new(
            "np is weaker than the policy for subdomains that exist: an attacker can invent a name"),
        [FindingCode.DmarcTesting] = new(
            "t=y is test mode: receivers apply the policy one step weaker (§); remove it after testing", "RFC 9989 section 4.7"),
        [FindingCode.DmarcPublicSuffix] = new("psd=y is only for public suffixes: with it, each domain below is an organization of its own"),
        [FindingCode.DmarcNotApplied] = new(
            "the record has neither a valid policy nor rua, so receivers do not apply DMARC (§)", "RFC 9989 section 4.10.1"),
        [FindingCode.DmarcTreatedAsNone] = new("the record has no valid policy, so it counts as p=none (§)", "RFC 9989 section 4.10.1"),
        [FindingCode.DmarcNoReports] = new(
            "no rua with a mailbox: you get no reports about who sends mail in your name; add rua=mailto:..."),
        [FindingCode.DmarcReportsNotAgreed] = new(
            "{0} has not agreed to get reports about {1}: there is no v=DMARC1 at {2} (§)", "RFC 9990 section 4"),
        [FindingCode.DmarcReportsUndecided] = new("it is not known whether {0} has agreed to get reports: {1}"),
        [FindingCode.DmarcSeveralRecords] = new("at {0}: {1}; keep one, and remove the others"),
        [FindingCode.DmarcLookupFailed] = new("{0} cannot be looked up: {1}"),
        [FindingCode.DmarcNoPolicy] = new(
            "no DMARC policy applies to {0}: if there is no record at _dmarc below your organization's domain, publish one, for a start \"v=DMARC1; p=none; rua=mailto:...\""),
        [FindingCode.DmarcNoSuchDomain] = new("{0} does not exist (NXDOMAIN): the policy for nonexistent subdomains applies"),
        [FindingCode.DmarcRecordName] = new("{0} is where the record of {1} is published; this is the policy of {1}"),
        [FindingCode.BimiFault] = new("{0}"),
        [FindingCode.BimiNotShown] = new(
            "a BIMI record is published, but no receiver shows its logo: {0}; enforcement is p=quarantine or p=reject for all mail"),
        [FindingCode.DkimOtherPrivateKey] = new("receivers cannot verify what the private key signs: {0}"),
    }.Concat(DomainFindingRules.All).ToFrozenDictionary();

    /// <summary>The rule of a code. A test checks that each code has a rule.</summary>
    public static FindingRule Of(FindingCode code) => Rules[code];
}
