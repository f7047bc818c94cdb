using System.Data.Common;
using System.Net.Sockets;
using EmailAuth.Reports.Store.Counting;
using EmailAuth.Reports.Store.Sql;
using Npgsql;
using NpgsqlTypes;

namespace EmailAuth.Reports.Store.Postgres;

/// <summary>A store in PostgreSQL, which the collectors of several machines share.</summary>
internal sealed class PostgresReportStore : SqlReportStore
{
    // How many rows go to the server in one statement: its parameters are arrays, which both sides keep in memory.
    private const int RowsAtATime = 5000;

    private readonly NpgsqlDataSource _source;
    private readonly string _place;

    private PostgresReportStore(NpgsqlConnectionStringBuilder connection, StoreOptions options)
        : base(options)
    {
        _place = $"{connection.Host}{(connection.Host?.StartsWith('/') == true ? string.Empty : $":{connection.Port}")}, database {connection.Database ?? connection.Username}";
        var builder = new NpgsqlSlimDataSourceBuilder(connection.ConnectionString);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        _source = builder.Build();
    }

    protected override IReadOnlyList<string> Migrations => PostgresSchema.Migrations;

    protected override string FindVersionTable => PostgresSchema.FindVersionTable;

    public static async Task<PostgresReportStore> OpenAsync(NpgsqlConnectionStringBuilder connection, StoreOptions options, CancellationToken cancellationToken)
    {
        // A pooler gives each transaction to another connection of the server: nothing may be prepared, and nothing needs to be reset.
        connection.MaxAutoPrepare = 0;
        connection.Multiplexing = false;
        connection.NoResetOnClose = true;
        connection.Enlist = false;
        connection.ApplicationName ??= "emailauth";
        var store = new PostgresReportStore(connection, options);
        try
        {
            await store.PrepareAsync(cancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public override ValueTask DisposeAsync() => _source.DisposeAsync();

    public override async Task<long> RemoveAsync(DateTimeOffset endedBy, CancellationToken cancellationToken = default)
    {
        // Whole days go with their tables. What is left for the statement that all databases have are periods of a day that has not ended.
        var days = new List<long>();
        await foreach (var day in ReadAsync(
            PostgresPartitions.ListDays, [("ended_by", endedBy.ToUnixTimeSeconds())], static row => row.GetInt64(0), cancellationToken))
        {
            days.Add(day);
        }

        var removed = 0L;
        foreach (var day in days)
        {
            removed += await RunAsync(connection => RemoveDayAsync(connection, day, cancellationToken), cancellationToken);
        }

        return removed + await base.RemoveAsync(endedBy, cancellationToken);
    }

    protected override string KeyCondition => PostgresPartitions.Condition;

    // Where the day is new, its tables are made in the same transaction: another collector waits until they are there.
    protected override async Task<long> FixDayAsync(DbConnection connection, DbTransaction transaction, long day, long hours, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, transaction, PostgresPartitions.LockToAdd, [], cancellationToken);
        await using var read = Command(connection, transaction, StoreSql.ReadDay, [("day", day)]);
        if (await read.ExecuteScalarAsync(cancellationToken) is long known)
        {
            return known;
        }

        await ExecuteAsync(connection, transaction, PostgresPartitions.LockToBegin, [], cancellationToken);
        if (await ExecuteAsync(connection, transaction, StoreSql.FixDay, [("day", day), ("hours", hours)], cancellationToken) == 1)
        {
            await ExecuteAsync(connection, transaction, PostgresPartitions.AddDay, [("day", day)], cancellationToken);
        }

        return (long)(await read.ExecuteScalarAsync(cancellationToken))!;
    }

    protected override async Task<DbConnection> ConnectAsync(CancellationToken cancellationToken) => await _source.OpenConnectionAsync(cancellationToken);

    protected override async Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancellationToken) =>
        await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken);

