using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Dmarc;

/// <summary>Checks that reports can go to each address, and that report receivers outside the organization have agreed to get reports (RFC 9990 section 4).</summary>
internal static class ReportAddresses
{
    /// <summary>Whether a URI is one of mail with one mailbox: no reports go to any other.</summary>
    public static bool IsMailbox(string uri) => DmarcMailbox.Of(uri) is not null;

    /// <summary>Finds the addresses that are valid URIs (RFC 9989 section 4.8), and that no report goes to.</summary>
    public static void CheckForm(PublishedRecord published, DmarcRecord record)
    {
        CheckForm(published, record, "rua", record.AggregateReportUris);
        CheckForm(published, record, "ruf", record.FailureReportUris);
    }

    public static async Task CheckAsync(
        PublishedRecord published, DmarcRecord record, DomainName domain, IDnsResolver resolver, DmarcOptions options, CancellationToken cancellationToken)
    {
        var check = new DmarcReportDestinations(resolver, options);
        var destinations = (await check.CheckAsync(domain, record.AggregateReportUris, DmarcReportKind.Aggregate, cancellationToken).ConfigureAwait(false))
            .Concat(await check.CheckAsync(domain, record.FailureReportUris, DmarcReportKind.Failure, cancellationToken).ConfigureAwait(false));
        foreach (var destination in destinations.Where(destination => destination.Host is not null).DistinctBy(destination => (destination.Host, destination.Consent)))
        {
            Note(published, record, domain, destination, destination.Host!);
        }
    }

    private static void CheckForm(PublishedRecord published, DmarcRecord record, string name, ImmutableArray<string> uris)
    {
        // The first tag of a name counts. A comma inside a URI is percent-encoded.
        if (record.Tags.FirstOrDefault(tag => tag.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } tag)
        {
            return;
        }

        var from = 0;
        foreach (var uri in uris)
        {
            var at = tag.Value.IndexOf(uri, from, StringComparison.Ordinal);
            if (!IsMailbox(uri))
            {
                published.Warn(FindingCode.DmarcReportAddressUnusable, at < 0 ? null : tag.ValuePosition + at, uri.Length, uri);
            }

            from = at < 0 ? from : at + uri.Length;
        }
    }

    private static void Note(PublishedRecord published, DmarcRecord record, DomainName domain, DmarcReportDestination destination, DomainName host)
    {
        var (position, length) = (PositionOf(host, record), host.ToString().Length);
        switch (destination.Consent)
        {
            case DmarcReportConsent.Undecided:
                published.Note(FindingCode.DmarcReportsUndecided, position, length, host.ToString(), destination.Reason!);
                break;

            case DmarcReportConsent.NotConfirmed or DmarcReportConsent.NameTooLong or DmarcReportConsent.OtherHost:
                published.Warn(FindingCode.DmarcReportsNotAgreed, position, length, host.ToString(), domain.ToString(), destination.ConsentName?.ToString() ?? string.Empty);
                break;

            case DmarcReportConsent.NotAMailbox or DmarcReportConsent.TooMany or DmarcReportConsent.SameOrganization or DmarcReportConsent.Confirmed:
                break;

            default:
                throw new UnreachableException();
        }
    }

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
}
