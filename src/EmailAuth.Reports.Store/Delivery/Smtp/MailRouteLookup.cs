using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using EmailAuth.Bimi;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Store.Delivery.Smtp;

/// <summary>Finds the hosts that take a domain's mail (RFC 5321 section 5.1). Thread-safe.</summary>
/// <param name="resolver">Answers the queries.</param>
/// <param name="allowsPrivateAddresses">Whether addresses that are not public count.</param>
internal sealed class MailRouteLookup(IDnsResolver resolver, bool allowsPrivateAddresses)
{
    // RFC 5321 section 5.1 wants at least two addresses tried. More than these are of no use, and a zone could name thousands.
    private const int MaxHosts = 5;
    private const int MaxTargets = 8;

    private static readonly ImmutableArray<DnsRecordType> AddressTypes = [DnsRecordType.Aaaa, DnsRecordType.A];

    /// <summary>Finds them.</summary>
    public async ValueTask<MailRoute> FindAsync(DomainName domain, CancellationToken cancellationToken)
    {
        var answer = await resolver.QueryAsync(new DnsQuestion(domain, DnsRecordType.Mx), cancellationToken);
        return answer.Status switch
        {
            DnsStatus.Failure => Deferred($"cannot look up the MX records of {domain}: {answer.Reason}"),
            DnsStatus.NameError => Refused($"{domain} does not exist"),

            // RFC 5321 section 5.1: a domain without MX records is its own mail host.
            DnsStatus.NoData => await TargetsAsync(domain, [domain], cancellationToken),
            DnsStatus.Records => await OfRecordsAsync(domain, answer.MailHosts, cancellationToken),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private async ValueTask<MailRoute> OfRecordsAsync(DomainName domain, ImmutableArray<MailHost> records, CancellationToken cancellationToken)
    {
        // RFC 7505 section 3: a null MX beside others is a fault of the zone, and the others count.
        MailHost[] hosts = [.. records.Where(static record => record.Exchange is not null)];
        if (hosts.Length == 0)
        {
            return Refused($"{domain} takes no mail (null MX, RFC 7505)");
        }

        // RFC 5321 section 5.1: at random among hosts of equal preference.
        RandomNumberGenerator.Shuffle(hosts.AsSpan());
        return await TargetsAsync(
            domain, hosts.OrderBy(static host => host.Preference).Take(MaxHosts).Select(static host => host.Exchange!), cancellationToken);
    }

    private async ValueTask<MailRoute> TargetsAsync(DomainName domain, IEnumerable<DomainName> hosts, CancellationToken cancellationToken)
    {
        var targets = ImmutableArray.CreateBuilder<MailTarget>();
        string? failure = null;
        string? refused = null;
        foreach (var host in hosts)
        {
            foreach (var type in AddressTypes)
            {
                var answer = await resolver.QueryAsync(new DnsQuestion(host, type), cancellationToken);
                failure ??= answer.Status == DnsStatus.Failure ? $"cannot look up the addresses of {host}: {answer.Reason}" : null;
                foreach (var address in answer.Addresses)
                {
                    if (Why(address) is { } why)
                    {
                        refused ??= $"{host} has the address {address}, to which no mail is sent: {why}";
                    }
                    else if (targets.Count < MaxTargets)
                    {
                        targets.Add(new MailTarget(host.ToString(), address));
                    }
                }
            }
        }

        return targets.Count > 0 ? new MailRoute { Targets = targets.ToImmutable() }
            : failure is not null ? Deferred(failure)
            : Refused(refused ?? $"no mail host of {domain} has an address");
    }

    private string? Why(IPAddress address) => allowsPrivateAddresses ? null : PrivateAddressFilter.WhyRefused(address);

    private static MailRoute Refused(string text) => new() { Fault = DeliveryAttempt.Refused(text) };

    private static MailRoute Deferred(string text) => new() { Fault = DeliveryAttempt.Deferred(text) };
}
