using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace EmailAuth.Inspection.Outcomes;

/// <summary>The table of causes and advice. No other file has their texts.</summary>
internal static class OutcomeTexts
{
    private static readonly FrozenDictionary<CauseCode, OutcomeRule> Causes = new Dictionary<CauseCode, OutcomeRule>
    {
        [CauseCode.Other] = Certain("{0}"),
        [CauseCode.Passes] = Certain("{0}, the domain of From, is authenticated by {1}", AdviceCode.Nothing),
        [CauseCode.PassesBySpfAlone] = Certain("no signature makes the message pass, and SPF fails after a forwarder", AdviceCode.SignMessages),
        [CauseCode.KeyWeak] = Certain("the key {1} has only {2} bits", AdviceCode.ReplaceKey),
        [CauseCode.AuthorMissing] = Certain("the message has no From field, so it does not say who wrote it", AdviceCode.WriteOneFrom),
        [CauseCode.AuthorSeveral] = Certain("From names several domains or occurs several times ({0}), so mail programs may show any of them", AdviceCode.WriteOneFrom),
        [CauseCode.AuthorUnusable] = Certain("From has no usable address: {0}", AdviceCode.WriteOneFrom),
        [CauseCode.LimitExceeded] = Certain("{0}", AdviceCode.RaiseLimit),
        [CauseCode.DmarcNoRecord] = Certain("{0} publishes no DMARC record, so its owner asks receivers for nothing", AdviceCode.PublishDmarc),
        [CauseCode.DmarcSeveralRecords] = Certain("{0} publishes several DMARC records, and receivers discard them all", AdviceCode.CorrectDmarc),
        [CauseCode.DmarcRecordUnusable] = Certain("the DMARC record of {0} has no valid policy", AdviceCode.CorrectDmarc),
        [CauseCode.DnsFailure] = Certain("a DNS lookup failed: {0}", AdviceCode.Retry),
        [CauseCode.AddressNotGiven] = Certain("the address of the client is not known, so SPF is not checked", AdviceCode.GiveAddress),
        [CauseCode.LineEndsBroken] = Likely("lines end in a bare LF or CR: a program changed the line ends after signing", AdviceCode.UseRawCopy),
        [CauseCode.LineEndsConverted] = Likely("the file has LF line ends: they were read as CRLF, which may differ from what was signed", AdviceCode.UseRawCopy),
        [CauseCode.PerhapsForged] = Likely(
            "nothing shows that {0} sent this: SPF does not pass, and no signature is valid; the message may be forged",
            AdviceCode.ListClient, AdviceCode.SignMessages),
        [CauseCode.ChangedByList] = Likely("the mailing list {2} changed the message after {0} signed it", AdviceCode.AskList),
        [CauseCode.BodyChanged] = Likely(
            "the body was changed after {0} signed it, the signed header was not: a list or a forwarder probably added a footer",
            AdviceCode.AskForwarder, AdviceCode.CompareCopy),
        [CauseCode.BodyCut] = Likely("the body is shorter than the one that {0} signed: a part was removed", AdviceCode.AskForwarder, AdviceCode.CompareCopy),
        [CauseCode.BodyHashWrong] = Certain("{0} signed a wrong body hash: no change of the body explains it", AdviceCode.CorrectSigner),
        [CauseCode.HeaderChanged] = Likely(
            "a header field was changed after {0} signed it, such as Subject or To", AdviceCode.AskForwarder, AdviceCode.CompareCopy),
        [CauseCode.HeaderAndBodyChanged] = Likely(
            "header and body were changed after {0} signed them", AdviceCode.AskForwarder, AdviceCode.CompareCopy),
        [CauseCode.OtherKey] = Certain(
            "the key {1} did not make the signature: {0} signed with another one, or the signature was damaged", AdviceCode.PublishKey, AdviceCode.CompareCopy),
        [CauseCode.KeyMissing] = Certain("there is no key at {1}: it was removed, or never published", AdviceCode.PublishKey),
        [CauseCode.KeyRevoked] = Certain("{0} revoked the key {1}", AdviceCode.PublishKey),
        [CauseCode.KeyTooShort] = Certain("the key {1} has only {2} bits, which can be forged", AdviceCode.ReplaceKey),
        [CauseCode.KeyUnusable] = Certain("the key {1} cannot verify the signature: {2}", AdviceCode.CorrectKey),
        [CauseCode.KeyTesting] = Certain("{0} is testing DKIM (t=y in {1}), and such keys do not count here", AdviceCode.EndTest),
        [CauseCode.SignatureExpired] = Certain("the signature of {0} expired at {2}", AdviceCode.VerifyAtArrival),
        [CauseCode.SignatureInFuture] = Certain("the signature of {0} is dated in the future", AdviceCode.CheckClocks),
        [CauseCode.SignatureUnusable] = Certain("the signature of {0} cannot be used: {2}", AdviceCode.CorrectSigner),
        [CauseCode.SignatureLeavesOpen] = Certain("the signature of {0} does not cover all that people see: {2}", AdviceCode.SignAll),
        [CauseCode.NoSignature] = Certain("the message has no DKIM signature", AdviceCode.SignMessages),
        [CauseCode.SignedByOther] = Likely("{0} signed the message, not {1}: a service that sends for {1}, or somebody else", AdviceCode.SignAsAuthor),
        [CauseCode.SpfOtherDomain] = Likely("SPF passes for {0}, not for {1}: a service that sends for {1}, or somebody else", AdviceCode.AlignBounces),
        [CauseCode.SpfNotListed] = Certain("the SPF record of {0} does not list {1}", AdviceCode.ListClient),
        [CauseCode.SpfForwarded] = Likely("the SPF record of {0} does not list {1}, which probably forwarded the message", AdviceCode.AskForwarder),
        [CauseCode.SpfNoRecord] = Certain("{0} publishes no SPF record", AdviceCode.PublishSpf),
        [CauseCode.SpfTooManyLookups] = Certain("the SPF record of {0} needs more DNS lookups than allowed", AdviceCode.CorrectSpf),
        [CauseCode.SpfRecordBroken] = Certain("the SPF record of {0} is not valid: {2}", AdviceCode.CorrectSpf),
        [CauseCode.SealedByUntrusted] = Certain(
            "the message passed DMARC on its way, say its sealers ({0}), which are not trusted here", AdviceCode.TrustSealers),
        [CauseCode.ChainBroken] = Certain("the ARC chain does not pass: {0}"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<AdviceCode, string> Advice = new Dictionary<AdviceCode, string>
    {
        [AdviceCode.Nothing] = "nothing",
        [AdviceCode.WriteOneFrom] = "the sender's program must write one From field with one address",
        [AdviceCode.RaiseLimit] = "raise this limit in the settings, if such messages are expected",
        [AdviceCode.Retry] = "retry, or use another DNS server with --dns",
        [AdviceCode.GiveAddress] = "give the client's address with --ip, and the envelope with --helo and --mail-from",
        [AdviceCode.PublishDmarc] = "{0} should publish a DMARC record (\"v=DMARC1; p=none\" changes nothing yet)",
        [AdviceCode.CorrectDmarc] = "see what is wrong with 'emailauth dmarc {0}', and correct the record",
        [AdviceCode.TrustSealers] = "if you trust every one of these sealers, set Policy:TrustedSealers to {0}",
        [AdviceCode.AskList] = "ask the list to write its own From, to leave messages unchanged, or to seal them with ARC",
        [AdviceCode.AskForwarder] = "ask the forwarder to leave messages unchanged, or to seal them with ARC",
        [AdviceCode.CompareCopy] = "compare with a copy from the sender",
        [AdviceCode.UseRawCopy] = "verify the message as it arrived, for example from a download of its source",
        [AdviceCode.PublishKey] = "{0} must publish the key, or sign with another one",
        [AdviceCode.ReplaceKey] = "{0} should sign with a key of 2048 bits",
        [AdviceCode.CorrectKey] = "see what is wrong with 'emailauth dkim {1}', and correct the record",
        [AdviceCode.EndTest] = "{0} should remove t=y from its key record",
        [AdviceCode.VerifyAtArrival] = "verify at the time when the message arrived, with --now",
        [AdviceCode.CheckClocks] = "check the clock of the signer, and the one of this host",
        [AdviceCode.CorrectSigner] = "{0} must correct the program that signs",
        [AdviceCode.SignAll] = "{0} should sign the whole body (without l=) and every field that people see",
        [AdviceCode.SignMessages] = "{0} should sign its messages with DKIM, which survives forwarding",
        [AdviceCode.SignAsAuthor] = "let the service sign with d={1}",
        [AdviceCode.AlignBounces] = "let the service send with a MAIL FROM at {1} or below, or sign with d={1}",
        [AdviceCode.ListClient] = "if {1} belongs to {0}, add it to the SPF record",
        [AdviceCode.PublishSpf] = "{0} should publish an SPF record",
        [AdviceCode.CorrectSpf] = "see what is wrong with 'emailauth spf {0}', and correct the record",
    }.ToFrozenDictionary();

    public static OutcomeRule Of(CauseCode code) => Causes.TryGetValue(code, out var rule)
        ? rule
        : throw new ArgumentOutOfRangeException(nameof(code), string.Create(CultureInfo.InvariantCulture, $"{(int)code} is not a cause."));

    public static string Of(AdviceCode code) => Advice.TryGetValue(code, out var text)
        ? text
        : throw new ArgumentOutOfRangeException(nameof(code), string.Create(CultureInfo.InvariantCulture, $"{(int)code} is not an advice."));

    private static OutcomeRule Certain(string template, params ImmutableArray<AdviceCode> advice) => new(template, IsCertain: true, advice);

    private static OutcomeRule Likely(string template, params ImmutableArray<AdviceCode> advice) => new(template, IsCertain: false, advice);
}
