using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Store.Counting;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Reports.Store.Sql;

/// <summary>What the stores in databases share: every statement but those that add many reports and rows.</summary>
/// <remarks>
/// A connection is used for one operation, and no statement depends on an earlier one of its session, so that a pooler between the program and
/// PostgreSQL may give each transaction to another connection.
/// </remarks>
/// <param name="options">How the store counts.</param>
internal abstract partial class SqlReportStore(StoreOptions options) : IReportStore, IReportDeliveries
{
    // A host that got nothing for a day needs no pause.
    private const long HostMemory = 24 * 60 * 60 * 1000;

    /// <summary>How the tables are made, from version to version.</summary>
    protected abstract IReadOnlyList<string> Migrations { get; }

    /// <summary>A query whose first value is null when the table of versions is missing.</summary>
    protected abstract string FindVersionTable { get; }

    /// <summary>Makes the tables, or brings those of an earlier version up to date.</summary>
    public Task PrepareAsync(CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            // A user without the right to change tables can use those that are up to date.
            if (await VersionAsync(connection, null, cancellationToken) == Migrations.Count)
            {
                return true;
            }

            await using var transaction = await BeginAsync(connection, cancellationToken);
            await LockForMigrationAsync(connection, transaction, cancellationToken);
            for (var version = await VersionAsync(connection, transaction, cancellationToken); version < Migrations.Count; version++)
            {
                // A step that copies large tables takes as long as it takes.
                await using var step = Command(connection, transaction, Migrations[version], []);
                step.CommandTimeout = 0;
                await step.ExecuteNonQueryAsync(cancellationToken);
                await ExecuteAsync(connection, transaction, StoreSql.WriteVersion, [("version", (long)version + 1)], cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return true;
        },
        cancellationToken);

    public IAsyncEnumerable<JournalState> ListJournalsAsync(CancellationToken cancellationToken = default) =>
        ReadAsync(StoreSql.ListJournals, [], SqlRead.Journal, cancellationToken);

    public Task<JournalState?> FindJournalAsync(string node, CancellationToken cancellationToken = default) =>
        FirstAsync(StoreSql.FindJournal, [("node", node)], SqlRead.Journal, cancellationToken);

    public Task<ImportResult> ImportAsync(JournalBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return RunAsync(
            async connection =>
            {
                await using var transaction = await BeginAsync(connection, cancellationToken);
                if (!await MoveAsync(connection, transaction, batch, cancellationToken))
                {
                    return ImportResult.PositionMoved;
                }

                var hours = await HoursOfDaysAsync(connection, transaction, batch, cancellationToken);
                var sums = BatchSums.Of(batch, hours);
                if (sums.Count > 0)
                {
                    await AddAsync(connection, transaction, sums, cancellationToken);
                }

                await AddFailuresAsync(connection, transaction, batch, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return ImportResult.Imported;
            },
            cancellationToken);
    }

    public IAsyncEnumerable<StoredReport> ListReportsAsync(ReportSelection selection, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selection);
        var day = selection.Day is { } time ? ReportPeriod.DayOf(time) : (DateTimeOffset?)null;
        (string Name, object? Value)[] parameters =
        [
            ("ended_by", selection.EndedBy?.ToUnixTimeSeconds() ?? long.MaxValue),
            ("day", day?.ToUnixTimeSeconds() ?? long.MinValue),
            ("next_day", day?.AddDays(1).ToUnixTimeSeconds() ?? long.MaxValue),
            ("any_domain", selection.Domain is null ? 1L : 0L),
            ("domain", selection.Domain ?? string.Empty),
            ("unmade", selection.IncludesUnmade ? 1L : 0L),
        ];
        return ReadAsync(StoreSql.ListReports, parameters, SqlRead.Report, cancellationToken);
    }

    public IAsyncEnumerable<AggregateRecord> ReadRowsAsync(StoredReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        return ReadAsync(
            StoreSql.ReadRows, [("report_key", report.Key)], static row => StoredContent.Row(row.GetFieldValue<byte[]>(0), row.GetInt64(1)), cancellationToken);
    }

    public async Task<StoredReport?> SealAsync(StoredReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        await RunAsync(
            connection => ExecuteAsync(connection, null, StoreSql.SealReport + KeyCondition, [("report_key", report.Key), ("now", Now())], cancellationToken), cancellationToken);
        return await FirstAsync(StoreSql.FindReport + KeyCondition, [("report_key", report.Key)], SqlRead.Report, cancellationToken);
    }

    public virtual async Task<long> RemoveAsync(DateTimeOffset endedBy, CancellationToken cancellationToken = default)
    {
        while (await RunAsync(connection => RemoveSomeFailuresAsync(connection, endedBy, cancellationToken), cancellationToken) > 0)
        {
        }

        var removed = 0L;
        while (true)
        {
            var some = await RunAsync(connection => RemoveSomeAsync(connection, endedBy, cancellationToken), cancellationToken);
            removed += some;
            if (some == 0)
            {
                return removed;
            }
        }
    }

    public abstract ValueTask DisposeAsync();

    protected static DbCommand Command(
        DbConnection connection, DbTransaction? transaction, string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // All statements are constants of this project.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            parameter.DbType = value switch
            {
                string => System.Data.DbType.String,
                byte[] => System.Data.DbType.Binary,
                _ => System.Data.DbType.Int64,
            };
            command.Parameters.Add(parameter);
        }

        return command;
    }

