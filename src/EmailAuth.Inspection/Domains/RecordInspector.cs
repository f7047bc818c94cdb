using EmailAuth.Bimi;
using EmailAuth.Dns;
using EmailAuth.Inspection.Dkim;
using EmailAuth.Inspection.Dmarc;
using EmailAuth.Inspection.Spf;
using EmailAuth.Inspection.Transport;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Domains;

/// <summary>Inspects the text of a record before it is published. Stateless; safe to use from many threads.</summary>
public static class RecordInspector
{
    /// <summary>Inspects a text as if it were published for a domain.</summary>
    /// <param name="text">The text, character-strings joined. Its beginning says which kind of record it is.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="resolver">Where to ask for what the record leads to, such as includes of SPF.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<RecordInspection> InspectAsync(string text, DomainName domain, IDnsResolver resolver, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(resolver);
        var start = text.TrimStart(' ', '\t', '"');
        return Begins("v=spf") ? await SpfAsync(text, domain, resolver, cancellationToken).ConfigureAwait(false)
            : Begins("v=DMARC") ? Explained("dmarc", DmarcInspector.InspectText(domain.Prepend("_dmarc") ?? domain, text))
            : Begins("v=BIMI") ? Judged("bimi", FindingCode.BimiFault, BimiRecord.Parse(text).Error?.Reason)
            : Begins("v=STS") ? Judged("mta-sts", FindingCode.StsRecordInvalid, MtaStsReading.WhyInvalid(text, out _))
            : Begins("v=TLSRPT") ? Judged("tls-rpt", FindingCode.TlsRptInvalid, TlsReportingReading.WhyInvalid(text, out _))
            : Begins("v=DKIM") || start.Contains("p=", StringComparison.Ordinal) ? Explained("dkim", DkimKeyInspector.InspectText(domain, text))
            : new RecordInspection();

        bool Begins(string version) => start.StartsWith(version, StringComparison.OrdinalIgnoreCase);

        RecordInspection Judged(string kind, FindingCode code, string? reason) => new()
        {
            Kind = kind,
            Findings = reason is null ? [] : [new Finding { Code = code, Severity = FindingSeverity.Error, Name = domain, Record = text, Arguments = [reason] }],
        };
    }

    private static RecordInspection Explained(string kind, PublishedRecord record) => new() { Kind = kind, Record = record, Findings = record.Findings };

    private static async Task<RecordInspection> SpfAsync(string text, DomainName domain, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var inspection = await SpfInspector.InspectAsync(domain, new OverlayResolver(resolver, domain, text, "v=spf"), cancellationToken: cancellationToken).ConfigureAwait(false);
        return new RecordInspection
        {
            Kind = "spf",
            Record = inspection.Root.Records.FirstOrDefault(),
            Findings = [.. inspection.Findings, .. SpfReach.Findings(inspection.Root)],
        };
    }
}
