using System.Runtime.CompilerServices;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Reports.Store;

// The queue of the reports that are on their way.
public sealed partial class MemoryReportStore
{
    private readonly Dictionary<string, ReportDelivery> _deliveries = new(StringComparer.Ordinal);
    private readonly Dictionary<(long ReportKey, string Address, int Part), string> _tokens = [];
    private readonly Dictionary<string, HostQueue> _hosts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Suppression> _suppressions = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredReport> ListUnplannedAsync(
        DateTimeOffset endedBy, DateTimeOffset begunSince, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var report in ListReportsAsync(new ReportSelection { EndedBy = endedBy }, cancellationToken))
        {
            bool isPlanned;
            lock (_lock)
            {
                isPlanned = _tokens.ContainsKey((report.Key, string.Empty, 1));
            }

            if (!isPlanned && report.Period.Begin >= begunSince)
            {
                yield return report;
            }
        }
    }

    /// <inheritdoc/>
    public Task AddAsync(IReadOnlyList<ReportDelivery> plans, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plans);
        lock (_lock)
        {
            AddDeliveries(plans);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<StoredReport?> FindReportAsync(long key, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult(Find(key)?.ToStored());
        }
    }

    /// <inheritdoc/>
    public Task<StoredReport?> FindNewestReportAsync(StoredReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        lock (_lock)
        {
            // The list is in the order of the keys.
            return Task.FromResult(_reports.FindLast(
                other => other.Period == report.Period && other.Domain.Equals(report.Policy.Domain, StringComparison.OrdinalIgnoreCase))?.ToStored());
        }
    }

    /// <inheritdoc/>
    public Task<ReportDelivery?> LeaseAsync(
        DateTimeOffset now, DateTimeOffset until, DateTimeOffset nextOfHost, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            HostQueue? chosen = null;
            foreach (var host in _hosts.Values)
            {
                if (host.NextAt <= now && host.Open.Min is { } first && first.DueAt <= now && (chosen is null || host.NextAt < chosen.NextAt))
                {
                    chosen = host;
                }
            }

            if (chosen is null)
            {
                return Task.FromResult<ReportDelivery?>(null);
            }

            var found = _deliveries[chosen.Open.Min!.Value.Token];
            chosen.NextAt = found.IsPlan ? now : nextOfHost;
            var leased = found with { DueAt = until, Lease = Guid.NewGuid().ToString("N"), Attempts = found.Attempts + 1, ChangedAt = now };
            Replace(leased);
            return Task.FromResult<ReportDelivery?>(leased with { LostLease = found.Lease });
        }
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset?> NextAsync(DateTimeOffset? dueBy = null, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            DateTimeOffset? next = null;
            foreach (var host in _hosts.Values)
            {
                if (host.Open.Min is { } first && first.DueAt <= (dueBy ?? DateTimeOffset.MaxValue))
                {
                    var at = host.NextAt > first.DueAt ? host.NextAt : first.DueAt;
                    next = next < at ? next : at;
                }
            }

            return Task.FromResult(next);
        }
    }

    /// <inheritdoc/>
    public Task FinishAsync(ReportDelivery leased, DeliveryEnd ended, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(leased);
        ArgumentNullException.ThrowIfNull(ended);
        lock (_lock)
        {
            if (_deliveries.TryGetValue(leased.Token, out var found) && found.State == DeliveryState.Open
                && (found.Lease == leased.Lease || ended.State == DeliveryState.Sent))
            {
                Replace(found with
                {
                    State = ended.State,
                    DueAt = ended.DueAt,
                    Parts = ended.Parts ?? leased.Parts,
                    Lease = null,
                    Reply = ended.Reply,
                    ChangedAt = now,
                });
                AddDeliveries(ended.Deliveries);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ReportDelivery?> BounceAsync(string token, string reply, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (!_deliveries.TryGetValue(token, out var found) || found.IsPlan)
            {
                return Task.FromResult<ReportDelivery?>(null);
            }

            var bounced = found with { State = DeliveryState.Bounced, Lease = null, Reply = reply, ChangedAt = now };
            Replace(bounced);
            return Task.FromResult<ReportDelivery?>(bounced);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReportDelivery> ListAsync(
        DeliveryState state, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ReportDelivery[] found;
        lock (_lock)
        {
            found =
            [
                .. _deliveries.Values.Where(delivery => delivery.State == state && delivery.ChangedAt >= since && !delivery.IsPlan)
                    .OrderByDescending(static delivery => delivery.ChangedAt).ThenBy(static delivery => delivery.Token, StringComparer.Ordinal),
            ];
        }

        foreach (var delivery in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return delivery;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<DeliveryState, long>> CountAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyDictionary<DeliveryState, long>>(
                _deliveries.Values.Where(static delivery => !delivery.IsPlan).CountBy(static delivery => delivery.State)
                    .ToDictionary(static count => count.Key, static count => (long)count.Value));
        }
    }

    /// <inheritdoc/>
    public Task<Suppression?> FindSuppressionAsync(string address, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult(_suppressions.GetValueOrDefault(Suppression.KeyOf(address)));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Suppression> ListSuppressionsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Suppression[] found;
        lock (_lock)
        {
            found = [.. _suppressions.Values];
        }

        foreach (var suppression in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return suppression;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SuppressAsync(Suppression suppression, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(suppression);
        lock (_lock)
        {
            _suppressions[Suppression.KeyOf(suppression.Address)] = suppression;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> RemoveSuppressionAsync(string address, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult(_suppressions.Remove(Suppression.KeyOf(address)));
        }
    }

    // The list is in the order of the keys.
    private Report? Find(long key)
    {
        var (low, high) = (0, _reports.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_reports[middle].Key == key)
            {
                return _reports[middle];
            }

            (low, high) = _reports[middle].Key < key ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    private void AddDeliveries(IReadOnlyList<ReportDelivery> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            if (_tokens.TryAdd((delivery.ReportKey, delivery.Address, delivery.Part), delivery.Token))
            {
                _hosts.TryAdd(delivery.Host, new HostQueue());
                Replace(delivery);
            }
        }
    }

    private void Replace(ReportDelivery delivery)
    {
        var open = _hosts[delivery.Host].Open;
        if (_deliveries.TryGetValue(delivery.Token, out var old))
        {
            open.Remove((old.DueAt, old.Token));
        }

        if (delivery.State == DeliveryState.Open)
        {
            open.Add((delivery.DueAt, delivery.Token));
        }

        _deliveries[delivery.Token] = delivery;
    }

    private void RemoveDeliveriesWithoutReport()
    {
        var keys = _reports.Select(static report => report.Key).ToHashSet();
        foreach (var delivery in _deliveries.Values.Where(delivery => !keys.Contains(delivery.ReportKey) && !_failures.ContainsKey(-delivery.ReportKey)).ToArray())
        {
            _hosts[delivery.Host].Open.Remove((delivery.DueAt, delivery.Token));
            _tokens.Remove((delivery.ReportKey, delivery.Address, delivery.Part));
            _deliveries.Remove(delivery.Token);
        }
    }

    private sealed class HostQueue
    {
        public DateTimeOffset NextAt { get; set; } = DateTimeOffset.MinValue;

        public SortedSet<(DateTimeOffset DueAt, string Token)?> Open { get; } = new(Comparer<(DateTimeOffset DueAt, string Token)?>.Create(
            static (x, y) => x!.Value.DueAt != y!.Value.DueAt
                ? x.Value.DueAt.CompareTo(y.Value.DueAt)
                : string.CompareOrdinal(x.Value.Token, y.Value.Token)));
    }
}
