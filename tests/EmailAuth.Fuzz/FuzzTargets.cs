using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dmarc;
using EmailAuth.Fuzz.Targets;
using EmailAuth.Spf;

namespace EmailAuth.Fuzz;

/// <summary>Every parser of what strangers send and every path it takes.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        // Names, addresses and references.
        new("header", NameTargets.Header),
        new("from", NameTargets.From),
        new("reverse-path", NameTargets.ReversePathText),
        new("domain-name", NameTargets.DomainNames),
        new("https-uri", NameTargets.Uri),
        new("suffix-list", NameTargets.SuffixList),

        // What DNS servers send, and what is published.
        new("dns-answer", DnsTargets.Answer),
        new("dns-cache", DnsCacheTarget.Run),
        new("dns-servers", DnsServersTarget.Run),
        new("resolv-conf", DnsTargets.SystemFile),
        new("dkim-signature", RecordTargets.Signature),
        new("dkim-key", RecordTargets.Key),
        new("spf-record", RecordTargets.Parsed(SpfRecord.Parse)),
        new("spf-macro", RecordTargets.Macro),
        new("dmarc-record", RecordTargets.Parsed(DmarcRecord.Parse)),
        new("bimi-record", RecordTargets.Parsed(BimiRecord.Parse)),
        new("bimi-selector", RecordTargets.Parsed(BimiSelector.ParseField)),
        new("arc-seal", RecordTargets.Parsed(ArcSeal.Parse)),
        new("arc-message-signature", RecordTargets.Parsed(ArcMessageSignature.Parse)),
        new("mta-sts", SettingsTargets.MtaSts),
        new("svg", BimiTargets.Svg),
        new("certificate", BimiTargets.Certificate),

        // Methods that ask and decide, each over a zone of the input's choosing.
        new("spf-evaluate", SpfTarget.Run),
        new("dmarc-evaluate", DmarcTarget.Run),
        new("bimi-evaluate", BimiTarget.Run),
        new("arc-chain", ArcTargets.Chain),

        // Messages signed and sealed here, and changed after it.
        new("dkim-signed", DkimSignedTarget.Run),
        new("arc-sealed", ArcTargets.Sealed),
        new("sign", SigningTargets.Sign),
        new("doctor", SigningTargets.Diagnose),

        // Results, read, written and forged.
        new("authentication-results", ResultsTargets.Results),
        new("results-writer", ResultsWriterTarget.Run),

        // Whole deliveries: as a message at hand, as events of a session, as packets of an MTA, as requests, behind relays.
        new("pipeline", PipelineTarget.Run),
        new("session", SessionTarget.Run),
        new("milter", MilterTarget.Run),
        new("milter-protocol", MilterProtocolTarget.Run),
        new("serve", ServeTarget.Run),
        new("relay-helo", RelayTargets.Helo),
        new("relay-trace", RelayTargets.Trace),

        // What operators write.
        new("settings", SettingsTargets.Settings),
        new("exceptions", SettingsTargets.Exceptions),

        // The project's own formats, and what the command reads and shows.
        new("zone", VectorTargets.ZoneText),
        new("vector", VectorTargets.Vector),
        new("batch", VectorTargets.Batch),
        new("mailbox", CommandTargets.Mailbox),
        new("stored-envelope", CommandTargets.StoredEnvelope),
        new("published", CommandTargets.Published),
        new("collected-message", JournalTargets.Message),
        new("journal", JournalTargets.Segment),

        // Reports that strangers send: each begins with inputs of another kind.
        new("report-mail", ReportTargets.Read),
        new("report-xml", ReportTargets.Read),
        new("report-feedback", ReportTargets.Read),
        new("report-tls", ReportTargets.Read),
        new("report-compressed", ReportTargets.Read),

        // What leaves of a message in a failure report or a complaint.
        new("redacted-header", RedactionTargets.Redact),
        new("feedback-fields", RedactionTargets.Write),
        new("failure-report", RedactionTargets.Judge),
    ];

    public static FuzzTarget Named(string name) =>
        All.FirstOrDefault(target => target.Name == name) ?? throw new ArgumentException($"No such target: {name}", nameof(name));
}
