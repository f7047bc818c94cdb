using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>Fetches what a record names, and checks it (BIMI draft sections 7.3 to 7.6).</summary>
internal sealed class IndicatorRetrieval : IDisposable
{
    private readonly BimiOptions _options;
    private readonly IBimiFetcher _fetcher;
    private readonly MarkCertificateVerifier _verifier;

    public IndicatorRetrieval(BimiOptions options, IBimiFetcher fetcher, TimeProvider timeProvider)
    {
        _options = options;
        _fetcher = fetcher;
        _verifier = new MarkCertificateVerifier(options, timeProvider);
    }

    public void Dispose() => _fetcher.Dispose();

    /// <summary>Judges a record that was found and does not decline.</summary>
    public async ValueTask<BimiResult> JudgeAsync(BimiResult found, BimiRequest request, CancellationToken cancellationToken)
    {
        var record = found.Record!;
        var evidenceUri = _options.VerifyEvidence ? record.EvidenceLocation : null;
        if (_options.RequireEvidence && evidenceUri is null)
        {
            return Failed(found, BimiReason.NoEvidence, "the record names no evidence, and the receiver requires it");
        }

        var fetchedEvidence = evidenceUri is null ? null : _fetcher.FetchAsync(evidenceUri, BimiDocumentKind.Evidence, cancellationToken);
        var fetchedIndicator = _options.RetrieveIndicator
            ? _fetcher.FetchAsync(record.Location!, BimiDocumentKind.Indicator, cancellationToken)
            : null;
        var evidence = fetchedEvidence is null ? null : await fetchedEvidence.ConfigureAwait(false);
        var indicator = fetchedIndicator is null ? null : await fetchedIndicator.ConfigureAwait(false);

        var result = found;
        if (evidence is not null)
        {
            result = JudgeEvidence(result, evidence, DomainsOf(request));
        }

        if (indicator is not null && result.Code == BimiResultCode.Pass)
        {
            result = JudgeIndicator(result, indicator);
        }

        return result;
    }

    private static List<DomainName> DomainsOf(BimiRequest request)
    {
        var domains = new List<DomainName> { request.AuthorDomain! };
        if (request.OrganizationalDomain is { } organizationalDomain && organizationalDomain != request.AuthorDomain)
        {
            domains.Add(organizationalDomain);
        }

        return domains;
    }

    private BimiResult JudgeEvidence(BimiResult result, BimiDocument evidence, List<DomainName> domains)
    {
        if (evidence.Content is not { } content)
        {
            return evidence.IsTemporary
                ? Unavailable(result, BimiReason.EvidenceUnavailable, $"evidence: {evidence.Reason}")
                : new BimiResult(Failed(result, BimiReason.EvidenceRefused, $"evidence: {evidence.Reason}")) { Authority = BimiAuthorityCode.Fail };
        }

        var certificate = _verifier.Verify(content, domains, result.Selector!);
        result = new BimiResult(result) { MarkCertificate = certificate };
        return certificate.IsValid
            ? new BimiResult(result) { Authority = BimiAuthorityCode.Pass, Indicator = certificate.Indicator }
            : new BimiResult(Failed(result, BimiReason.EvidenceInvalid, $"evidence: {certificate.Problems[0].Reason}")) { Authority = BimiAuthorityCode.Fail };
    }

    private BimiResult JudgeIndicator(BimiResult result, BimiDocument document)
    {
        if (document.Content is not { } content)
        {
            var reason = $"indicator: {document.Reason}";
            return new BimiResult(document.IsTemporary
                ? Unavailable(result, BimiReason.IndicatorUnavailable, reason)
                : Failed(result, BimiReason.IndicatorRefused, reason))
            { Indicator = null };
        }

        var read = BimiIndicator.Read(content, _options.IndicatorLimits);
        if (!read.IsSuccess)
        {
            return new BimiResult(Failed(result, BimiReason.IndicatorUnreadable, read.Error.Reason)) { Indicator = null };
        }

        var indicator = read.Value;
        if (!indicator.IsValid)
        {
            var violations = indicator.Problems;
            var more = violations.Length == 1 ? null : $" (and {violations.Length - 1} more)";
            return new BimiResult(Failed(result, BimiReason.IndicatorInvalid, $"the indicator is not SVG Tiny PS: {violations[0]}{more}")) { Indicator = indicator };
        }

        // Section 7.9: the documents that l and a name must hold the same image, byte for byte.
        return result.Indicator is { } vouchedFor && !vouchedFor.Svg.Span.SequenceEqual(indicator.Svg.Span)
            ? new BimiResult(Failed(
                result, BimiReason.IndicatorMismatch, "the indicator at the record's location is not the image in the mark certificate"))
            {
                Authority = BimiAuthorityCode.Fail,
                Indicator = indicator,
            }
            : new BimiResult(result) { Indicator = indicator, IsLocationChecked = true };
    }

    private static BimiResult Failed(BimiResult result, BimiReason reason, string text) =>
        new(result) { Code = BimiResultCode.Fail, Fault = new BimiFault(reason, text) };

    private static BimiResult Unavailable(BimiResult result, BimiReason reason, string text) =>
        new(result) { Code = BimiResultCode.TempError, Fault = new BimiFault(reason, text) };
}
