using EmailAuth.Dmarc;
using EmailAuth.Reports.Failures;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Reports.Store.Tests;

/// <summary>What holds for every store.</summary>
public abstract partial class ReportStoreContract
{
    private static readonly DateTimeOffset Noon = TestMessages.Noon;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected FakeTimeProvider Clock { get; } = new(Noon.AddDays(1));

    private FailureLimits Limits { get; set; } = new();

    [Fact]
    public async Task Equal_rows_add_up_within_a_batch_and_over_batches()
    {
        await using var store = await OpenAsync();
        Assert.Equal(ImportResult.Imported, await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of(), TestMessages.Of(source: "2001:db8::1"), TestMessages.Of()), Cancel));
        Assert.Equal(ImportResult.Imported, await store.ImportAsync(TestMessages.Batch(3, TestMessages.Of(), TestMessages.Of("example.org")), Cancel));
        var reports = await store.ReportsAsync();
        Assert.Equal(["example.com", "example.org"], reports.Select(report => report.Policy.Domain));
        Assert.Equal([4, 1], reports.Select(report => report.Messages));
        Assert.Equal(new Dictionary<string, long> { ["example.com 192.0.2.1"] = 3, ["example.com 2001:db8::1"] = 1 }, await store.RowsAsync(reports[0]));
        Assert.All(reports, report => Assert.Matches("^[0-9a-f]{32}$", report.Id));
        Assert.Equal(["mailto:d@example.com"], reports[0].ReportUris);
    }

    [Fact]
    public async Task A_batch_counts_once_however_often_it_is_imported()
    {
        await using var store = await OpenAsync();
        var first = TestMessages.Batch(0, TestMessages.Of());
        var second = TestMessages.Batch(1, TestMessages.Of(), TestMessages.Of());
        Assert.Equal(ImportResult.PositionMoved, await store.ImportAsync(second, Cancel));
        Assert.Equal(ImportResult.Imported, await store.ImportAsync(first, Cancel));
        Assert.Equal(ImportResult.PositionMoved, await store.ImportAsync(first, Cancel));
        Assert.Equal(ImportResult.Imported, await store.ImportAsync(second, Cancel));
        Assert.Equal(ImportResult.PositionMoved, await store.ImportAsync(second, Cancel));
        Assert.Equal(ImportResult.PositionMoved, await store.ImportAsync(first, Cancel));
        Assert.Equal(3, Assert.Single(await store.ReportsAsync()).Messages);
        var journal = Assert.Single(await store.JournalsAsync());
        Assert.Equal((TestMessages.Position(3), 3), (journal.Position, journal.Messages));
    }

    [Fact]
    public async Task A_position_of_another_segment_with_the_same_offset_is_another_position()
    {
        await using var store = await OpenAsync();
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel);
        var other = new JournalBatch { From = TestMessages.Position(1, segment: 2), To = TestMessages.Position(2, segment: 2), Entries = TestMessages.Batch(1, TestMessages.Of()).Entries };
        Assert.Equal(ImportResult.PositionMoved, await store.ImportAsync(other, Cancel));
        Assert.Equal(ImportResult.Imported, await store.ImportAsync(TestMessages.Batch(0, [TestMessages.Of()], "n2"), Cancel));
        Assert.Null(await store.FindJournalAsync("n3", Cancel));
        Assert.Equal(["n1", "n2"], (await store.JournalsAsync()).Select(journal => journal.Position.Node));
    }

    [Theory]
    [InlineData(24, "2026-11-20T00:00Z to 2026-11-21T00:00Z", "2026-11-21T00:00Z to 2026-11-22T00:00Z")]
    [InlineData(6, "2026-11-20T18:00Z to 2026-11-21T00:00Z", "2026-11-21T00:00Z to 2026-11-21T06:00Z")]
    [InlineData(1, "2026-11-20T23:00Z to 2026-11-21T00:00Z", "2026-11-21T00:00Z to 2026-11-21T01:00Z")]
    public async Task A_period_ends_before_its_end(int hours, string before, string after)
    {
        await using var store = await OpenAsync(hours);
        var midnight = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
        // Where the receiver's clock shows another zone, the period is still one of UTC.
        await store.ImportAsync(
            TestMessages.Batch(0, TestMessages.Of(at: midnight.AddMilliseconds(-1)), TestMessages.Of(at: midnight.ToOffset(TimeSpan.FromHours(-5)))), Cancel);
        Assert.Equal([before, after], (await store.ReportsAsync()).Select(report => report.Period.ToString()));
    }

    [Fact]
    public async Task A_day_keeps_the_length_of_periods_that_it_began_with()
    {
        await using (var store = await OpenAsync(24))
        {
            await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel);
        }

        await using var changed = await ReopenAsync(6);
        await changed.ImportAsync(TestMessages.Batch(1, TestMessages.Of(at: Noon.AddHours(7)), TestMessages.Of(at: Noon.AddDays(1))), Cancel);
        Assert.Equal(
            ["2026-11-20T00:00Z to 2026-11-21T00:00Z", "2026-11-21T12:00Z to 2026-11-21T18:00Z"], (await changed.ReportsAsync()).Select(report => report.Period.ToString()));
    }

    [Fact]
    public async Task A_policy_that_changes_within_a_period_makes_a_report_of_its_own()
    {
        await using var store = await OpenAsync();
        await store.ImportAsync(
            TestMessages.Batch(0, TestMessages.Of(), TestMessages.Of(policy: DmarcPolicy.None), TestMessages.Of(rua: "mailto:e@example.com"), TestMessages.Of()), Cancel);
        var reports = await store.ReportsAsync();
        Assert.Equal([1, 1, 2], reports.Select(report => report.Messages).Order());
        Assert.Equal(3, reports.Select(report => report.Id).Distinct().Count());
        Assert.Equal([DmarcPolicy.None], reports.Select(report => report.Policy.Policy).Where(policy => policy != DmarcPolicy.Reject));
        Assert.Single(reports, report => report.ReportUris is ["mailto:e@example.com"]);
    }

    [Fact]
    public async Task A_report_about_reports_alone_is_not_made_but_they_are_counted()
    {
        await using var store = await OpenAsync();
        await store.ImportAsync(
            TestMessages.Batch(0, TestMessages.Of("loop.example", isReport: true), TestMessages.Of("loop.example", isReport: true), TestMessages.Of("example.com", isReport: true), TestMessages.Of("example.com")),
            Cancel);
        var made = Assert.Single(await store.ReportsAsync(new ReportSelection()));
        Assert.Equal(("example.com", 2, 1), (made.Policy.Domain, made.Messages, made.MessagesAboutReports));
        Assert.Equal(["example.com", "loop.example"], (await store.ReportsAsync()).Select(report => report.Policy.Domain));

        // One ordinary message makes it a report.
        await store.ImportAsync(TestMessages.Batch(4, TestMessages.Of("loop.example")), Cancel);
        Assert.Equal(3, (await store.ReportsAsync(new ReportSelection { Domain = "loop.example" })).Single().Messages);
    }

    [Fact]
    public async Task What_comes_after_a_seal_is_in_another_report()
    {
        await using var store = await OpenAsync();
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of(), TestMessages.Of()), Cancel);
        var open = Assert.Single(await store.ReportsAsync());
        Assert.Null(open.SealedAt);
        var final = await store.SealAsync(open, Cancel);
        Assert.Equal((open.Id, 2, Clock.GetUtcNow()), (final!.Id, final.Messages, final.SealedAt));

        Clock.Advance(TimeSpan.FromHours(1));
        await store.ImportAsync(TestMessages.Batch(2, TestMessages.Of()), Cancel);
        var again = await store.SealAsync(open, Cancel);
        Assert.Equal((open.Id, 2, final.SealedAt), (again!.Id, again.Messages, again.SealedAt));
        var late = (await store.ReportsAsync())[1];
        Assert.Equal((1, open.Period, null), (late.Messages, late.Period, late.SealedAt));
        Assert.NotEqual(open.Id, late.Id);
        Assert.Equal(1, (await store.RowsAsync(late)).Values.Sum());
        Assert.Equal(2, (await store.RowsAsync(open)).Values.Sum());
    }

    [Fact]
    public async Task Removal_takes_what_ended_and_leaves_positions()
    {
        await using var store = await OpenAsync();
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of(), TestMessages.Of("example.org"), TestMessages.Of(at: Noon.AddDays(1))), Cancel);
        var old = (await store.ReportsAsync())[0];
        Assert.Equal(0, await store.RemoveAsync(Noon.AddHours(12).AddSeconds(-1), Cancel));
        Assert.Equal(2, await store.RemoveAsync(Noon.AddHours(12), Cancel));
        Assert.Equal(Noon.AddDays(1).AddHours(-12), Assert.Single(await store.ReportsAsync()).Period.Begin);
        Assert.Empty(await store.RowsAsync(old));
        Assert.Null(await store.SealAsync(old, Cancel));

        // A message of that day that comes now is in a new report, without the old counts.
        Assert.Equal(ImportResult.Imported, await store.ImportAsync(TestMessages.Batch(3, TestMessages.Of()), Cancel));
        Assert.Equal(1, (await store.RowsAsync((await store.ReportsAsync())[0])).Values.Sum());
    }

    [Fact]
    public async Task Reports_are_listed_by_domain_day_and_end()
    {
        await using var store = await OpenAsync(12);
        await store.ImportAsync(
            TestMessages.Batch(0, TestMessages.Of(), TestMessages.Of("b.example", at: Noon.AddHours(-1)), TestMessages.Of("B.example", at: Noon.AddDays(1))), Cancel);
        Assert.Equal(3, (await store.ReportsAsync()).Count);
        Assert.Equal(2, (await store.ReportsAsync(new ReportSelection { Day = Noon })).Count);
        Assert.Equal(2, (await store.ReportsAsync(new ReportSelection { Domain = "b.example" })).Count);
        Assert.Equal("b.example", Assert.Single(await store.ReportsAsync(new ReportSelection { EndedBy = Noon })).Policy.Domain);
        Assert.Empty(await store.ReportsAsync(new ReportSelection { EndedBy = Noon.AddSeconds(-1) }));
        Assert.Empty(await store.ReportsAsync(new ReportSelection { Domain = "b.example' or '1'='1" }));
    }

    [Fact]
    public async Task The_state_of_a_journal_has_its_last_message_and_error()
    {
        await using var store = await OpenAsync();
        await store.ImportAsync(TestMessages.Batch(0, [TestMessages.Of(at: Noon.AddHours(2)), TestMessages.Of(at: Noon)], error: "the disk's fault"), Cancel);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await store.ImportAsync(TestMessages.Batch(2, TestMessages.Of(at: Noon.AddHours(1))), Cancel);
        await store.ImportAsync(new JournalBatch { From = TestMessages.Position(3), To = TestMessages.Position(9) }, Cancel);
        var state = await store.FindJournalAsync("n1", Cancel);
        Assert.Equal(TestMessages.Position(9), state!.Position);
        Assert.Equal((3, Noon.AddHours(2), "the disk's fault"), (state.Messages, state.LastMessageAt, state.Error));
        Assert.Equal((Clock.GetUtcNow(), Clock.GetUtcNow().AddMinutes(-1)), (state.ImportedAt, state.ErrorAt));
    }

    [Fact]
    public async Task A_cancelled_import_counts_nothing()
    {
        await using var store = await OpenAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), cancelled.Token));
        Assert.Empty(await store.ReportsAsync());
        Assert.Empty(await store.JournalsAsync());
    }

    [Fact]
    public async Task Two_collectors_of_one_journal_count_each_message_once()
    {
        await using var store = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => CollectAsync(store, "n1", 60), Cancel)));
        Assert.Equal(60 * 3, (await store.SumsAsync()).Values.Sum());
        Assert.Equal(TestMessages.Position(60 * 3), (await store.FindJournalAsync("n1", Cancel))!.Position);
    }

    [Fact]
    public async Task Four_nodes_with_the_same_domains_and_a_sender_that_seals_lose_and_double_nothing()
    {
        await using var store = await OpenAsync();
        using var isOver = new CancellationTokenSource();
        var sealing = Task.Run(
            async () =>
            {
                while (!isOver.IsCancellationRequested)
                {
                    foreach (var report in await store.ReportsAsync())
                    {
                        await store.SealAsync(report, Cancel);
                    }
                }
            },
            Cancel);
        await Task.WhenAll(Enumerable.Range(1, 4).Select(node => Task.Run(() => CollectAsync(store, $"n{node}", 20), Cancel)));
        await isOver.CancelAsync();
        await sealing;
        Assert.Equal(4 * 20 * 3, (await store.SumsAsync()).Values.Sum());
        Assert.Equal(3, (await store.SumsAsync()).Count);
    }

    /// <summary>Opens an empty store.</summary>
    protected abstract Task<IReportStore> OpenAsync(int periodHours = 24);

    /// <summary>Opens the same store once more.</summary>
    protected abstract Task<IReportStore> ReopenAsync(int periodHours = 24);

    protected StoreOptions Options(int periodHours) => new() { PeriodHours = periodHours, TimeProvider = Clock, Failures = Limits };

    // Batches of three messages of three domains, in an order that differs from batch to batch.
    private static async Task CollectAsync(IReportStore store, string node, int batches)
    {
        string[] domains = ["a.example", "b.example", "c.example"];
        var position = (await store.FindJournalAsync(node, Cancel))?.Position.Offset ?? 0;
        while (position < batches * 3)
        {
            var turn = (int)(position / 3);
            var batch = TestMessages.Batch(position, domains.Select((_, index) => TestMessages.Of(domains[(index + turn) % 3])), node);
            await store.ImportAsync(batch, Cancel);
            position = (await store.FindJournalAsync(node, Cancel))!.Position.Offset;
        }
    }
}
