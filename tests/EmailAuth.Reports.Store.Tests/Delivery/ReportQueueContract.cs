using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Tests.TestSupport;

namespace EmailAuth.Reports.Store.Tests.Delivery;

/// <summary>What holds for the queue of every store.</summary>
public abstract class ReportQueueContract
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 6, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<IReportStore> OpenAsync();

    private static ReportDelivery Plan(long report, DateTimeOffset? due = null) => Delivery(report, string.Empty, string.Empty, due) with { Parts = 0 };

    private static ReportDelivery Delivery(long report, string address, string host = "example.com", DateTimeOffset? due = null, int part = 1) => new()
    {
        Token = ReturnPathToken.Create(),
        ReportKey = report,
        Address = address,
        Host = host,
        Part = part,
        DueAt = due ?? Now,
        FirstDueAt = due ?? Now,
        ChangedAt = Now,
    };

    private static DeliveryEnd End(DeliveryState state, string reply = "250 ok", DateTimeOffset? due = null) => new() { State = state, DueAt = due ?? Now, Reply = reply };

    private static Task<ReportDelivery?> LeaseAsync(IReportDeliveries queue, DateTimeOffset now) => queue.LeaseAsync(now, now.AddMinutes(15), now + Minute, Cancel);

    [Fact]
    public async Task Reports_of_ended_periods_are_unplanned_until_they_have_a_plan()
    {
        await using var store = await OpenAsync();
        var queue = (IReportDeliveries)store;
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of(), TestMessages.Of("reports.example", isReport: true), TestMessages.Of("later.example", at: TestMessages.Noon.AddDays(1))), Cancel);
        var midnight = ReportPeriod.DayOf(TestMessages.Noon).AddDays(1);
        Assert.Empty(await ListAsync(queue.ListUnplannedAsync(midnight.AddSeconds(-1), midnight.AddDays(-7), Cancel)));
        Assert.Empty(await ListAsync(queue.ListUnplannedAsync(midnight, midnight, Cancel)));
        var report = Assert.Single(await ListAsync(queue.ListUnplannedAsync(midnight, midnight.AddDays(-7), Cancel)));

        // A report about nothing but reports is never sent.
        Assert.Equal("example.com", report.Policy.Domain);
        await queue.AddAsync([Plan(report.Key)], Cancel);
        await queue.AddAsync([Plan(report.Key)], Cancel);
        Assert.Empty(await ListAsync(queue.ListUnplannedAsync(midnight, midnight.AddDays(-7), Cancel)));
        Assert.NotNull(await LeaseAsync(queue, Now));
        Assert.Null(await LeaseAsync(queue, Now));
        Assert.Equal(report.Id, (await queue.FindReportAsync(report.Key, Cancel))!.Id);
        Assert.Null(await queue.FindReportAsync(report.Key + 100, Cancel));
    }

    [Fact]
    public async Task The_newest_report_of_a_domain_is_that_of_the_same_period_which_was_begun_last()
    {
        await using var store = await OpenAsync();
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of(rua: "mailto:first@example.com")), Cancel);
        await store.ImportAsync(TestMessages.Batch(1, TestMessages.Of(rua: "mailto:second@example.com"), TestMessages.Of("other.example")), Cancel);
        await store.ImportAsync(TestMessages.Batch(3, TestMessages.Of(at: TestMessages.Noon.AddDays(1), rua: "mailto:third@example.com"), TestMessages.Of(rua: "mailto:first@example.com")), Cancel);
        foreach (var report in (await store.ReportsAsync()).Where(static report => report.Policy.Domain == "example.com"))
        {
            var newest = await ((IReportDeliveries)store).FindNewestReportAsync(report, Cancel);
            Assert.Equal(report.Period.Begin.AddHours(12) == TestMessages.Noon ? "mailto:second@example.com" : "mailto:third@example.com", Assert.Single(newest!.ReportUris));
        }
    }

    [Fact]
    public async Task A_delivery_is_leased_to_one_sender_until_the_lease_ends()
    {
        await using var store = await OpenAsync();
        var queue = (IReportDeliveries)store;
        await queue.AddAsync([Delivery(1, "d@example.com", due: Now)], Cancel);
        Assert.Null(await LeaseAsync(queue, Now.AddSeconds(-1)));
        var first = await LeaseAsync(queue, Now);
        Assert.Equal((1, "d@example.com", null), (first!.Attempts, first.Address, first.LostLease));
        Assert.Null(await LeaseAsync(queue, Now.AddMinutes(14.9)));
        var second = await LeaseAsync(queue, Now.AddMinutes(15));
        Assert.Equal((2, first.Token, first.Lease), (second!.Attempts, second.Token, second.LostLease));

        // The first sender was slow. What it says no longer counts, except that the mail was sent.
        await queue.FinishAsync(first, End(DeliveryState.Refused), Now, Cancel);
        Assert.Equal(1, (await queue.CountAsync(Cancel))[DeliveryState.Open]);
        await queue.FinishAsync(first, End(DeliveryState.Sent), Now, Cancel);
        Assert.Equal(1, (await queue.CountAsync(Cancel))[DeliveryState.Sent]);
        await queue.FinishAsync(second, End(DeliveryState.Open, due: Now), Now, Cancel);
        Assert.Equal(1, (await queue.CountAsync(Cancel))[DeliveryState.Sent]);
        Assert.Null(await LeaseAsync(queue, Now.AddDays(1)));
        Assert.Null(await queue.NextAsync(null, Cancel));
    }

    [Fact]
    public async Task A_host_gets_one_in_its_pause_and_plans_have_none()
    {
        await using var store = await OpenAsync();
        var queue = (IReportDeliveries)store;
        await queue.AddAsync([Delivery(1, "a@one.example", "one.example"), Delivery(2, "b@one.example", "one.example"), Delivery(3, "c@two.example", "two.example"), Plan(4), Plan(5)], Cancel);
        var leased = new List<string>();
        while (await LeaseAsync(queue, Now) is { } delivery)
        {
            leased.Add(delivery.Host);
        }

        Assert.Equal(["", "", "one.example", "two.example"], leased.Order(StringComparer.Ordinal));
        Assert.Equal(Now + Minute, await queue.NextAsync(Now, Cancel));
        Assert.Null(await LeaseAsync(queue, Now + Minute - TimeSpan.FromMilliseconds(1)));
        Assert.Equal("one.example", (await LeaseAsync(queue, Now + Minute))!.Host);
        Assert.Null(await queue.NextAsync(Now, Cancel));
        Assert.Equal(Now.AddMinutes(15), await queue.NextAsync(null, Cancel));
    }

    [Fact]
    public async Task The_deliveries_of_a_plan_are_added_with_its_end_and_once()
    {
        await using var store = await OpenAsync();
        var queue = (IReportDeliveries)store;
        await queue.AddAsync([Plan(1)], Cancel);
        var first = (await LeaseAsync(queue, Now))!;
        var late = (await LeaseAsync(queue, Now.AddMinutes(15)))!;
        DeliveryEnd Addresses(DeliveryState state, params string[] addresses) => new()
        {
            State = state,
            DueAt = Now,
            Reply = "x",
            Parts = 2,
            Deliveries = [.. addresses.SelectMany(static address => Enumerable.Range(1, 2).Select(part => Delivery(1, address, part: part) with { Parts = 2 }))],
        };

        // One address is not decided yet.
        await queue.FinishAsync(late, Addresses(DeliveryState.Open, "a@example.com"), Now, Cancel);
        await queue.FinishAsync(first, Addresses(DeliveryState.Open, "stale@example.com"), Now, Cancel);
        Assert.Equal(2, (await queue.CountAsync(Cancel))[DeliveryState.Open]);
        var later = Now.AddMinutes(15);
        var again = (await queue.LeaseAsync(later, later.AddMinutes(15), later, Cancel))!;
        while (!again.IsPlan)
        {
            again = (await queue.LeaseAsync(later, later.AddMinutes(15), later, Cancel))!;
        }

        Assert.Equal(2, again.Parts);
        await queue.FinishAsync(again, Addresses(DeliveryState.Sent, "a@example.com", "b@example.com"), Now, Cancel);
        Assert.Equal(4, (await queue.CountAsync(Cancel))[DeliveryState.Open]);
    }

    [Fact]
    public async Task Many_senders_at_once_get_each_delivery_once()
    {
        await using var store = await OpenAsync();
        var queue = (IReportDeliveries)store;
        await queue.AddAsync([.. Enumerable.Range(0, 200).Select(static n => Delivery(n, $"d@h{n % 20}.example", $"h{n % 20}.example"))], Cancel);
        var got = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                while (await queue.NextAsync(Now, Cancel) is not null)
                {
                    if (await queue.LeaseAsync(Now, Now.AddMinutes(15), Now, Cancel) is { } leased)
                    {
                        got.Add(leased.Token);
                        await queue.FinishAsync(leased, End(DeliveryState.Sent), Now, Cancel);
                    }
                }
            },
            Cancel)));
        Assert.Equal(200, got.Count);
        Assert.Equal(200, got.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(200, (await queue.CountAsync(Cancel))[DeliveryState.Sent]);
    }

    [Fact]
    public async Task Suppressions_are_found_listed_replaced_and_removed()
    {
        await using var store = await OpenAsync();
        var queue = (IReportDeliveries)store;
        Assert.Null(await queue.FindSuppressionAsync("d@example.com", Cancel));
        await queue.SuppressAsync(Suppression.After("D@example.com", null, "550 'no'; drop table", Now), Cancel);
        await queue.SuppressAsync(Suppression.After("a@example.com", null, "bounced", Now), Cancel);
        await queue.SuppressAsync(Suppression.After("d@example.com", await queue.FindSuppressionAsync("d@EXAMPLE.com", Cancel), "550 again", Now), Cancel);
        Assert.Equal(["a@example.com 1 bounced", "d@example.com 2 550 again"], (await ListAsync(queue.ListSuppressionsAsync(Cancel))).Select(static s => $"{s.Address} {s.Refusals} {s.Reason}"));
        Assert.Equal(Now.AddDays(4), (await queue.FindSuppressionAsync("d@example.com", Cancel))!.Until);
        Assert.True(await queue.RemoveSuppressionAsync("D@example.com", Cancel));
        Assert.False(await queue.RemoveSuppressionAsync("d@example.com", Cancel));
    }

    [Fact]
    public async Task Refused_ones_are_listed_and_a_bounce_changes_one_that_was_sent()
    {
        await using var store = await OpenAsync();
        var queue = (IReportDeliveries)store;
        await queue.AddAsync([Delivery(1, "d@example.com"), Plan(1)], Cancel);
        ReportDelivery? leased = null;
        while (leased is not { IsPlan: false })
        {
            leased = (await LeaseAsync(queue, Now))!;
        }

        await queue.FinishAsync(leased, End(DeliveryState.Sent, "250 queued"), Now, Cancel);
        Assert.Null(await queue.BounceAsync(ReturnPathToken.Create(), "5.1.1", Now, Cancel));
        Assert.Equal(DeliveryState.Bounced, (await queue.BounceAsync(leased.Token, "5.1.1 no", Now.AddHours(1), Cancel))!.State);
        var listed = Assert.Single(await ListAsync(queue.ListAsync(DeliveryState.Bounced, Now.AddHours(1), Cancel)));
        Assert.Equal(("5.1.1 no", leased.Token), (listed.Reply, listed.Token));
        Assert.Empty(await ListAsync(queue.ListAsync(DeliveryState.Bounced, Now.AddHours(2), Cancel)));
    }

    [Fact]
    public async Task What_is_about_a_removed_report_is_removed_with_it()
    {
        await using var store = await OpenAsync();
        var queue = (IReportDeliveries)store;
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel);
        var report = (await store.ReportsAsync()).Single();
        await queue.AddAsync([Plan(report.Key), Delivery(report.Key, "d@example.com")], Cancel);
        await store.RemoveAsync(report.Period.End, Cancel);
        Assert.Empty(await queue.CountAsync(Cancel));
        Assert.Null(await LeaseAsync(queue, Now));
    }

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> values)
    {
        var list = new List<T>();
        await foreach (var value in values)
        {
            list.Add(value);
        }

        return list;
    }
}

public sealed class MemoryReportQueueTests : ReportQueueContract
{
    protected override Task<IReportStore> OpenAsync() => Task.FromResult<IReportStore>(new MemoryReportStore());
}

public sealed class SqliteReportQueueTests : ReportQueueContract, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emailauth-queue-");

    public void Dispose() => _folder.Delete(recursive: true);

    protected override Task<IReportStore> OpenAsync() => ReportStore.OpenAsync(Path.Combine(_folder.FullName, "reports.db"), cancellationToken: Cancel);
}

public sealed class PostgresReportQueueTests(PostgresFixture fixture) : ReportQueueContract
{
    protected override async Task<IReportStore> OpenAsync() =>
        await ReportStore.OpenAsync(await fixture.Server().CreateDatabaseAsync(Cancel), cancellationToken: Cancel);
}
