using System.Collections.Immutable;
using EmailAuth.Inspection.Domains;
using EmailAuth.Reports.Store.Incoming;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Domains;

/// <summary>What imported reports say about a domain. Thread-safe.</summary>
/// <param name="store">The store.</param>
/// <param name="today">The last day.</param>
internal sealed class StoreHistory(IIncomingReportStore store, DateOnly today) : IDomainHistory
{
    private const int Days = 30;

    // Anyone can send a report that names any selector: each is a question to the DNS.
    private const int MostSelectors = 10;

    // Also what senders sign with domains of their own is in the sums: it must not take the place of what is of the domain.
    private const int MostSums = 10_000;

    private DateOnly Since => today.AddDays(1 - Days);

    public async ValueTask<ImmutableArray<string>> SelectorsAsync(DomainName domain, CancellationToken cancellationToken)
    {
        var selectors = ImmutableArray.CreateBuilder<string>();

        // Also a genuine report names what somebody forged. Only a signature that passes was made with a key of the domain.
        var query = Query(domain) with { Kind = IncomingFactKind.Signature, Group = IncomingGroup.NameAndDetail, Change = IncomingChange.Passing, Top = MostSums };
        await foreach (var sum in store.SumAsync(query, cancellationToken))
        {
            if (selectors.Count < MostSelectors && sum.Key == domain.ToString() && DomainName.Parse($"{sum.Detail}._domainkey.{sum.Key}").IsSuccess)
            {
                selectors.Add(sum.Detail);
            }
        }

        return selectors.ToImmutable();
    }

    // Complaints are not set against messages: providers send some of them only, and DMARC reports count what others deliver.
    public async ValueTask<DomainRates?> RatesAsync(DomainName domain, CancellationToken cancellationToken)
    {
        await foreach (var sum in store.SumAsync(Query(domain), cancellationToken))
        {
            return new DomainRates { FailurePercent = (sum.Count - sum.Passing) * 100.0 / sum.Count, Since = Since };
        }

        return null;
    }

    private IncomingQuery Query(DomainName domain) => new() { Domain = domain.ToString(), Before = Since, Since = Since, Until = today };
}