    protected static async Task<int> ExecuteAsync(
        DbConnection connection, DbTransaction? transaction, string sql, (string Name, object? Value)[] parameters, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, transaction, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    protected async Task<T> RunAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await ConnectAsync(cancellationToken);
            return await work(connection);
        }
        catch (Exception e) when (Describe(e) is not null)
        {
            throw Describe(e)!;
        }
    }

    protected abstract Task<DbConnection> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Begins a transaction that writes.</summary>
    protected abstract Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>What a statement that finds a report by its key says besides, so that the database looks in one place.</summary>
    protected virtual string KeyCondition => string.Empty;

    /// <summary>Gives a day its length of periods, unless it has one, and returns the one that it has.</summary>
    protected virtual async Task<long> FixDayAsync(DbConnection connection, DbTransaction transaction, long day, long hours, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, transaction, StoreSql.FixDay, [("day", day), ("hours", hours)], cancellationToken);
        await using var read = Command(connection, transaction, StoreSql.ReadDay, [("day", day)]);
        return (long)(await read.ExecuteScalarAsync(cancellationToken))!;
    }

    protected abstract Task LockForMigrationAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Adds the sums to their open reports, and begins those that are missing.</summary>
    protected abstract Task AddAsync(DbConnection connection, DbTransaction transaction, List<ReportSum> sums, CancellationToken cancellationToken);

    /// <summary>What an error of the database means; null for other errors.</summary>
    protected abstract ReportStoreException? Describe(Exception error);

    private long Now() => options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<int> VersionAsync(DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        await using var find = Command(connection, transaction, FindVersionTable, []);
        if (await find.ExecuteScalarAsync(cancellationToken) is null or DBNull)
        {
            return 0;
        }

        await using var read = Command(connection, transaction, StoreSql.ReadVersion, []);
        var version = Convert.ToInt32(await read.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        return version <= Migrations.Count
            ? version
            : throw new ReportStoreException(
                $"the store has version {version} of its tables, and this program knows only those up to {Migrations.Count}: use the newer emailauth that made them");
    }

    private async Task<bool> MoveAsync(DbConnection connection, DbTransaction transaction, JournalBatch batch, CancellationToken cancellationToken)
    {
        List<(string Name, object? Value)> parameters =
        [
            ("node", batch.To.Node),
            ("segment", batch.To.Segment),
            ("byte_offset", batch.To.Offset),
            ("messages", (long)batch.Entries.Count),
            ("now", Now()),
            ("first", BatchSums.FirstMessageOf(batch)?.ToUnixTimeMilliseconds()),
            ("last", BatchSums.LastMessageOf(batch)?.ToUnixTimeMilliseconds()),
            ("error", batch.Error ?? (object?)DBNull.Value),
            ("error_at", batch.Error is null ? null : Now()),
        ];
        if (batch.From is { } from)
        {
            parameters.Add(("from_segment", from.Segment));
            parameters.Add(("from_offset", from.Offset));
        }

        await using var command = Command(connection, transaction, batch.From is null ? StoreSql.BeginJournal : StoreSql.MoveJournal, parameters.ToArray());
        command.Parameters["error"].DbType = System.Data.DbType.String;
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private async Task<Dictionary<DateTimeOffset, int>> HoursOfDaysAsync(
        DbConnection connection, DbTransaction transaction, JournalBatch batch, CancellationToken cancellationToken)
    {
        var hours = new Dictionary<DateTimeOffset, int>();
        foreach (var day in BatchSums.DaysOf(batch))
        {
            hours[day] = (int)await FixDayAsync(connection, transaction, day.ToUnixTimeSeconds(), options.PeriodHours, cancellationToken);
        }

        return hours;
    }

    private async Task<int> RemoveSomeAsync(DbConnection connection, DateTimeOffset endedBy, CancellationToken cancellationToken)
    {
        await using var transaction = await BeginAsync(connection, cancellationToken);
        var keys = new List<long>();
        await using (var list = Command(connection, transaction, StoreSql.ListEnded, [("ended_by", endedBy.ToUnixTimeSeconds())]))
        {
            await using var reader = await list.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                keys.Add(reader.GetInt64(0));
            }
        }

        foreach (var key in keys)
        {
            await ExecuteAsync(connection, transaction, StoreSql.RemoveReport + KeyCondition, [("report_key", key)], cancellationToken);
            await ExecuteAsync(connection, transaction, StoreSql.RemoveRows, [("report_key", key)], cancellationToken);
            await ExecuteAsync(connection, transaction, DeliverySql.RemoveOfReport, [("report_key", key)], cancellationToken);
        }

        await ExecuteAsync(connection, transaction, DeliverySql.RemoveHosts, [("before", Now() - HostMemory)], cancellationToken);
        await ExecuteAsync(
            connection, transaction, StoreSql.RemoveJournals, [("before", (endedBy - ReportStore.JournalMemory).ToUnixTimeMilliseconds())], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return keys.Count;
    }

    private async Task<T?> FirstAsync<T>(
        string sql, (string Name, object? Value)[] parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await foreach (var value in ReadAsync(sql, parameters, read, cancellationToken))
        {
            return value;
        }

        return null;
    }

    protected async IAsyncEnumerable<T> ReadAsync<T>(
        string sql,
        (string Name, object? Value)[] parameters,
        Func<DbDataReader, T> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DbConnection? connection = null;
        DbCommand? command = null;
        DbDataReader? reader = null;
        try
        {
            while (true)
            {
                T value;
                try
                {
                    connection ??= await ConnectAsync(cancellationToken);
                    command ??= Command(connection, null, sql, parameters);
                    reader ??= await command.ExecuteReaderAsync(cancellationToken);
                    if (!await reader.ReadAsync(cancellationToken))
                    {
                        yield break;
                    }

                    value = read(reader);
                }
                catch (Exception e) when (Describe(e) is not null)
                {
                    throw Describe(e)!;
                }

                yield return value;
            }
        }
        finally
        {
            await DisposeAsync(reader);
            await DisposeAsync(command);
            await DisposeAsync(connection);
        }
    }

    private static ValueTask DisposeAsync(IAsyncDisposable? part) => part?.DisposeAsync() ?? ValueTask.CompletedTask;
}
