using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Tests.Delivery;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Npgsql;

namespace EmailAuth.Reports.Store.Tests;

/// <summary>The store behind pgbouncer in transaction mode.</summary>
public sealed class PgBouncerReportStoreTests(PostgresFixture fixture) : ReportStoreContract
{
    private string? _address;

    [Fact]
    public async Task Nothing_of_a_session_stays_in_the_connection_that_all_share()
    {
        Assert.SkipWhen(PgBouncer.Program is null, "pgbouncer is not installed.");
        var direct = await fixture.Server().CreateDatabaseAsync(Cancel);
        await using var bouncer = await PgBouncer.StartAsync(fixture.Server(), 1, Cancel);
        _address = bouncer.AddressOf(direct);
        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ReopenAsync()));
        await Task.WhenAll(stores.Select(async (store, index) =>
        {
            var node = $"n{index}";
            for (var from = 0; from < 30; from += 3)
            {
                Assert.Equal(ImportResult.Imported, await store.ImportAsync(TestMessages.Batch(from, [TestMessages.Of(), TestMessages.Of("example.org"), TestMessages.Of()], node), Cancel));
            }

            await store.SealAsync((await store.ReportsAsync())[index % 2], Cancel);
            var queue = (IReportDeliveries)store;
            await queue.LeaseAsync(TestMessages.Noon, TestMessages.Noon.AddHours(1), TestMessages.Noon, Cancel);
        }));
        Assert.Equal(6 * 30, (await stores[0].SumsAsync()).Values.Sum());
        await stores[0].RemoveAsync(TestMessages.Noon.AddDays(2), Cancel);
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }

        // The connection of the server that had all of it: it is the only one.
        var (database, host) = (direct.Split('/', '?')[3], _address.Split("host=")[1].Split('&')[0]);
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder { Host = host, Port = 6432, Username = "postgres", Database = database, Pooling = false, NoResetOnClose = true }.ConnectionString);
        await connection.OpenAsync(Cancel);
        foreach (var (sql, expected) in ((string, string)[])
        [
            ("select count(*)::text from pg_prepared_statements", "0"),
            ("select count(*)::text from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()", "0"),
            ("select count(*)::text from pg_cursors where name <> ''", "0"),
            ("select count(*)::text from pg_class where relpersistence = 't'", "0"),
            ("select count(*)::text from pg_listening_channels()", "0"),
            ("show lock_timeout", "0"),
            ("select count(*)::text from pg_settings where source = 'session' and name not in ('application_name', 'client_encoding')", "0"),
        ])
        {
            await using var command = new NpgsqlCommand(sql, connection);
            Assert.Equal((sql, expected), (sql, await command.ExecuteScalarAsync(Cancel)));
        }

        Assert.Equal(1L, await fixture.Server().ScalarAsync(direct, "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", Cancel));
    }

    protected override async Task<IReportStore> OpenAsync(int periodHours = 24)
    {
        _address = (await fixture.BouncerAsync(Cancel)).AddressOf(await fixture.Server().CreateDatabaseAsync(Cancel));
        return await ReopenAsync(periodHours);
    }

    protected override Task<IReportStore> ReopenAsync(int periodHours = 24) => ReportStore.OpenAsync(_address!, Options(periodHours), cancellationToken: Cancel);
}

public sealed class PgBouncerReportQueueTests(PostgresFixture fixture) : ReportQueueContract
{
    protected override async Task<IReportStore> OpenAsync() => await ReportStore.OpenAsync(
        (await fixture.BouncerAsync(Cancel)).AddressOf(await fixture.Server().CreateDatabaseAsync(Cancel)), cancellationToken: Cancel);
}
