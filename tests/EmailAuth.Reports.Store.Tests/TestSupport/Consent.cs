using EmailAuth.Dns;

namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>A DNS in which everybody takes the reports of all.</summary>
internal sealed class Consent : IDnsResolver
{
    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) => ValueTask.FromResult(
        question.Name.ToString().Contains("._report._dmarc.", StringComparison.Ordinal) ? DnsResponse.OfTexts(["v=DMARC1"]) : DnsResponse.NameError());
}
