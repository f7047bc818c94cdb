namespace EmailAuth.Inspection;

/// <summary>The texts of the codes that only the check of a whole domain gives, in the order of the codes.</summary>
internal static class DomainFindingRules
{
    public static readonly IReadOnlyDictionary<FindingCode, FindingRule> All = new Dictionary<FindingCode, FindingRule>
    {
        [FindingCode.SpfCoveredNetwork] = new(
            "never decides anything: the earlier term {0} matches the same clients"),
        [FindingCode.SpfPrivateNetwork] = new(
            "{0} is not a public network: no client on the internet has such an address, so the term never matches"),
        [FindingCode.SpfNeverExists] = new(
            "{0} has no address: the term matches no client, and counts as a void lookup"),
        [FindingCode.SpfTargetPassesNobody] = new(
            "no client passes the record of {0}, so the include never matches (§)", "RFC 7208 section 5.2"),
        [FindingCode.SpfUnsentMissing] = new(
            "{0} sends no mail but has no SPF record, so receivers cannot tell that mail in its name is forged (§)", "RFC 7208 section 10.1.2"),
        [FindingCode.SpfUnsentAllows] = new(
            "{0} sends no mail, but its record does not say that every client fails (§)", "RFC 7208 section 10.1.2"),
        [FindingCode.SpfAddressNotListed] = new(
            "{0} sends mail for the domain, but SPF gives {1} for it: list it"),
        [FindingCode.DkimRevokedSelector] = new(
            "the key at {0} is revoked, which is right for an old selector"),
        [FindingCode.DkimWildcard] = new(
            "a wildcard gives every selector of {0} the same key record"),
        [FindingCode.DkimUnsentKey] = new(
            "the domain sends no mail, but there is a usable key at {0}: the owner of the private key can sign as the domain"),
        [FindingCode.DmarcUnsentWeak] = new(
            "{0} sends no mail, but its policy for mail that fails is {1}"),
        [FindingCode.BimiCertificateEnding] = new(
            "the mark certificate ends in {0} days: logos disappear then"),
        [FindingCode.MxLookupFailed] = new(
            "cannot look up the mail hosts of {0}: {1}"),
        [FindingCode.MxMissing] = new(
            "{0} has no mail host and no address: replies and bounces cannot be delivered (§)", "RFC 5321 section 5.1"),
        [FindingCode.MxImplicit] = new(
            "{0} has no MX record, so mail goes to its own address (§)", "RFC 5321 section 5.1"),
        [FindingCode.MxNullWithOthers] = new(
            "{0} has a null MX beside other MX records: senders may refuse to deliver (§)", "RFC 7505 section 3"),
        [FindingCode.MxNullOfSender] = new(
            "{0} sends mail but takes none (null MX): replies and bounces are lost, and receivers may refuse its mail (§)", "RFC 7505 section 4.2"),
        [FindingCode.MxNoHost] = new(
            "the mail host {0} has no address: it gets no mail (§)", "RFC 5321 section 5.1"),
        [FindingCode.MxHostLookupFailed] = new(
            "cannot look up the addresses of the mail host {0}: {1}"),
        [FindingCode.MxAlias] = new(
            "the mail host {0} is an alias of {1}, which is not allowed (§)", "RFC 2181 section 10.3"),
        [FindingCode.MxAddressLiteral] = new(
            "an MX record must name a host, not the address {0} (§)", "RFC 5321 section 5.1"),
        [FindingCode.MxPrivateAddress] = new(
            "the mail host {0} has the address {1}, which cannot be reached from the internet"),
        [FindingCode.MxOfParked] = new(
            "{0} is said to be parked but has a mail host"),
        [FindingCode.MxParkedMissing] = new(
            "{0} is parked but has an address and no null MX, so senders try to deliver there (§)", "RFC 7505 section 1"),
        [FindingCode.PtrMissing] = new(
            "the address {0} has no name (PTR): Gmail and Yahoo refuse its mail (§)", "RFC 8601 section 3"),
        [FindingCode.PtrNotConfirmed] = new(
            "the name of {0} ({1}) does not lead back to this address: Gmail and Yahoo refuse its mail (§)", "RFC 8601 section 3"),
        [FindingCode.PtrLookupFailed] = new(
            "the names of the address {0} are not known: {1}"),
        [FindingCode.PtrGeneric] = new(
            "the name {1} of {0} looks generated: many receivers distrust such hosts"),
        [FindingCode.HeloNotAddress] = new(
            "the name in HELO, {0}, does not have the address {1} (§)", "RFC 5321 section 4.1.4"),
        [FindingCode.HeloOtherName] = new(
            "the name in HELO, {0}, is not a name (PTR) of {1}"),
        [FindingCode.StsLookupFailed] = new(
            "cannot look up {0}: {1}"),
        [FindingCode.StsAbsent] = new(
            "{0} has no MTA-STS: an attacker on the way can have its mail delivered without TLS"),
        [FindingCode.StsSeveralRecords] = new(
            "{0} MTA-STS records: senders act as if there were none (§)", "RFC 8461 section 3.1"),
        [FindingCode.StsRecordInvalid] = new(
            "the MTA-STS record is not valid: {0} (§)", "RFC 8461 section 3.1"),
        [FindingCode.StsPolicyUnavailable] = new(
            "the MTA-STS policy cannot be fetched: {0} (§)", "RFC 8461 section 3.3"),
        [FindingCode.StsPolicyInvalid] = new(
            "the MTA-STS policy is not valid: {0} (§)", "RFC 8461 section 3.2"),
        [FindingCode.StsMediaType] = new(
            "the MTA-STS policy is served as {0}, not text/plain (§)", "RFC 8461 section 3.2"),
        [FindingCode.StsHostNotListed] = new(
            "the MTA-STS policy (mode {1}) does not list the mail host {0}: with enforce, senders do not deliver there (§)", "RFC 8461 section 4.1"),
        [FindingCode.StsPatternUnused] = new(
            "no mail host matches {0} of the MTA-STS policy"),
        [FindingCode.StsTesting] = new(
            "the MTA-STS policy is in testing mode: senders deliver despite failures (§)", "RFC 8461 section 3.2"),
        [FindingCode.StsModeNone] = new(
            "the MTA-STS policy says mode none, as if there were no policy (§)", "RFC 8461 section 3.2"),
        [FindingCode.StsShortAge] = new(
            "max_age of the MTA-STS policy is {0} seconds: less than a day hardly protects (§)", "RFC 8461 section 3.2"),
        [FindingCode.StsWithoutMail] = new(
            "{0} takes no mail (null MX), so MTA-STS has no use there"),
        [FindingCode.TlsRptLookupFailed] = new(
            "cannot look up {0}: {1}"),
        [FindingCode.TlsRptAbsent] = new(
            "{0} gets no reports about failed TLS on the way to its mail hosts: there is no TLS-RPT record"),
        [FindingCode.TlsRptSeveral] = new(
            "{0} TLS-RPT records: senders act as if there were none (§)", "RFC 8460 section 3"),
        [FindingCode.TlsRptInvalid] = new(
            "the TLS-RPT record is not valid: {0} (§)", "RFC 8460 section 3"),
        [FindingCode.MessageOtherDomain] = new(
            "the message is from {0}, not from {1}: it says nothing about this domain"),
        [FindingCode.MessageNotAligned] = new(
            "neither SPF nor DKIM authenticates {0}, the domain of From: Gmail, Yahoo and Microsoft refuse bulk mail of this kind (§)", "RFC 9989 section 4.4"),
        [FindingCode.MessageNotSigned] = new(
            "the message has no valid signature of {0}: it fails after forwarding, and Microsoft and Yahoo require SPF and DKIM"),
        [FindingCode.OneClickAbsent] = new(
            "no one-click unsubscribe (List-Unsubscribe and List-Unsubscribe-Post): Gmail and Yahoo require it for marketing mail (§)", "RFC 8058 section 3.1"),
        [FindingCode.OneClickInvalid] = new(
            "one-click unsubscribe does not work: {0} (§)", "RFC 8058 section 3.1"),
        [FindingCode.OneClickUnsigned] = new(
            "no valid signature of the author's organization covers List-Unsubscribe and List-Unsubscribe-Post (§)", "RFC 8058 section 4"),
        [FindingCode.FeedbackIdUnsigned] = new(
            "no valid signature of the author's organization covers Feedback-ID: Gmail ignores it"),
        [FindingCode.FeedbackIdInvalid] = new(
            "Gmail does not read Feedback-ID: {0}"),
        [FindingCode.CfblUnsigned] = new(
            "no valid signature that RFC 9477 asks for covers CFBL-Address at {0}: providers must not report to it (§)", "RFC 9477 section 3.1"),
        [FindingCode.CfblInvalid] = new(
            "CFBL-Address is not valid: {0} (§)", "RFC 9477 section 5.1"),
        [FindingCode.ArcBroken] = new(
            "the ARC chain does not pass: {0}"),
        [FindingCode.RoleAddressRefused] = new(
            "{0} is refused: {1} (§)", "RFC 5321 section 4.5.1"),
        [FindingCode.RoleAddressUnknown] = new(
            "it is not known whether {0} accepts mail: {1}"),
        [FindingCode.ComplaintRateHigh] = new(
            "{0} percent of the recipients complain: from 0.3 percent on Gmail and Yahoo give no help"),
        [FindingCode.ComplaintRateRising] = new(
            "{0} percent of the recipients complain: Gmail advises less than 0.1 percent"),
        [FindingCode.DmarcReportAddressUnusable] = new(
            "{0} is not a mailto: URI with one mailbox: no reports go there"),
        [FindingCode.SpfAddressUndecided] = new(
            "it is not known whether SPF passes for {0}, which sends mail for the domain: {1}"),
        [FindingCode.DkimOnlyTlsReports] = new(
            "the key is only for TLS reports: no signature of other mail passes with it (§)", "RFC 8460 section 3"),
        [FindingCode.BimiUndecided] = new(
            "it is not known which logo is shown: {0}"),
        [FindingCode.HeloLookupFailed] = new(
            "the name in HELO, {0}, cannot be looked up, so it is not known whether it has the address {1}"),
        [FindingCode.StsPolicyUndecided] = new(
            "the MTA-STS policy cannot be fetched just now: {0} (§)", "RFC 8461 section 3.3"),
    };
}
