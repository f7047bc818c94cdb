using System.Data.Common;
using System.Globalization;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Failing;

namespace EmailAuth.Reports.Store.Sql;

// Failure reports.
internal abstract partial class SqlReportStore
{
    // Days whose counts nobody asks for any more.
    private const int DaysKept = 30;

    public async Task<StoredFailure?> SealFailureAsync(long key, CancellationToken cancellationToken = default)
    {
        await RunAsync(
            connection => ExecuteAsync(connection, null, FailureSql.Seal, [("failure_key", key), ("now", Now())], cancellationToken), cancellationToken);
        return await FirstAsync(FailureSql.Find, [("failure_key", key)], SqlRead.Failure, cancellationToken);
    }

    public async Task<FailureCounts> CountFailuresAsync(DateTimeOffset day, CancellationToken cancellationToken = default) =>
        await FirstAsync(
            FailureSql.FindDay,
            [("day", ReportPeriod.DayOf(day).ToUnixTimeSeconds()), ("domain", string.Empty)],
            static row => new FailureCounts { Reports = row.GetInt64(0), LeftOut = row.GetInt64(1) },
            cancellationToken) ?? new FailureCounts { Reports = 0, LeftOut = 0 };

    public async Task<FailureMails> CountFailureMailsAsync(CancellationToken cancellationToken = default)
    {
        var counts = new List<(bool, bool, DeliveryState, long)>();
        await foreach (var count in ReadAsync(
            FailureSql.CountMails,
            [("complaint", FailureSum.ComplaintKind)],
            static row => (Number(row, 0) > 0, Number(row, 1) > 0, (DeliveryState)Number(row, 2), Number(row, 3)),
            cancellationToken))
        {
            counts.Add(count);
        }

        return FailureMails.Of(counts);

        static long Number(DbDataReader row, int column) => Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture);
    }

    public IAsyncEnumerable<StoredFailure> ListFailuresAsync(DateTimeOffset since, CancellationToken cancellationToken = default) =>
        ReadAsync(FailureSql.List, [("since", Milliseconds(since))], SqlRead.Failure, cancellationToken);

    public async Task<string> AddComplaintAsync(Complaint complaint, CancellationToken cancellationToken = default)
    {
        var now = options.TimeProvider.GetUtcNow();
        var sum = FailureSum.Of(complaint, now);
        return await RunAsync(
            async connection =>
            {
                await using var transaction = await BeginAsync(connection, cancellationToken);
                await AddFailureAsync(connection, transaction, sum, TimeSpan.Zero, now, now, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return sum.NewId;
            },
            cancellationToken);
    }

    private async Task AddFailuresAsync(DbConnection connection, DbTransaction transaction, JournalBatch batch, CancellationToken cancellationToken)
    {
        var sums = FailureSum.Of(batch);
        if (sums.Count == 0)
        {
            return;
        }

        var now = options.TimeProvider.GetUtcNow();
        var day = ReportPeriod.DayOf(now).ToUnixTimeSeconds();
        await ExecuteAsync(connection, transaction, FailureSql.LockDay, [("day", day)], cancellationToken);
        foreach (var sum in sums)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await ExecuteAsync(
                connection, transaction, FailureSql.Count, [("kind", sum.First.Kind), ("incidents", sum.Incidents)], cancellationToken) > 0)
            {
                continue;
            }

            if (sum.First.Fields is null || !await MayBeginAsync(connection, transaction, sum.First.Organization, day, cancellationToken))
            {
                await ExecuteAsync(connection, transaction, FailureSql.CountLeftOut, [("day", day), ("incidents", sum.Incidents)], cancellationToken);
                continue;
            }

            foreach (var domain in (string[])[sum.First.Organization, string.Empty])
            {
                await ExecuteAsync(connection, transaction, FailureSql.CountReport, [("day", day), ("domain", domain)], cancellationToken);
            }

            await AddFailureAsync(connection, transaction, sum, options.Failures.Window, now, null, cancellationToken);
        }
    }

    // The report and its plan.
    private static async Task AddFailureAsync(
        DbConnection connection, DbTransaction transaction, FailureSum sum, TimeSpan window, DateTimeOffset now, DateTimeOffset? sealedAt, CancellationToken cancellationToken)
    {
        await using var add = Command(
            connection,
            transaction,
            FailureSql.Add,
            [
                ("report_id", sum.NewId), ("kind", sum.First.Kind), ("domain", sum.First.PolicyDomain),
                ("report_uris", string.Join('\n', sum.First.ReportUris)), ("first_at", Milliseconds(sum.FirstAt)), ("incidents", sum.Incidents),
                ("fields", sum.First.Fields), ("header", sum.First.Header ?? string.Empty), ("sealed_at", sealedAt is { } time ? Milliseconds(time) : null),
            ]);
        var key = Convert.ToInt64(await add.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        await AddDeliveriesAsync(connection, transaction, [sum.Plan(key, window, now)], cancellationToken);
    }

    private async Task<bool> MayBeginAsync(
        DbConnection connection, DbTransaction transaction, string organization, long day, CancellationToken cancellationToken) =>
        await ReportsOfAsync(connection, transaction, organization, day, cancellationToken) < options.Failures.MaxPerDomain
            && await ReportsOfAsync(connection, transaction, string.Empty, day, cancellationToken) < options.Failures.MaxInAll;

    private static async Task<long> ReportsOfAsync(
        DbConnection connection, DbTransaction transaction, string domain, long day, CancellationToken cancellationToken)
    {
        await using var find = Command(connection, transaction, FailureSql.FindDay, [("day", day), ("domain", domain)]);
        return await find.ExecuteScalarAsync(cancellationToken) is { } reports and not DBNull ? Convert.ToInt64(reports, CultureInfo.InvariantCulture) : 0;
    }

    private async Task<int> RemoveSomeFailuresAsync(DbConnection connection, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var transaction = await BeginAsync(connection, cancellationToken);
        var keys = new List<long>();
        await using (var list = Command(connection, transaction, FailureSql.ListOld, [("before", Milliseconds(before))]))
        {
            await using var reader = await list.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                keys.Add(reader.GetInt64(0));
            }
        }

        foreach (var key in keys)
        {
            await ExecuteAsync(connection, transaction, FailureSql.Remove, [("failure_key", key)], cancellationToken);
            await ExecuteAsync(connection, transaction, DeliverySql.RemoveOfReport, [("report_key", -key)], cancellationToken);
        }

        await ExecuteAsync(
            connection, transaction, FailureSql.RemoveDays, [("day", ReportPeriod.DayOf(options.TimeProvider.GetUtcNow()).AddDays(-DaysKept).ToUnixTimeSeconds())], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return keys.Count;
    }
}
