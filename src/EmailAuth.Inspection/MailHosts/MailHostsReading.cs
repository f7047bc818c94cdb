using System.Collections.Immutable;
using System.Net;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.MailHosts;

/// <summary>Inspects the MX records of a domain and the addresses of their hosts.</summary>
internal static class MailHostsReading
{
    // An answer over TCP could name thousands of hosts.
    private const int MostHosts = 20;

    public static async Task<MailHostsInspection> ReadAsync(DomainName domain, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var response = await resolver.QueryAsync(new DnsQuestion(domain, DnsRecordType.Mx), cancellationToken).ConfigureAwait(false);

        // Asked in any case: without an MX record mail goes there (RFC 5321 section 5.1), and a second round would cost more than a question.
        var (own, _) = await AddressesAsync(domain, resolver, cancellationToken).ConfigureAwait(false);
        if (response.Status == DnsStatus.Failure)
        {
            return new MailHostsInspection { Findings = [Found(FindingSeverity.Warning, FindingCode.MxLookupFailed, domain, domain.ToString(), response.Reason!)] };
        }

        if (response.MailHosts.IsEmpty)
        {
            return new MailHostsInspection
            {
                IsKnown = true,
                IsImplicit = !own.IsEmpty,
                Hosts = own.IsEmpty ? [] : [new MailHostAddresses { Name = domain, Addresses = own }],
                Findings = [.. Outside(domain, domain, own)],
            };
        }

        var named = response.MailHosts.Where(static host => host.Exchange is not null).ToArray();
        if (named.Length == 0)
        {
            return new MailHostsInspection { IsKnown = true, IsNull = true };
        }

        return await ReadHostsAsync(domain, named, named.Length < response.Count, resolver, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<MailHostsInspection> ReadHostsAsync(
        DomainName domain, MailHost[] named, bool hasNull, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        if (hasNull)
        {
            findings.Add(Found(FindingSeverity.Error, FindingCode.MxNullWithOthers, domain, domain.ToString()));
        }

        var hosts = ImmutableArray.CreateBuilder<MailHostAddresses>();
        foreach (var host in named.OrderBy(static host => host.Preference).DistinctBy(static host => host.Exchange).Take(MostHosts))
        {
            var name = host.Exchange!;
            if (IPAddress.TryParse(name.ToString(), out _))
            {
                findings.Add(Found(FindingSeverity.Error, FindingCode.MxAddressLiteral, domain, name.ToString()));
                hosts.Add(new MailHostAddresses { Name = name, Preference = host.Preference });
                continue;
            }

            var (addresses, answer) = await AddressesAsync(name, resolver, cancellationToken).ConfigureAwait(false);
            hosts.Add(new MailHostAddresses { Name = name, Preference = host.Preference, Addresses = addresses });
            Judge(domain, name, addresses, answer, findings);
        }

        return new MailHostsInspection { IsKnown = true, Hosts = hosts.ToImmutable(), Findings = findings.ToImmutable() };
    }

    private static void Judge(
        DomainName domain, DomainName host, ImmutableArray<IPAddress> addresses, DnsResponse answer, ImmutableArray<Finding>.Builder findings)
    {
        if (!answer.Aliases.IsEmpty)
        {
            findings.Add(Found(FindingSeverity.Warning, FindingCode.MxAlias, domain, host.ToString(), answer.Aliases[^1].ToString()));
        }

        if (addresses.IsEmpty)
        {
            findings.Add(answer.Status == DnsStatus.Failure
                ? Found(FindingSeverity.Warning, FindingCode.MxHostLookupFailed, domain, host.ToString(), answer.Reason!)
                : Found(FindingSeverity.Error, FindingCode.MxNoHost, domain, host.ToString()));
        }

        findings.AddRange(Outside(domain, host, addresses));
    }

    private static IEnumerable<Finding> Outside(DomainName domain, DomainName host, ImmutableArray<IPAddress> addresses) =>
        addresses.Where(PublicNetworks.IsOutside).Take(1)
            .Select(address => Found(FindingSeverity.Error, FindingCode.MxPrivateAddress, domain, host.ToString(), address.ToString()));

    /// <summary>The addresses of a host, IPv4 first, and the answer that says why it has no address.</summary>
    public static async Task<(ImmutableArray<IPAddress> Addresses, DnsResponse Answer)> AddressesAsync(
        DomainName name, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var four = await resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.A), cancellationToken).ConfigureAwait(false);
        var six = await resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Aaaa), cancellationToken).ConfigureAwait(false);
        return ([.. four.Addresses, .. six.Addresses], four.Status == DnsStatus.Failure || six.Status != DnsStatus.Failure ? four : six);
    }

    private static Finding Found(FindingSeverity severity, FindingCode code, DomainName name, params ReadOnlySpan<string> arguments) =>
        new() { Code = code, Severity = severity, Name = name, Arguments = [.. arguments] };
}
