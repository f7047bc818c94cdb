using System.Data.Common;
using EmailAuth.Reports.Store.Counting;
using EmailAuth.Reports.Store.Sql;
using Microsoft.Data.Sqlite;

namespace EmailAuth.Reports.Store.Sqlite;

/// <summary>A store in one file. Several processes of one machine may share it.</summary>
internal sealed class SqliteReportStore : SqlReportStore
{
    private readonly string _path;
    private readonly string _connectionString;

    private SqliteReportStore(string path, StoreOptions options)
        : base(options)
    {
        _path = path;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = 1 }.ToString();
    }

    protected override IReadOnlyList<string> Migrations => SqliteSchema.Migrations;

    protected override string FindVersionTable => SqliteSchema.FindVersionTable;

    public static async Task<SqliteReportStore> OpenAsync(string path, bool creates, StoreOptions options, CancellationToken cancellationToken)
    {
        SqliteLibrary.Prepare();
        var store = new SqliteReportStore(Path.GetFullPath(path), options);
        store.FindFile(creates);
        await store.PrepareAsync(cancellationToken);
        return store;
    }

    public override ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    protected override async Task<DbConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await ExecuteAsync(connection, null, SqliteSchema.Connection, [], cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // "Immediate": the lock is taken at the begin, so that no other writer's commit can make this transaction fail later.
    protected override Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancellationToken) =>
        Task.FromResult<DbTransaction>(((SqliteConnection)connection).BeginTransaction(deferred: false));

    protected override Task LockForMigrationAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task AddAsync(DbConnection connection, DbTransaction transaction, List<ReportSum> sums, CancellationToken cancellationToken)
    {
        await using var addRow = Command(
            connection, transaction, SqliteSchema.AddRow, [("report_key", 0L), ("row_hash", Array.Empty<byte>()), ("content", Array.Empty<byte>()), ("messages", 0L)]);
        await addRow.PrepareAsync(cancellationToken);
        foreach (var sum in sums)
        {
            cancellationToken.ThrowIfCancellationRequested();
            addRow.Parameters[0].Value = await AddReportAsync(connection, transaction, sum, cancellationToken);
            foreach (var row in sum.Rows)
            {
                addRow.Parameters[1].Value = row.Hash;
                addRow.Parameters[2].Value = row.Content;
                addRow.Parameters[3].Value = row.Messages;
                await addRow.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    protected override ReportStoreException? Describe(Exception error) => error switch
    {
        SqliteException e => Describe(e),
        _ when error.GetBaseException() is DllNotFoundException => new ReportStoreException(
            "the library of SQLite is missing: install it (on Debian the package libsqlite3-0)", innerException: error),
        _ => null,
    };

    private static async Task<long> AddReportAsync(DbConnection connection, DbTransaction transaction, ReportSum sum, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection,
            transaction,
            SqliteSchema.AddReport,
            [
                ("report_id", sum.NewId),
                ("begin_at", sum.Period.Begin.ToUnixTimeSeconds()),
                ("end_at", sum.Period.End.ToUnixTimeSeconds()),
                ("domain", sum.Domain),
                ("policy_hash", sum.PolicyHash),
                ("policy", sum.Policy),
                ("messages", sum.Messages),
                ("about_reports", sum.MessagesAboutReports),
            ]);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private ReportStoreException Describe(SqliteException e)
    {
        // The codes are those of https://sqlite.org/rescode.html.
        var (text, isTransient) = e.SqliteErrorCode switch
        {
            5 or 6 => ("is locked by another program", true),
            10 => ("cannot be read or written", true),
            13 => ("cannot grow: the disk is full", true),
            3 or 8 => ("cannot be written by this user", false),
            11 => ("is damaged: restore it from a backup", false),
            14 => ("cannot be opened: give a file in a folder that this user may write to", false),
            26 => ("is not a database of SQLite", false),
            _ => ("failed", false),
        };
        return new ReportStoreException($"the store '{_path}' {text} ({e.Message.TrimEnd('.')})", isTransient, e);
    }

    private void FindFile(bool creates)
    {
        if (File.Exists(_path))
        {
            return;
        }

        if (!creates)
        {
            throw new ReportStoreException($"the store '{_path}' does not exist: \"emailauth reports collect\" makes it, or give another one with --store");
        }

        try
        {
            // The addresses of clients are not for every user of the machine.
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (new FileStream(_path, options))
            {
            }

            using var connection = new SqliteConnection(_connectionString);
            connection.Open();
            using var command = Command(connection, null, SqliteSchema.WriteAhead, []);
            command.ExecuteNonQuery();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReportStoreException($"the store '{_path}' cannot be made: {e.Message.TrimEnd('.')}", innerException: e);
        }
        catch (Exception e) when (Describe(e) is not null)
        {
            throw Describe(e)!;
        }
    }
}