    protected override Task LockForMigrationAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, transaction, PostgresSchema.MigrationLock, [], cancellationToken);

    protected override async Task AddAsync(DbConnection connection, DbTransaction transaction, List<ReportSum> sums, CancellationToken cancellationToken)
    {
        var keys = await AddReportsAsync(connection, transaction, sums, cancellationToken);
        foreach (var rows in sums.SelectMany(sum => sum.Rows.Select(row => (Key: keys[(sum.Period.Begin, Convert.ToHexString(sum.PolicyHash))], Row: row))).Chunk(RowsAtATime))
        {
            await using var command = Command(connection, transaction, PostgresSchema.AddRows, []);
            Numbers(command, "report_key", rows.Select(static row => row.Key));
            Bytes(command, "row_hash", rows.Select(static row => row.Row.Hash));
            Bytes(command, "content", rows.Select(static row => row.Row.Content));
            Numbers(command, "messages", rows.Select(static row => row.Row.Messages));
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    protected override ReportStoreException? Describe(Exception error) => error switch
    {
        PostgresException e => Describe(e),
        NpgsqlException e => new ReportStoreException($"the store at {_place} does not answer: {Cause(e)}", e.IsTransient, e),
        // The server ended while an answer was read.
        IOException or SocketException or TimeoutException or ObjectDisposedException => new ReportStoreException(
            $"the store at {_place} does not answer: {error.Message.TrimEnd('.')}", isTransient: true, error),
        _ => null,
    };

    private async Task<long> RemoveDayAsync(DbConnection connection, long day, CancellationToken cancellationToken)
    {
        await using var transaction = await BeginAsync(connection, cancellationToken);
        await ExecuteAsync(connection, transaction, PostgresPartitions.LimitWait, [], cancellationToken);
        await using var remove = Command(connection, transaction, PostgresPartitions.RemoveDay, [("day", day)]);
        var removed = (long)(await remove.ExecuteScalarAsync(cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return removed;
    }

    private static async Task<Dictionary<(DateTimeOffset Begin, string PolicyHash), long>> AddReportsAsync(
        DbConnection connection, DbTransaction transaction, List<ReportSum> sums, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, transaction, PostgresSchema.AddReports, []);
        Texts(command, "report_id", sums.Select(static sum => sum.NewId));
        Numbers(command, "begin_at", sums.Select(static sum => sum.Period.Begin.ToUnixTimeSeconds()));
        Numbers(command, "end_at", sums.Select(static sum => sum.Period.End.ToUnixTimeSeconds()));
        Texts(command, "domain", sums.Select(static sum => sum.Domain));
        Bytes(command, "policy_hash", sums.Select(static sum => sum.PolicyHash));
        Bytes(command, "policy", sums.Select(static sum => sum.Policy));
        Numbers(command, "messages", sums.Select(static sum => sum.Messages));
        Numbers(command, "about_reports", sums.Select(static sum => sum.MessagesAboutReports));
        var keys = new Dictionary<(DateTimeOffset Begin, string PolicyHash), long>(sums.Count);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add((DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(0)), Convert.ToHexString(reader.GetFieldValue<byte[]>(1))), reader.GetInt64(2));
        }

        return keys;
    }

    private static void Numbers(DbCommand command, string name, IEnumerable<long> values) =>
        command.Parameters.Add(new NpgsqlParameter<long[]>(name, NpgsqlDbType.Array | NpgsqlDbType.Bigint) { TypedValue = [.. values] });

    private static void Texts(DbCommand command, string name, IEnumerable<string> values) =>
        command.Parameters.Add(new NpgsqlParameter<string[]>(name, NpgsqlDbType.Array | NpgsqlDbType.Text) { TypedValue = [.. values] });

    private static void Bytes(DbCommand command, string name, IEnumerable<byte[]> values) =>
        command.Parameters.Add(new NpgsqlParameter<byte[][]>(name, NpgsqlDbType.Array | NpgsqlDbType.Bytea) { TypedValue = [.. values] });

    private static string Cause(NpgsqlException e) => (e.InnerException ?? e).Message.TrimEnd('.');

    private ReportStoreException Describe(PostgresException e)
    {
        // Classes and codes are those of the appendix "PostgreSQL Error Codes" of its manual.
        var (text, isTransient) = e.SqlState switch
        {
            "28P01" or "28000" => ($"refuses the login: {e.MessageText}", false),
            "3D000" => ($"does not exist: {e.MessageText}", false),
            "42501" => ($"does not let this user do so: {e.MessageText}", false),
            "55P03" => ("is read by a program that takes long: the removal of a day waits for it", true),
            // All other statements say what to do in this case: it was added by a transaction that ended meanwhile, and the next attempt sees it.
            "23505" => ($"was changed by another program at the same time: {e.MessageText}", true),
            "53100" => ("cannot grow: the server's disk is full", true),
            // Stopping, starting, or a standby of a cluster that changes over.
            "57P01" or "57P02" or "57P03" or "25006" => ($"is not ready: {e.MessageText}", true),
            _ => ($"failed: {e.MessageText} ({e.SqlState})", e.IsTransient),
        };
        return new ReportStoreException($"the store at {_place} {text}", isTransient, e);
    }
}
