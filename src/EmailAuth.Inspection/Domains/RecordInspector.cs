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
    private static readonly DomainName Unknown = DomainName.Parse("record.invalid").Value!;

    /// <summary>Inspects a text as if it were published for a domain.</summary>
    /// <param name="text">The text, character-strings joined. Its beginning says which kind of record it is.</param>
    /// <param name="domain">
    /// The domain. Null when it is not known: what depends on it, such as whether report receivers belong to the same
    /// organization, is then not looked up.
    /// </param>
    /// <param name="resolver">Where to ask for what the record leads to, such as includes of SPF.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<RecordInspection> InspectAsync(string text, DomainName? domain, IDnsResolver resolver, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(resolver);
        var place = domain ?? Unknown;
        var start = text.TrimStart(' ', '\t', '"');
        return Begins("v=spf") ? await SpfAsync(text, place, resolver, cancellationToken).ConfigureAwait(false)
            : Begins("v=DMARC") ? Explained("dmarc", await DmarcAsync(text, domain, resolver, cancellationToken).ConfigureAwait(false))
            : Begins("v=BIMI") ? Judged("bimi", FindingCode.BimiFault, BimiRecord.Parse(text).Error?.Reason)
            : Begins("v=STS") ? Judged("mta-sts", FindingCode.StsRecordInvalid, MtaStsReading.WhyInvalid(text, out _))
            : Begins("v=TLSRPT") ? Judged("tls-rpt", FindingCode.TlsRptInvalid, TlsReportingReading.WhyInvalid(text, out _))
            : Begins("v=DKIM") || start.Contains("p=", StringComparison.Ordinal) ? Explained("dkim", DkimKeyInspector.InspectText(place, text))
            : new RecordInspection();

        bool Begins(string version) => start.StartsWith(version, StringComparison.OrdinalIgnoreCase);

        RecordInspection Judged(string kind, FindingCode code, string? reason) => new()
        {
            Kind = kind,
            Findings = reason is null ? [] : [new Finding { Code = code, Severity = FindingSeverity.Error, Name = place, Record = text, Arguments = [reason] }],
        };
    }

    private static RecordInspection Explained(string kind, PublishedRecord record) => new() { Kind = kind, Record = record, Findings = record.Findings };

    private static async Task<PublishedRecord> DmarcAsync(string text, DomainName? domain, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        if (domain?.Prepend("_dmarc") is not { } name)
        {
            return DmarcInspector.InspectText(domain ?? Unknown, text);
        }

        var published = new OverlayResolver(resolver, name, text, "v=DMARC");
        return await DmarcInspector.InspectTextAsync(name, text, domain, published, cancellationToken).ConfigureAwait(false);
    }

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
