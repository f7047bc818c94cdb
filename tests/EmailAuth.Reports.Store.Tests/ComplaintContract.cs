using EmailAuth.Reports.Failures;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Failing;
using EmailAuth.Reports.Store.Tests.TestSupport;

namespace EmailAuth.Reports.Store.Tests;

/// <summary>Complaints, and where they and the failure reports are, in every store.</summary>
public abstract partial class ReportStoreContract
{
    [Fact]
    public async Task A_complaint_is_final_and_due_at_once_whatever_the_limits_of_failure_reports_are()
    {
        Limits = new FailureLimits { MaxPerDomain = 1, MaxInAll = 1 };
        await using var store = await OpenAsync();
        var ids = new List<string>();
        for (var number = 0; number < 3; number++)
        {
            ids.Add(await store.AddComplaintAsync(TestFailures.Complaint("fbl@example.com", "fbl@example.net"), Cancel));
        }

        var plans = await PlansAsync(store);
        Assert.Equal(3, plans.Count);
        Assert.All(plans, plan => Assert.True(plan is { IsFailure: true, IsPlan: true } && plan.FirstDueAt == Clock.GetUtcNow()));
        var stored = new List<StoredFailure>();
        await foreach (var failure in store.ListFailuresAsync(Clock.GetUtcNow(), Cancel))
        {
            stored.Add(failure);
        }

        Assert.Equal(ids, stored.Select(static complaint => complaint.Id));
        Assert.All(stored, complaint => Assert.Equal((true, "example.com", 1L, TestFailures.ComplaintFields, "Message-ID: <1@example.com>\r\n", Clock.GetUtcNow()),
            (complaint.IsComplaint, complaint.PolicyDomain, complaint.Incidents, complaint.Fields, complaint.Header, complaint.SealedAt)));
        Assert.All(stored, static complaint => Assert.Equal(["fbl@example.com", "fbl@example.net"], complaint.ReportUris));
        Assert.Equal(new FailureCounts { Reports = 0, LeftOut = 0 }, await store.CountFailuresAsync(Clock.GetUtcNow(), Cancel));

        // They take nothing from the failure reports.
        await store.ImportAsync(TestMessages.Batch(0, TestFailures.Message()), Cancel);
        Assert.Equal(1, (await store.CountFailuresAsync(Clock.GetUtcNow(), Cancel)).Reports);
        await Assert.ThrowsAsync<ArgumentException>(() => store.AddComplaintAsync(new Complaint { Recipients = [], Fields = "", Header = "" }, Cancel));
    }

    [Fact]
    public async Task The_queue_is_counted_by_kind_and_state()
    {
        await using var store = await OpenAsync();
        var queue = (IReportDeliveries)store;
        Assert.Equal("0 held, 0 given up; ; ", await QueueAsync(store));
        await store.ImportAsync(TestMessages.Batch(0, TestFailures.Message(kind: "a"), TestFailures.Message(kind: "b"), TestFailures.Message(kind: "c"), TestMessages.Of()), Cancel);
        await store.AddComplaintAsync(TestFailures.Complaint("fbl@example.com"), Cancel);
        await queue.AddAsync([TestReport((await store.ReportsAsync())[0].Key)], Cancel);
        Assert.Equal("3 held, 0 given up; ; 1 Open", await QueueAsync(store));

        var plans = await PlansAsync(store);
        Assert.Equal(5, plans.Count);
        var failures = plans.Where(static plan => plan.IsFailure).OrderBy(static plan => -plan.ReportKey).ToList();
        await queue.FinishAsync(failures[0], End(DeliveryState.Sent, Mail(failures[0], "f@example.com"), Mail(failures[0], "g@example.net")), Clock.GetUtcNow(), Cancel);
        await queue.FinishAsync(failures[1], End(DeliveryState.GivenUp), Clock.GetUtcNow(), Cancel);
        await queue.FinishAsync(failures[3], End(DeliveryState.Sent, Mail(failures[3], "fbl@example.com")), Clock.GetUtcNow(), Cancel);
        Assert.Equal("1 held, 1 given up; 2 Open; 1 Open", await QueueAsync(store));
        foreach (var mail in await PlansAsync(store))
        {
            await queue.FinishAsync(mail, End(mail.Address == "g@example.net" ? DeliveryState.Refused : DeliveryState.Sent), Clock.GetUtcNow(), Cancel);
        }

        Assert.Equal("1 held, 1 given up; 1 Sent, 1 Refused; 1 Sent", await QueueAsync(store));
        await store.RemoveAsync(Clock.GetUtcNow().AddDays(1), Cancel);
        Assert.Equal("0 held, 0 given up; ; ", await QueueAsync(store));

        ReportDelivery TestReport(long key) => new() { Token = ReturnPathToken.Create(), ReportKey = key, Address = "", Host = "", DueAt = Clock.GetUtcNow(), FirstDueAt = Clock.GetUtcNow(), ChangedAt = Clock.GetUtcNow() };

        ReportDelivery Mail(ReportDelivery plan, string address) =>
            plan with { Token = ReturnPathToken.Create(), Address = address, Host = address.Split('@')[1], Lease = null, LostLease = null, DueAt = Clock.GetUtcNow() };

        DeliveryEnd End(DeliveryState state, params ReportDelivery[] mails) => new() { State = state, DueAt = Clock.GetUtcNow(), Reply = "x", Deliveries = [.. mails] };
    }

    private static async Task<string> QueueAsync(IReportStore store)
    {
        var queue = await store.CountFailureMailsAsync(Cancel);
        return $"{queue.Held} held, {queue.GivenUp} given up; {Words(queue.Reports)}; {Words(queue.Complaints)}";

        static string Words(IReadOnlyDictionary<DeliveryState, long> counts) => string.Join(", ", counts.OrderBy(static count => count.Key).Select(static count => $"{count.Value} {count.Key}"));
    }
}
