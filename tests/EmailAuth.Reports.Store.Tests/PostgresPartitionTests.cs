using System.Security.Cryptography;
using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Store.Collecting;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Postgres;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace EmailAuth.Reports.Store.Tests;

/// <summary>The tables of a day: made with its first message, dropped as a whole, and made of the undivided tables of an earlier version.</summary>
public sealed class PostgresPartitionTests(PostgresFixture fixture) : IAsyncLifetime
{
    // The steps that versions without partitions had.
    private const int EarlierSteps = 3;

    private static readonly DateTimeOffset Noon = TestMessages.Noon;

    private string _address = string.Empty;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _address = await fixture.Server().CreateDatabaseAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_day_has_its_tables_from_its_first_message_until_its_reports_are_removed()
    {
        await using var store = await OpenAsync();
        Assert.Equal(string.Empty, await TablesAsync());
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of(at: Noon.AddDays(1)), TestMessages.Of(), TestMessages.Of("example.org")), Cancel);
        Assert.Equal("emailauth_reports_20261120 emailauth_reports_20261121 emailauth_rows_20261120 emailauth_rows_20261121", await TablesAsync());
        Assert.Equal(2L, await ScalarAsync("select count(*) from emailauth_rows_20261120"));

        var old = await store.ReportsAsync(new ReportSelection { Day = Noon });
        var queue = (IReportDeliveries)store;
        await queue.AddAsync([.. old.Select(report => Plan(report.Key)), Plan((await store.ReportsAsync())[^1].Key)], Cancel);
        Assert.Equal(2, await store.RemoveAsync(Noon.AddHours(12), Cancel));
        Assert.Equal("emailauth_reports_20261121 emailauth_rows_20261121", await TablesAsync());
        Assert.Equal(1L, await ScalarAsync("select count(*) from emailauth_deliveries"));
        Assert.All(old, report => Assert.Equal((report.Period.Begin.ToUnixTimeSeconds() / 86400, 0L), (report.Key >> 40, 0L)));
        Assert.Null(await queue.FindReportAsync(old[0].Key, Cancel));
        Assert.Equal(1, await store.RemoveAsync(DateTimeOffset.MaxValue, Cancel));
        Assert.Equal(string.Empty, await TablesAsync());
        Assert.Equal(0L, await ScalarAsync("select count(*) from emailauth_days"));
    }

    [Fact]
    public async Task A_day_whose_tables_were_dropped_by_hand_can_be_removed()
    {
        await using var store = await OpenAsync();
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel);
        await fixture.Server().ExecuteAsync(_address, "drop table emailauth_reports_20261120; drop table emailauth_rows_20261120", Cancel);
        Assert.Equal(0, await store.RemoveAsync(Noon.AddDays(1), Cancel));
        Assert.Equal(ImportResult.Imported, await store.ImportAsync(TestMessages.Batch(1, TestMessages.Of()), Cancel));
        Assert.Equal(1, (await store.SumsAsync()).Values.Sum());
    }

    [Fact]
    public async Task Periods_of_a_day_that_goes_on_are_removed_without_it()
    {
        await using var store = await OpenAsync(6);
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of(), TestMessages.Of(at: Noon.AddHours(7))), Cancel);
        Assert.Equal(1, await store.RemoveAsync(Noon.AddHours(6), Cancel));
        Assert.Equal("emailauth_reports_20261120 emailauth_rows_20261120", await TablesAsync());
        Assert.Equal(1L, await ScalarAsync("select count(*) from emailauth_rows"));
    }

    [Fact]
    public async Task Nodes_that_begin_and_remove_days_at_the_same_time_count_each_message_once()
    {
        const int Nodes = 4;
        const int Batches = 25;
        var stores = await Task.WhenAll(Enumerable.Range(0, Nodes + 1).Select(_ => OpenAsync()));
        var removed = 0L;
        using var isOver = new CancellationTokenSource();
        var removing = Task.Run(
            async () =>
            {
                while (!isOver.IsCancellationRequested)
                {
                    // One day of several that come again and again.
                    removed += await SumOfRemovedAsync(stores[^1]);
                }
            },
            Cancel);
        await Task.WhenAll(Enumerable.Range(0, Nodes).Select(node => Task.Run(
            async () =>
            {
                for (var batch = 0; batch < Batches; batch++)
                {
                    var messages = Enumerable.Range(0, 3).Select(day => TestMessages.Of($"d{(batch + day) % 3}.example", at: Noon.AddDays((batch + day) % 4)));
                    Assert.Equal(ImportResult.Imported, await stores[node].ImportAsync(TestMessages.Batch(batch * 3, messages, $"n{node}"), Cancel));
                }
            },
            Cancel)));
        await isOver.CancelAsync();
        await removing;
        Assert.Equal(Nodes * Batches * 3, (await stores[0].JournalsAsync()).Sum(static journal => journal.Messages));
        foreach (var report in await stores[0].ReportsAsync())
        {
            Assert.Equal(report.Messages, (await stores[0].RowsAsync(report)).Values.Sum());
        }

        Assert.Equal(await ScalarAsync("select count(*) from emailauth_days"), await ScalarAsync("select count(*) from pg_inherits where inhparent = 'emailauth_rows'::regclass"));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_reader_that_takes_long_delays_the_removal_and_not_the_mail()
    {
        await using var store = await OpenAsync();
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel);
        await using var reader = new NpgsqlConnection(fixture.Server().ConnectionString(_address));
        await reader.OpenAsync(Cancel);
        await using var transaction = await reader.BeginTransactionAsync(Cancel);
        await using (var read = new NpgsqlCommand("select count(*) from emailauth_rows, emailauth_reports", reader, transaction))
        {
            await read.ExecuteScalarAsync(Cancel);
        }

        var error = await Assert.ThrowsAsync<ReportStoreException>(() => store.RemoveAsync(Noon.AddDays(1), Cancel));
        Assert.True(error.IsTransient);
        Assert.Contains("is read by a program that takes long", error.Message, StringComparison.Ordinal);

        // A day that begins is attached beside it, and a collector goes on.
        var said = new List<string>();
        var folder = Directory.CreateTempSubdirectory("emailauth-store-");
        try
        {
            await using (var journal = new Journal(new JournalOptions { Folder = folder.FullName }))
            {
                Assert.Equal(JournalDrop.None, journal.Add(TestMessages.Of(at: Noon.AddDays(1))));
            }

            var clock = new FakeTimeProvider(Noon.AddDays(31));
            await using var collector = new JournalCollector(
                _ => OpenAsync(), [folder.FullName], new CollectorOptions { Retention = TimeSpan.FromDays(30), TimeProvider = clock }, said.Add);
            Assert.True(await collector.RunOnceAsync(Cancel));
            Assert.Equal((1, 0), (collector.Messages, collector.RemovedReports));
            Assert.StartsWith("old reports are not removed yet: ", Assert.Single(said), StringComparison.Ordinal);
            await transaction.RollbackAsync(Cancel);

            // Not before ten minutes are over.
            Assert.True(await collector.RunOnceAsync(Cancel));
            Assert.Equal(0, collector.RemovedReports);
            clock.Advance(TimeSpan.FromMinutes(10));
            Assert.True(await collector.RunOnceAsync(Cancel));
            Assert.Equal(1, collector.RemovedReports);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_user_who_may_change_rows_only_can_begin_and_remove_days_and_others_cannot()
    {
        await using (await OpenAsync())
        {
        }

        var database = _address.Split('/', '?')[3];
        await fixture.Server().ExecuteAsync(
            _address,
            $"create role writer_{database} login; create role reader_{database} login; "
            + $"grant select, insert, update, delete on all tables in schema public to writer_{database}; grant select on all tables in schema public to reader_{database}",
            Cancel);
        await using (var writer = await OpenAsync(user: $"writer_{database}"))
        {
            Assert.Equal(ImportResult.Imported, await writer.ImportAsync(TestMessages.Batch(0, TestMessages.Of(), TestMessages.Of(at: Noon.AddDays(1))), Cancel));
            Assert.Equal(1, await writer.RemoveAsync(Noon.AddHours(12), Cancel));
        }

        await using var reader = await OpenAsync(user: $"reader_{database}");
        Assert.Equal(1, (await reader.SumsAsync()).Values.Sum());
        await Assert.ThrowsAsync<ReportStoreException>(() => reader.RemoveAsync(Noon.AddDays(9), Cancel));
        foreach (var call in (string[])["emailauth_add_day(0)", "emailauth_remove_day(1795219200)"])
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(fixture.Server().ConnectionString(_address)) { Username = $"reader_{database}" }.ConnectionString);
            await connection.OpenAsync(Cancel);
            await using var command = new NpgsqlCommand("select " + call, connection);
            Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteScalarAsync(Cancel))).SqlState);
        }
    }

    [Fact]
    public async Task The_tables_of_an_earlier_version_are_divided_once_by_programs_that_start_at_the_same_time()
    {
        var keys = await MakeEarlierAsync();
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync()));
        var store = stores[3];
        Assert.Equal(keys.Count, (await store.ReportsAsync()).Count);
        Assert.Equal(keys.Keys.Order(), (await store.ReportsAsync()).Select(static report => report.Id).Order());
        Assert.Equal(keys.Count * 5, (await store.SumsAsync()).Values.Sum());
        Assert.Equal(TestMessages.Position(40), (await store.FindJournalAsync("n1", Cancel))!.Position);
        Assert.Equal((long)PostgresSchema.Migrations.Length, await ScalarAsync("select count(*) from emailauth_schema"));
        Assert.Equal("emailauth_reports_20261120 emailauth_reports_20261121 emailauth_rows_20261120 emailauth_rows_20261121", await TablesAsync());

        // A delivery still belongs to its report.
        var queue = (IReportDeliveries)store;
        var leased = await queue.LeaseAsync(Noon.AddDays(9), Noon.AddDays(10), Noon.AddDays(9), Cancel);
        Assert.Equal("r20", (await queue.FindReportAsync(leased!.ReportKey, Cancel))!.Id);

        // An open report goes on, a final one has another beside it, and a new key is none of the old ones.
        await store.ImportAsync(
            TestMessages.Batch(40, TestMessages.Of("d0.example"), TestMessages.Of("d1.example"), TestMessages.Of("new.example")), Cancel);
        var reports = await store.ReportsAsync(new ReportSelection { Day = Noon });
        Assert.Equal([("d0.example", 6L), ("d1.example", 1L), ("d1.example", 5L), ("d2.example", 5L), ("new.example", 1L)], reports.Select(static report => (report.Policy.Domain, report.Messages)).Order());
        Assert.Equal(reports.Count, reports.Select(static report => report.Key).Distinct().Count());
        foreach (var opened in stores)
        {
            await opened.DisposeAsync();
        }
    }

    private static ReportDelivery Plan(long report) => new()
    {
        Token = ReturnPathToken.Create(),
        ReportKey = report,
        Address = string.Empty,
        Host = string.Empty,
        Parts = 0,
        DueAt = Noon,
        FirstDueAt = Noon,
        ChangedAt = Noon,
    };

    private static string Literal(byte[] bytes) => $"'\\x{Convert.ToHexString(bytes)}'::bytea";

    private async Task<long> SumOfRemovedAsync(IReportStore store)
    {
        try
        {
            return await store.RemoveAsync(Noon.AddDays(2), Cancel);
        }
        catch (ReportStoreException e) when (e.IsTransient)
        {
            return 0;
        }
    }

    // As a version without partitions left it: two days, of each domain a report with a row of two and one of three; those of d1.example are final.
    private async Task<Dictionary<string, long>> MakeEarlierAsync()
    {
        foreach (var (step, version) in PostgresSchema.Migrations[..EarlierSteps].Select(static (step, index) => (step, index + 1)))
        {
            await fixture.Server().ExecuteAsync(_address, $"{step}; insert into emailauth_schema (version) values ({version})", Cancel);
        }

        await fixture.Server().ExecuteAsync(
            _address,
            "insert into emailauth_journals (node, segment, byte_offset, messages, imported_at) values ('n1', 1, 40, 40, 0); insert into emailauth_days (day, hours) values (0, 24)",
            Cancel);
        var keys = new Dictionary<string, long>();
        foreach (var day in (int[])[0, 1])
        {
            foreach (var domain in (string[])["d0.example", "d1.example", "d2.example"])
            {
                var (first, second) = (TestMessages.Entry(TestMessages.Of(domain), default), TestMessages.Entry(TestMessages.Of(domain, "192.0.2.9"), default));
                var (begin, policy, id) = (ReportPeriod.DayOf(Noon).AddDays(day).ToUnixTimeSeconds(), first.PolicyBytes.ToArray(), $"r{domain[1]}{day}");
                var key = (long)(await ScalarAsync(
                    $"""
                    insert into emailauth_reports (report_id, begin_at, end_at, domain, policy_hash, policy, messages, about_reports, sealed_at)
                    values ('{id}', {begin}, {begin + 86400}, '{domain}', {Literal(SHA256.HashData(policy))}, {Literal(policy)}, 5, 0, {(domain == "d1.example" ? "1" : "null")})
                    returning report_key
                    """))!;
                keys.Add(id, key);
                foreach (var (row, count) in ((byte[], int)[])[(first.RowBytes.ToArray(), 2), (second.RowBytes.ToArray(), 3)])
                {
                    await fixture.Server().ExecuteAsync(
                        _address, $"insert into emailauth_rows (report_key, row_hash, content, messages) values ({key}, {Literal(SHA256.HashData(row))}, {Literal(row)}, {count})", Cancel);
                }
            }
        }

        await fixture.Server().ExecuteAsync(
            _address,
            "insert into emailauth_deliveries (token, report_key, address, part, parts, host, state, due_at, first_due_at, attempts, lease, reply, changed_at) "
            + $"values ('t', {keys["r20"]}, 'a@b.example', 1, 1, 'b.example', 0, 0, 0, 0, '', '', 0); insert into emailauth_delivery_hosts values ('b.example', 0)",
            Cancel);
        return keys;
    }

    private Task<object?> ScalarAsync(string sql) => fixture.Server().ScalarAsync(_address, sql, Cancel);

    private async Task<string> TablesAsync() => (string)(await ScalarAsync(
        "select coalesce(string_agg(relname::text, ' ' order by relname::text), '') from pg_class where relkind = 'r' and relname ~ '^emailauth_(reports|rows)_'"))!;

    private Task<IReportStore> OpenAsync(int periodHours = 24, string user = "postgres") => ReportStore.OpenAsync(
        _address.Replace("username=postgres", $"username={user}", StringComparison.Ordinal),
        new StoreOptions { PeriodHours = periodHours, TimeProvider = new FakeTimeProvider(Noon.AddDays(1)) },
        cancellationToken: Cancel);
}
