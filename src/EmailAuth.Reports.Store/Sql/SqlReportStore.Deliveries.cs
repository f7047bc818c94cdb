using System.Data.Common;
using System.Globalization;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Reports.Store.Sql;

// The queue of the reports that are on their way.
internal abstract partial class SqlReportStore
{
    // How often a sender looks for another delivery when others take those that it finds.
    private const int LeaseAttempts = 20;

    public IAsyncEnumerable<StoredReport> ListUnplannedAsync(
        DateTimeOffset endedBy, DateTimeOffset begunSince, CancellationToken cancellationToken = default) =>
        ReadAsync(
            DeliverySql.ListUnplanned,
            [("ended_by", endedBy.ToUnixTimeSeconds()), ("begun_since", begunSince.ToUnixTimeSeconds())],
            SqlRead.Report,
            cancellationToken);

    public Task AddAsync(IReadOnlyList<ReportDelivery> plans, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plans);
        return RunAsync(
            async connection =>
            {
                await using var transaction = await BeginAsync(connection, cancellationToken);
                await AddDeliveriesAsync(connection, transaction, plans, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);
    }

    public Task<StoredReport?> FindReportAsync(long key, CancellationToken cancellationToken = default) =>
        FirstAsync(StoreSql.FindReport + KeyCondition, [("report_key", key)], SqlRead.Report, cancellationToken);

    public Task<StoredReport?> FindNewestReportAsync(StoredReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        (string Name, object? Value)[] parameters =
        [
            ("begin_at", report.Period.Begin.ToUnixTimeSeconds()), ("end_at", report.Period.End.ToUnixTimeSeconds()), ("domain", report.Policy.Domain.ToLowerInvariant()),
        ];
        return FirstAsync(DeliverySql.FindNewestReport, parameters, SqlRead.Report, cancellationToken);
    }

    public async Task<ReportDelivery?> LeaseAsync(
        DateTimeOffset now, DateTimeOffset until, DateTimeOffset nextOfHost, CancellationToken cancellationToken = default)
    {
        for (var attempt = 0; attempt < LeaseAttempts; attempt++)
        {
            // Nothing is locked while there is nothing to do.
            var host = await FirstAsync(DeliverySql.FindHost, [("now", Milliseconds(now))], static row => row.GetString(0), cancellationToken);
            if (host is null)
            {
                return null;
            }

            var leased = await RunAsync(
                connection => TakeAsync(connection, host, now, until, nextOfHost, cancellationToken), cancellationToken);
            if (leased is not null)
            {
                return leased;
            }
        }

        return null;
    }

    public Task<DateTimeOffset?> NextAsync(DateTimeOffset? dueBy = null, CancellationToken cancellationToken = default) => RunAsync(
        async connection =>
        {
            await using var command = Command(connection, null, DeliverySql.Next, [("due_by", dueBy is { } time ? Milliseconds(time) : long.MaxValue)]);
            return await command.ExecuteScalarAsync(cancellationToken) is long next ? SqlRead.Moment(next) : (DateTimeOffset?)null;
        },
        cancellationToken);

    public Task FinishAsync(ReportDelivery leased, DeliveryEnd ended, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(leased);
        ArgumentNullException.ThrowIfNull(ended);
        (string Name, object? Value)[] parameters =
        [
            ("token", leased.Token), ("lease", leased.Lease ?? string.Empty), ("state", (long)ended.State), ("due_at", Milliseconds(ended.DueAt)),
            ("parts", (long)(ended.Parts ?? leased.Parts)), ("reply", ended.Reply), ("now", Milliseconds(now)),
        ];
        return RunAsync(
            async connection =>
            {
                await using var transaction = await BeginAsync(connection, cancellationToken);
                if (await ExecuteAsync(connection, transaction, DeliverySql.Finish, parameters, cancellationToken) == 1)
                {
                    await AddDeliveriesAsync(connection, transaction, ended.Deliveries, cancellationToken);
                }

                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);
    }

    public async Task<ReportDelivery?> BounceAsync(string token, string reply, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var changed = await RunAsync(
            connection => ExecuteAsync(
                connection, null, DeliverySql.Bounce, [("token", token), ("reply", reply), ("now", Milliseconds(now))], cancellationToken),
            cancellationToken);
        return changed == 0 ? null : await FirstAsync(DeliverySql.Find, [("token", token)], SqlRead.Delivery, cancellationToken);
    }

    public IAsyncEnumerable<ReportDelivery> ListAsync(DeliveryState state, DateTimeOffset since, CancellationToken cancellationToken = default) =>
        ReadAsync(DeliverySql.List, [("state", (long)state), ("since", Milliseconds(since))], SqlRead.Delivery, cancellationToken);

    public async Task<IReadOnlyDictionary<DeliveryState, long>> CountAsync(CancellationToken cancellationToken = default)
    {
        var counts = new Dictionary<DeliveryState, long>();
        await foreach (var (state, count) in ReadAsync(
            DeliverySql.Count, [], static row => ((DeliveryState)row.GetInt64(0), Convert.ToInt64(row.GetValue(1), CultureInfo.InvariantCulture)), cancellationToken))
        {
            counts[state] = count;
        }

        return counts;
    }

    public Task<Suppression?> FindSuppressionAsync(string address, CancellationToken cancellationToken = default) =>
        FirstAsync(DeliverySql.FindSuppression, [("address", Suppression.KeyOf(address))], SqlRead.Suppression, cancellationToken);

    public IAsyncEnumerable<Suppression> ListSuppressionsAsync(CancellationToken cancellationToken = default) =>
        ReadAsync(DeliverySql.ListSuppressions, [], SqlRead.Suppression, cancellationToken);

    public Task SuppressAsync(Suppression suppression, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(suppression);
        (string Name, object? Value)[] parameters =
        [
            ("address", Suppression.KeyOf(suppression.Address)), ("since", Milliseconds(suppression.Since)), ("until", Milliseconds(suppression.Until)),
            ("refusals", (long)suppression.Refusals), ("reason", suppression.Reason),
        ];
        return RunAsync(connection => ExecuteAsync(connection, null, DeliverySql.Suppress, parameters, cancellationToken), cancellationToken);
    }

    public async Task<bool> RemoveSuppressionAsync(string address, CancellationToken cancellationToken = default) => await RunAsync(
        connection => ExecuteAsync(connection, null, DeliverySql.RemoveSuppression, [("address", Suppression.KeyOf(address))], cancellationToken),
        cancellationToken) > 0;

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    // The plans of reports have no host, and no pause.
    private async Task<ReportDelivery?> TakeAsync(
        DbConnection connection, string host, DateTimeOffset now, DateTimeOffset until, DateTimeOffset nextOfHost, CancellationToken cancellationToken)
    {
        await using var transaction = await BeginAsync(connection, cancellationToken);
        var next = Milliseconds(host.Length == 0 ? now : nextOfHost);
        if (await ExecuteAsync(
            connection, transaction, DeliverySql.TakeHost, [("host", host), ("next", next), ("now", Milliseconds(now))], cancellationToken) == 0)
        {
            return null;
        }

        ReportDelivery found;
        await using (var find = Command(connection, transaction, DeliverySql.FindDue, [("host", host), ("now", Milliseconds(now))]))
        {
            await using var reader = await find.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }

            found = SqlRead.Delivery(reader);
        }

        var lease = Guid.NewGuid().ToString("N");
        if (await ExecuteAsync(
            connection,
            transaction,
            DeliverySql.TakeDelivery,
            [("token", found.Token), ("lease", lease), ("until", Milliseconds(until)), ("now", Milliseconds(now))],
            cancellationToken) == 0)
        {
            return null;
        }

        await transaction.CommitAsync(cancellationToken);
        return found with { DueAt = until, Lease = lease, Attempts = found.Attempts + 1, ChangedAt = now, LostLease = found.Lease };
    }

    private static async Task AddDeliveriesAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<ReportDelivery> deliveries, CancellationToken cancellationToken)
    {
        // In one order, so that no two senders wait for each other.
        foreach (var host in deliveries.Select(static delivery => delivery.Host).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            await ExecuteAsync(connection, transaction, DeliverySql.AddHost, [("host", host)], cancellationToken);
        }

        foreach (var delivery in deliveries.OrderBy(static delivery => delivery.ReportKey).ThenBy(static delivery => delivery.Address, StringComparer.Ordinal))
        {
            await ExecuteAsync(
                connection,
                transaction,
                DeliverySql.AddDelivery,
                [
                    ("token", delivery.Token), ("report_key", delivery.ReportKey), ("address", delivery.Address), ("part", (long)delivery.Part),
                    ("parts", (long)delivery.Parts), ("host", delivery.Host), ("state", (long)delivery.State), ("due_at", Milliseconds(delivery.DueAt)),
                    ("first_due_at", Milliseconds(delivery.FirstDueAt)), ("changed_at", Milliseconds(delivery.ChangedAt)),
                ],
                cancellationToken);
        }
    }
}
