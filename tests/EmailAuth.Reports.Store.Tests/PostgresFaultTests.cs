using EmailAuth.Reports.Store.Tests.TestSupport;
using Npgsql;

namespace EmailAuth.Reports.Store.Tests;

/// <summary>Connections that end at the worst moments: what is counted is what the position says, and a batch that is tried again counts once.</summary>
public sealed class PostgresFaultTests(PostgresFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_known_by_the_position()
    {
        var direct = await fixture.Server().CreateDatabaseAsync(Cancel);
        await using var cutter = new CommitCutter(fixture.Server().SocketFolder);
        await using var store = await ReportStore.OpenAsync(cutter.AddressOf(direct), cancellationToken: Cancel);
        var position = 0L;
        for (var round = 0; round < 12; round++)
        {
            var batch = TestMessages.Batch(position, TestMessages.Of(), TestMessages.Of("example.org"));
            cutter.Next = round % 2 == 0 ? CommitCut.After : CommitCut.Before;
            var error = await Assert.ThrowsAsync<ReportStoreException>(() => store.ImportAsync(batch, Cancel));
            Assert.True(error.IsTransient, error.ToString());
            Assert.Equal(round + 1, cutter.Cuts);
            var found = (await store.FindJournalAsync("n1", Cancel))?.Position.Offset ?? 0;
            Assert.Equal(round % 2 == 0 ? position + 2 : position, found);
            Assert.Equal(round % 2 == 0 ? ImportResult.PositionMoved : ImportResult.Imported, await store.ImportAsync(batch, Cancel));
            position += 2;
        }

        Assert.Equal(new Dictionary<string, long> { ["example.com 192.0.2.1"] = 12, ["example.org 192.0.2.1"] = 12 }, await RowsAsync(store));
    }

    // The collector reads the old position, and the commit that it gave up arrives only then.
    [Fact]
    public async Task A_commit_that_arrives_after_the_position_was_read_again_counts_once()
    {
        var direct = await fixture.Server().CreateDatabaseAsync(Cancel);
        await using var cutter = new CommitCutter(fixture.Server().SocketFolder);
        await using var store = await ReportStore.OpenAsync(cutter.AddressOf(direct), cancellationToken: Cancel);
        foreach (var from in (long[])[0, 1])
        {
            var batch = TestMessages.Batch(from, TestMessages.Of());
            cutter.Next = CommitCut.Late;
            await Assert.ThrowsAsync<ReportStoreException>(() => store.ImportAsync(batch, Cancel));
            Assert.Equal(from, (await store.FindJournalAsync("n1", Cancel))?.Position.Offset ?? 0);

            // The second attempt waits for the row that the first one has.
            var again = store.ImportAsync(batch, Cancel);
            await UntilAsync(direct, "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
            Assert.False(again.IsCompleted);
            cutter.Release();
            Assert.Equal(ImportResult.PositionMoved, await again);
            Assert.Equal(from + 1, (await store.FindJournalAsync("n1", Cancel))!.Position.Offset);
        }

        Assert.Equal(2, (await RowsAsync(store)).Values.Sum());
    }

    // The days of two collectors differ around midnight and by their clocks, so neither waits for the other one's day.
    [Fact]
    public async Task A_failure_that_another_collector_adds_at_the_same_time_is_tried_again()
    {
        var address = await fixture.Server().CreateDatabaseAsync(Cancel);
        await using var store = await ReportStore.OpenAsync(address, cancellationToken: Cancel);
        await using var other = new NpgsqlConnection(fixture.Server().ConnectionString(address));
        await other.OpenAsync(Cancel);
        await using var transaction = await other.BeginTransactionAsync(Cancel);
        await using (var add = new NpgsqlCommand(
            "insert into emailauth_failures (report_id, kind, domain, report_uris, first_at, incidents, fields, header) values ('r', 'example.com kind', 'example.com', '', 0, 1, 'f', '')",
            other,
            transaction))
        {
            await add.ExecuteNonQueryAsync(Cancel);
        }

        var batch = TestMessages.Batch(0, TestFailures.Message());
        var importing = store.ImportAsync(batch, Cancel);
        await UntilAsync(address, "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
        await transaction.CommitAsync(Cancel);
        var error = await Assert.ThrowsAsync<ReportStoreException>(() => importing);
        Assert.True(error.IsTransient, error.ToString());
        Assert.Contains("was changed by another program at the same time", error.Message, StringComparison.Ordinal);
        Assert.Equal(ImportResult.Imported, await store.ImportAsync(batch, Cancel));
        Assert.Equal(2L, await fixture.Server().ScalarAsync(address, "select incidents from emailauth_failures", Cancel));
    }

    [Fact]
    public async Task Connections_that_the_server_ends_at_any_moment_lose_and_double_nothing()
    {
        const int Terminations = 40;
        var address = await fixture.Server().CreateDatabaseAsync(Cancel);
        await using var store = await ReportStore.OpenAsync(address, cancellationToken: Cancel);
        using var isOver = new CancellationTokenSource();
        var failures = 0;
        var nodes = Enumerable.Range(0, 3).Select(number => $"n{number}").ToList();
        var imports = nodes.Select(node => Task.Run(
            async () =>
            {
                while (!isOver.IsCancellationRequested)
                {
                    try
                    {
                        var position = (await store.FindJournalAsync(node, Cancel))?.Position.Offset ?? 0;
                        await store.ImportAsync(TestMessages.Batch(position, [TestMessages.Of(), TestMessages.Of("example.org"), TestMessages.Of()], node), Cancel);
                    }
                    catch (ReportStoreException e) when (e.IsTransient)
                    {
                        Interlocked.Increment(ref failures);
                    }
                }
            },
            Cancel)).ToList();
        for (var round = 0; round < Terminations; round++)
        {
            await UntilAsync(address, "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
            await fixture.Server().ExecuteAsync(
                address, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", Cancel);
        }

        await isOver.CancelAsync();
        await Task.WhenAll(imports);
        Assert.NotEqual(0, failures);
        await using var other = await ReportStore.OpenAsync(address, cancellationToken: Cancel);
        var messages = (await other.JournalsAsync()).Sum(static journal => journal.Position.Offset);
        Assert.Equal(messages, (await other.JournalsAsync()).Sum(static journal => journal.Messages));
        Assert.Equal(new Dictionary<string, long> { ["example.com 192.0.2.1"] = messages / 3 * 2, ["example.org 192.0.2.1"] = messages / 3 }, await RowsAsync(other));
    }

    private static async Task<Dictionary<string, long>> RowsAsync(IReportStore store)
    {
        var sums = new Dictionary<string, long>();
        foreach (var report in await store.ReportsAsync())
        {
            foreach (var (row, count) in await store.RowsAsync(report))
            {
                sums[row] = sums.GetValueOrDefault(row) + count;
            }
        }

        return sums;
    }

    private async Task UntilAsync(string address, string count)
    {
        while ((long)(await fixture.Server().ScalarAsync(address, count, Cancel))! == 0)
        {
            await Task.Delay(5, Cancel);
        }
    }
}
