using System.Globalization;
using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Failures;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Failing;
using EmailAuth.Reports.Store.Tests.TestSupport;

namespace EmailAuth.Reports.Store.Tests;

/// <summary>Failure reports, in every store.</summary>
public abstract partial class ReportStoreContract
{
    [Fact]
    public async Task A_thousand_like_failures_are_one_report_and_one_plan()
    {
        await using var store = await OpenAsync();
        await store.ImportAsync(TestMessages.Batch(0, Enumerable.Range(0, 600).Select(static number => TestFailures.Message(isNoted: number is 0 or 500))), Cancel);
        await store.ImportAsync(TestMessages.Batch(600, Enumerable.Range(0, 400).Select(static _ => TestFailures.Message(isNoted: false))), Cancel);
        await store.ImportAsync(TestMessages.Batch(600, Enumerable.Range(0, 400).Select(static _ => TestFailures.Message(isNoted: false))), Cancel);

        var plan = Assert.Single(await PlansAsync(store));
        Assert.True(plan is { IsFailure: true, IsPlan: true });
        var failure = (await store.SealFailureAsync(-plan.ReportKey, Cancel))!;
        Assert.Equal((1000, "example.com", TestFailures.Fields, "From: <h@example.com>\r\n"), (failure.Incidents, failure.PolicyDomain, failure.Fields, failure.Header));
        Assert.Equal(["mailto:f@example.com", "mailto:g@example.net"], failure.ReportUris);
        Assert.Matches("^[0-9a-f]{32}$", failure.Id);
        Assert.Equal(new FailureCounts { Reports = 1, LeftOut = 0 }, await store.CountFailuresAsync(Clock.GetUtcNow(), Cancel));

        // The messages have no rua: they are in no aggregate report.
        Assert.Empty(await store.ReportsAsync());
        Assert.Equal(1000, Assert.Single(await store.JournalsAsync()).Messages);
    }

    [Fact]
    public async Task A_report_that_is_final_stays_and_the_next_failure_that_has_a_report_begins_another()
    {
        await using var store = await OpenAsync();
        await store.ImportAsync(TestMessages.Batch(0, TestFailures.Message()), Cancel);
        var first = -Assert.Single(await PlansAsync(store)).ReportKey;
        var final = await store.SealFailureAsync(first, Cancel);
        await store.ImportAsync(TestMessages.Batch(1, TestFailures.Message(isNoted: false), TestFailures.Message(isNoted: false)), Cancel);
        Assert.Equal(new FailureCounts { Reports = 1, LeftOut = 2 }, await store.CountFailuresAsync(Clock.GetUtcNow(), Cancel));
        await store.ImportAsync(TestMessages.Batch(3, TestFailures.Message(isNoted: false), TestFailures.Message()), Cancel);
        Assert.Equal((1, final!.SealedAt), ((await store.SealFailureAsync(first, Cancel))!.Incidents, (await store.SealFailureAsync(first, Cancel))!.SealedAt));
        await store.ImportAsync(TestMessages.Batch(5, TestFailures.Message(isNoted: false)), Cancel);
        var second = Assert.Single(await PlansAsync(store));
        Assert.Equal(3, (await store.SealFailureAsync(-second.ReportKey, Cancel))!.Incidents);
        Assert.Null(await store.SealFailureAsync(4711, Cancel));
    }

    [Fact]
    public async Task A_flood_of_kinds_is_cut_at_the_limit_of_a_domain_and_at_that_of_all()
    {
        Limits = new FailureLimits { MaxPerDomain = 3, MaxInAll = 5 };
        await using var store = await OpenAsync();
        await store.ImportAsync(TestMessages.Batch(0, Kinds("example.com", 10)), Cancel);
        Assert.Equal(new FailureCounts { Reports = 3, LeftOut = 7 }, await store.CountFailuresAsync(Clock.GetUtcNow(), Cancel));
        await store.ImportAsync(TestMessages.Batch(10, Kinds("example.org", 10)), Cancel);
        Assert.Equal(new FailureCounts { Reports = 5, LeftOut = 15 }, await store.CountFailuresAsync(Clock.GetUtcNow(), Cancel));
        Assert.Equal(5, (await PlansAsync(store)).Count);

        // The next day by our clock.
        Clock.Advance(TimeSpan.FromDays(1));
        await store.ImportAsync(TestMessages.Batch(20, Kinds("example.net", 10)), Cancel);
        Assert.Equal(new FailureCounts { Reports = 3, LeftOut = 7 }, await store.CountFailuresAsync(Clock.GetUtcNow(), Cancel));

        static IEnumerable<CollectedMessage> Kinds(string domain, int count) =>
            Enumerable.Range(0, count).Select(number => TestFailures.Message(domain, number.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Collectors_that_import_at_a_time_keep_the_limits()
    {
        Limits = new FailureLimits { MaxPerDomain = 3, MaxInAll = 100 };
        await using var store = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(node => Task.Run(async () =>
        {
            for (var number = 0; number < 5; number++)
            {
                var message = TestFailures.Message(number % 2 == 0 ? "example.com" : "example.org", $"{node} {number}");
                var batch = TestMessages.Batch(number, [message, TestFailures.Message("example.net", "shared")], $"n{node}");
                batch = new JournalBatch { From = number == 0 ? null : TestMessages.Position(number * 2, $"n{node}"), To = TestMessages.Position((number + 1) * 2, $"n{node}"), Entries = batch.Entries };
                while (true)
                {
                    try
                    {
                        Assert.Equal(ImportResult.Imported, await store.ImportAsync(batch, Cancel));
                        break;
                    }
                    catch (ReportStoreException e) when (e.IsTransient)
                    {
                        // SQLite lets one write at a time, and may be busy for longer than it waits.
                    }
                }
            }
        })));
        Assert.Equal(new FailureCounts { Reports = 7, LeftOut = 40 - 6 }, await store.CountFailuresAsync(Clock.GetUtcNow(), Cancel));
        var plans = await PlansAsync(store);
        Assert.Equal(7, plans.Count);
        var incidents = new List<long>();
        foreach (var plan in plans)
        {
            incidents.Add((await store.SealFailureAsync(-plan.ReportKey, Cancel))!.Incidents);
        }

        Assert.Equal([1, 1, 1, 1, 1, 1, 40], incidents.Order());
    }

    [Fact]
    public async Task Removal_takes_old_failures_and_their_deliveries()
    {
        await using var store = await OpenAsync();
        await store.ImportAsync(TestMessages.Batch(0, TestFailures.Message(kind: "old"), TestFailures.Message(kind: "new", at: Noon.AddHours(6))), Cancel);
        await store.RemoveAsync(Noon, Cancel);
        var left = Assert.Single(await PlansAsync(store));
        Assert.Equal(Noon.AddHours(6), (await store.SealFailureAsync(-left.ReportKey, Cancel))!.FirstAt);
        Assert.Null(await store.SealFailureAsync(-left.ReportKey - 1, Cancel) ?? await store.SealFailureAsync(0, Cancel));
    }

    // All plans that are open, which are leased by that.
    private async Task<List<ReportDelivery>> PlansAsync(IReportStore store)
    {
        var plans = new List<ReportDelivery>();
        var queue = (IReportDeliveries)store;
        while (await queue.LeaseAsync(Clock.GetUtcNow().AddHours(2), Clock.GetUtcNow().AddDays(9), Clock.GetUtcNow().AddHours(2), Cancel) is { } plan)
        {
            plans.Add(plan);
        }

        return plans;
    }
}
