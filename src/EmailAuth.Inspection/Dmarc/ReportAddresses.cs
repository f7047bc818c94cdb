using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Dmarc;

/// <summary>Checks that report receivers outside the organization have agreed to get reports (RFC 9990 section 4).</summary>
internal static class ReportAddresses
{
    private const int MaxChecked = 10;

    public static async Task CheckAsync(
        PublishedRecord published, DmarcRecord record, DomainName domain, DomainName? organization, InspectionResolver resolver, CancellationToken cancellationToken)
    {
        var hosts = record.AggregateReportUris.Concat(record.FailureReportUris)
            .Where(static uri => uri.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
            .Select(HostOf)
            .OfType<DomainName>()
            .Distinct()
            .Where(host => !IsInside(host, domain, organization))
            .Take(MaxChecked);
        foreach (var host in hosts)
        {
            var name = host.Prepend($"{domain}._report._dmarc");
            var response = name is null ? null : await resolver.TextsAsync(name, cancellationToken).ConfigureAwait(false);
            var (position, length) = (PositionOf(host, record), host.ToString().Length);
            if (response?.Status == DnsStatus.Failure)
            {
                published.Note(FindingCode.DmarcReportsUndecided, position, length, host.ToString(), response.Reason!);
            }
            else if (response?.Texts.Any(static text => DmarcRecord.Parse(text).IsSuccess) is not true)
            {
                published.Warn(FindingCode.DmarcReportsNotAgreed, position, length, host.ToString(), domain.ToString(), name?.ToString() ?? string.Empty);
            }
        }
    }

    // RFC 9990 section 4: only another organization has to agree. When the organization is not known, the domain of the record is used.
    private static bool IsInside(DomainName host, DomainName domain, DomainName? organization) =>
        host.IsEqualToOrBelow(domain) || (organization is not null && host.IsEqualToOrBelow(organization));

    // The position of the host after an "@" in rua or ruf; 0 when the record spells the host differently than the DNS.
    private static int PositionOf(DomainName host, DmarcRecord record)
    {
        foreach (var tag in record.Tags)
        {
            if (tag.Name.ToLowerInvariant() is "rua" or "ruf" && tag.Value.IndexOf($"@{host}", StringComparison.OrdinalIgnoreCase) is var at and >= 0)
            {
                return tag.ValuePosition + at + 1;
            }
        }

        return 0;
    }

    private static DomainName? HostOf(string uri)
    {
        var query = uri.IndexOf('?', StringComparison.Ordinal);
        var address = query < 0 ? uri : uri[..query];
        return DomainName.Parse(address.AsSpan(address.LastIndexOf('@') + 1)).Value;
    }
}
