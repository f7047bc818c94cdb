using System.Collections.Immutable;
using EmailAuth.Dns;
using EmailAuth.Inspection.Bimi;
using EmailAuth.Inspection.Dmarc;
using EmailAuth.Inspection.MailHosts;
using EmailAuth.Inspection.Spf;
using EmailAuth.Inspection.Transport;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Domains;

/// <summary>What a domain publishes, part by part, before anything is made of it.</summary>
internal sealed class DomainParts
{
    public required DomainName Domain { get; init; }

    public required SpfInspection Spf { get; init; }

    public required KeySearch Keys { get; init; }

    public required DmarcInspection Dmarc { get; init; }

    public required BimiInspection Bimi { get; init; }

    public required MailHostsInspection MailHosts { get; init; }

    public required ImmutableArray<SendingAddress> Addresses { get; init; }

    public required MtaStsInspection MtaSts { get; init; }

    public required TlsReportingInspection TlsReporting { get; init; }

    /// <summary>Runs all checks once.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="options">The options.</param>
    /// <param name="selectors">The selectors in use.</param>
    /// <param name="resolver">Answers everything but SPF.</param>
    /// <param name="deep">Answers SPF, whose tree may be deep.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<DomainParts> InspectAsync(
        DomainName domain, DomainInspectionOptions options, IEnumerable<string> selectors, IDnsResolver resolver, IDnsResolver deep, CancellationToken cancellationToken)
    {
        var spf = await SpfInspector.InspectAsync(domain, deep, cancellationToken: cancellationToken).ConfigureAwait(false);
        var keys = new KeySearch(domain, resolver);
        await keys.RunAsync(selectors, options.TriesKnownSelectors, cancellationToken).ConfigureAwait(false);
        var hosts = await MailHostsReading.ReadAsync(domain, resolver, cancellationToken).ConfigureAwait(false);
        return new DomainParts
        {
            Domain = domain,
            Spf = spf,
            Keys = keys,
            Dmarc = await DmarcInspector.InspectAsync(domain, resolver, cancellationToken: cancellationToken).ConfigureAwait(false),
            Bimi = await BimiInspector.InspectAsync(
                domain, resolver, new BimiInspectionOptions { Selector = options.BimiSelector, TimeProvider = options.TimeProvider }, cancellationToken).ConfigureAwait(false),
            MailHosts = hosts,
            Addresses = await ReadAddressesAsync(domain, options, spf, hosts, resolver, cancellationToken).ConfigureAwait(false),
            MtaSts = await MtaStsReading.ReadRecordAsync(domain, resolver, cancellationToken).ConfigureAwait(false),
            TlsReporting = await TlsReportingReading.ReadAsync(domain, resolver, cancellationToken).ConfigureAwait(false),
        };
    }

    private static async Task<ImmutableArray<SendingAddress>> ReadAddressesAsync(
        DomainName domain, DomainInspectionOptions options, SpfInspection spf, MailHostsInspection hosts, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var isGiven = !options.Addresses.IsDefaultOrEmpty;
        var (own, _) = await MailHostsReading.AddressesAsync(domain, resolver, cancellationToken).ConfigureAwait(false);
        var addresses = isGiven ? options.Addresses : SpfReach.Addresses(spf.Root, own, hosts.IsImplicit ? [] : hosts.Hosts.SelectMany(static host => host.Addresses));
        var helo = options.Helo is { } text ? DomainName.Parse(text).Value : null;
        var found = ImmutableArray.CreateBuilder<SendingAddress>(addresses.Length);
        foreach (var address in addresses)
        {
            found.Add(await SendingAddressReading.ReadAsync(address, isGiven, helo, domain, resolver, cancellationToken).ConfigureAwait(false));
        }

        return found.ToImmutable();
    }
}
