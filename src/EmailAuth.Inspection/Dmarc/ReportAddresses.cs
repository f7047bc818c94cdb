using EmailAuth.Cli.Output;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Published;

/// <summary>Checks that those who are named for reports outside the organization have agreed to get them (RFC 9990 section 4).</summary>
internal static class ReportAddresses
{
    private const int MaxChecked = 10;

    public static async Task CheckAsync(
        PublishedRecord published, DmarcRecord record, DomainName domain, DomainName? organization, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var hosts = record.AggregateReportUris.Concat(record.FailureReportUris)
            .Where(uri => uri.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
            .Select(HostOf)
            .OfType<DomainName>()
            .Distinct()
            .Where(host => !IsInside(host, domain, organization))
            .Take(MaxChecked);
        foreach (var host in hosts)
        {
            var name = host.Prepend($"{domain}._report._dmarc");
            var response = name is null ? null : await resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), cancellationToken);
            var position = Math.Max(0, published.Text.IndexOf(host.ToString(), StringComparison.OrdinalIgnoreCase));
            if (response?.Status == DnsStatus.Failure)
            {
                published.Note($"whether {host} agrees to get reports is not known: {response.Reason}", position, host.ToString().Length);
            }
            else if (response?.Texts.Any(text => DmarcRecord.Parse(text).IsSuccess) is not true)
            {
                published.Warn($"{host} has not agreed to get reports about {domain}: there is no v=DMARC1 at {name} (RFC 9990 section 4)", position, host.ToString().Length);
            }
        }
    }

    // RFC 9990 section 4: only another organization has to agree. When the organization is not known, the record's own domain still is.
    private static bool IsInside(DomainName host, DomainName domain, DomainName? organization) =>
        host.IsEqualToOrBelow(domain) || (organization is not null && host.IsEqualToOrBelow(organization));

    private static DomainName? HostOf(string uri)
    {
        var query = uri.IndexOf('?', StringComparison.Ordinal);
        var address = query < 0 ? uri : uri[..query];
        return DomainName.Parse(address.AsSpan(address.LastIndexOf('@') + 1)).Value;
    }
}
