using EmailAuth.Reports.Store.Tests.TestSupport;
using Microsoft.Data.Sqlite;

namespace EmailAuth.Reports.Store.Tests;

public sealed class SqliteReportStoreTests : ReportStoreContract, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emailauth-store-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "reports.db");

    [Fact]
    public async Task The_file_is_the_owners_and_in_the_mode_that_readers_do_not_block()
    {
        await using var store = await OpenAsync();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        }

        Assert.Equal("wal", await ScalarAsync("pragma journal_mode"));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_alone()
    {
        await using (await OpenAsync())
        {
        }

        await ScalarAsync("insert into emailauth_schema (version) values (99)");
        var error = await Assert.ThrowsAsync<ReportStoreException>(() => ReopenAsync());
        Assert.Equal("the store has version 99 of its tables, and this program knows only those up to 5: use the newer emailauth that made them", error.Message);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task A_lock_that_another_program_holds_is_transient()
    {
        await using var store = await OpenAsync();
        await using var other = new SqliteConnection($"Data Source={Path}");
        await other.OpenAsync(Cancel);
        await using var transaction = other.BeginTransaction(deferred: false);
        var error = await Assert.ThrowsAsync<ReportStoreException>(() => store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel));
        Assert.True(error.IsTransient);
        Assert.Contains("is locked by another program", error.Message, StringComparison.Ordinal);

        // Readers go on, and nothing of the import is there.
        Assert.Empty(await store.ReportsAsync());
        await transaction.RollbackAsync(Cancel);
        Assert.Equal(ImportResult.Imported, await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel));
    }

    [Fact]
    public async Task A_file_that_cannot_grow_keeps_what_it_has()
    {
        await using var store = await OpenAsync();
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel);
        var pages = Convert.ToInt64(await ScalarAsync("pragma page_count"), System.Globalization.CultureInfo.InvariantCulture);

        // The pooled connection of the store is the one that gets the bound.
        await using (var full = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = 1 }.ToString()))
        {
            await full.OpenAsync(Cancel);
            await using var bound = full.CreateCommand();
            bound.CommandText = "pragma max_page_count = " + pages;
            await bound.ExecuteNonQueryAsync(Cancel);
        }

        var many = TestMessages.Batch(1, Enumerable.Range(0, 2000).Select(number => TestMessages.Of(source: $"2001:db8::{number:x}")));
        var error = await Assert.ThrowsAsync<ReportStoreException>(() => store.ImportAsync(many, Cancel));
        Assert.True(error.IsTransient);
        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await store.SumsAsync()).Values.Sum());
        Assert.Equal(TestMessages.Position(1), (await store.FindJournalAsync("n1", Cancel))!.Position);
    }

    [Theory]
    [InlineData("text", "is not a database of SQLite")]
    [InlineData("folder", "cannot be made")]
    [InlineData("no/such/folder", "cannot be made")]
    public async Task A_file_that_cannot_be_the_store_is_named(string name, string expected)
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(_folder.FullName, "text"), new string('x', 5000), Cancel);
        _folder.CreateSubdirectory("folder");
        var path = System.IO.Path.Combine(_folder.FullName, name);
        var error = await Assert.ThrowsAsync<ReportStoreException>(() => ReportStore.OpenAsync(path, cancellationToken: Cancel));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_made_only_when_asked_for()
    {
        var error = await Assert.ThrowsAsync<ReportStoreException>(() => ReportStore.OpenAsync(Path, creates: false, cancellationToken: Cancel));
        Assert.Contains("does not exist", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    protected override Task<IReportStore> OpenAsync(int periodHours = 24) => ReportStore.OpenAsync(Path, Options(periodHours), cancellationToken: Cancel);

    protected override Task<IReportStore> ReopenAsync(int periodHours = 24) => OpenAsync(periodHours);

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(Cancel);
    }
}
