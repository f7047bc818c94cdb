using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using static EmailAuth.Reports.Store.Tests.TestSupport.DispatcherWorld;

namespace EmailAuth.Reports.Store.Tests.Delivery;

/// <summary>Who gets a report, when it is tried again, and what becomes of one whose sender dies.</summary>
public sealed class ReportDispatcherTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_ten_addresses_of_a_record_get_a_report_in_its_order()
    {
        await using var store = new MemoryReportStore();
        var message = TestMessages.Of();
        await store.ImportAsync(
            TestMessages.Batch(0, new Collection.CollectedMessage
            {
                ReceivedAt = message.ReceivedAt,
                Policy = message.Policy,
                Record = message.Record,
                ReportUris = [.. Enumerable.Range(0, 30).Select(static n => $"mailto:u{(n < 10 ? 9 - n : n)}@example.com"), "https://example.com/report"],
            }),
            Cancel);
        var transport = new RecordingTransport();
        await Dispatcher(store, Zone(), transport, new FakeTimeProvider(Midnight)).RunOnceAsync(Cancel);
        Assert.Equal(Enumerable.Range(0, 10).Select(static n => $"u{9 - n}@example.com"), transport.Mails.Select(static mail => mail.Recipient));
        Assert.Single(transport.Mails.Select(static mail => mail.FileName).Distinct(StringComparer.Ordinal));
        Assert.Equal(10, transport.Mails.Select(static mail => mail.ReturnPath).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task An_address_whose_consent_is_not_known_waits_and_the_others_do_not()
    {
        await using var store = new MemoryReportStore();
        var clock = new FakeTimeProvider(Midnight);
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of(rua: "mailto:d@example.com"), TestMessages.Of("other.example", rua: "mailto:x@elsewhere.example")), Cancel);
        var isAway = true;
        var resolver = new ScriptedResolver(Zone("other.example._report._dmarc.elsewhere.example"))
        {
            Script = (_, question, _) => isAway && question.ToString().Contains("elsewhere", StringComparison.Ordinal) ? static () => ValueTask.FromResult(DnsResponse.Failed(DnsFailure.Timeout)) : null,
        };
        var transport = new RecordingTransport();
        var dispatcher = Dispatcher(store, resolver, transport, clock);
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Equal(["d@example.com"], transport.Mails.Select(static mail => mail.Recipient));
        isAway = false;
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Single(transport.Mails);
        clock.Advance(TimeSpan.FromMinutes(19));
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Equal(["d@example.com", "x@elsewhere.example"], transport.Mails.Select(static mail => mail.Recipient));
    }

    [Fact]
    public async Task A_policy_that_changed_in_the_period_gives_two_reports_to_the_newest_address()
    {
        await using var store = new MemoryReportStore();
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of(policy: DmarcPolicy.None, rua: "mailto:old@example.com")), Cancel);
        await store.ImportAsync(TestMessages.Batch(1, TestMessages.Of(rua: "mailto:new@example.com")), Cancel);
        var transport = new RecordingTransport();
        await Dispatcher(store, Zone(), transport, new FakeTimeProvider(Midnight)).RunOnceAsync(Cancel);
        Assert.Equal(["new@example.com", "new@example.com"], transport.Mails.Select(static mail => mail.Recipient));
        Assert.Equal(2, transport.Mails.Select(static mail => mail.FileName).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_refusal_suppresses_the_address_for_a_time_that_grows_and_then_shrinks()
    {
        await using var store = new MemoryReportStore();
        var clock = new FakeTimeProvider(Midnight);
        var transport = new RecordingTransport { Answer = static _ => DeliveryAttempt.Refused("550 5.1.1 no such user") };
        var states = new List<DeliveryState>();
        var dispatcher = Dispatcher(store, Zone(), transport, clock, told: told => { if (!told.Delivery.IsPlan) { states.Add(told.End.State); } });
        long offset = 0;
        async Task NextDayAsync()
        {
            await store.ImportAsync(TestMessages.Batch(offset, TestMessages.Of(at: clock.GetUtcNow().AddHours(-12))), Cancel);
            offset++;
            await dispatcher.RunOnceAsync(Cancel);
            clock.Advance(TimeSpan.FromDays(1));
        }

        for (var day = 0; day < 7; day++)
        {
            await NextDayAsync();
        }

        // Day 0 refused (1 day), day 1 refused (4 days), days 2 to 4 suppressed, day 5 refused (16 days), day 6 suppressed.
        Assert.Equal("RRSSSRS", string.Concat(states.Select(static state => state.ToString()[0])));
        var refused = await First(store.ListAsync(DeliveryState.Refused, DateTimeOffset.MinValue, Cancel));
        Assert.Equal("550 5.1.1 no such user", refused.Reply);
        Assert.Equal(3, (await store.FindSuppressionAsync("d@example.com", Cancel))!.Refusals);
        clock.Advance(TimeSpan.FromDays(15));
        transport.Answer = static _ => DeliveryAttempt.Sent("250");
        await NextDayAsync();
        Assert.Equal(2, (await store.FindSuppressionAsync("d@example.com", Cancel))!.Refusals);
        await NextDayAsync();
        await NextDayAsync();
        Assert.Null(await store.FindSuppressionAsync("d@example.com", Cancel));
    }

    [Fact]
    public async Task A_report_that_cannot_be_handed_over_is_tried_for_a_day_under_the_same_name_and_then_given_up()
    {
        await using var store = new MemoryReportStore();
        var clock = new FakeTimeProvider(Midnight);
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel);
        var transport = new RecordingTransport { Answer = static _ => DeliveryAttempt.Deferred("450 greylisted") };
        var dispatcher = Dispatcher(store, Zone(), transport, clock);
        for (var quarter = 0; quarter < 4 * 30; quarter++)
        {
            await dispatcher.RunOnceAsync(Cancel);
            clock.Advance(TimeSpan.FromMinutes(15));
        }

        Assert.InRange(transport.Mails.Count, 8, 12);
        Assert.Single(transport.Mails.Select(static mail => mail.FileName).Distinct(StringComparer.Ordinal));
        Assert.Single(transport.Mails.Select(static mail => MessageIdOf(mail)).Distinct(StringComparer.Ordinal));
        var end = await First(store.ListAsync(DeliveryState.GivenUp, DateTimeOffset.MinValue, Cancel));
        Assert.Equal("450 greylisted", end.Reply);
        Assert.Null(await store.FindSuppressionAsync("d@example.com", Cancel));
    }

    public static TheoryData<string, int> Deaths => new()
    {
        { "before the plan is stored", 1 },
        { "after the plan, before the mail", 1 },
        { "before the final dot", 1 },
        { "after the reply, before it is stored", 2 },
    };

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_sender_that_dies_loses_no_report_and_a_second_copy_has_the_same_names(string when, int copies)
    {
        await using var store = new MemoryReportStore();
        var clock = new FakeTimeProvider(Midnight);
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel);
        var got = new RecordingTransport();
        var first = Dispatcher(store, Zone(), got, clock);
        switch (when)
        {
            case "before the plan is stored":
                await first.PlanAsync(Cancel);
                _ = await Lease();
                break;
            case "after the plan, before the mail":
                await first.PlanAsync(Cancel);
                await first.HandleAsync((await Lease())!, got);
                Assert.False((await Lease())!.IsPlan);
                break;
            case "before the final dot":
                await first.PlanAsync(Cancel);
                await first.HandleAsync((await Lease())!, got);
                got.Answer = static _ => throw new DeadException();
                await Assert.ThrowsAsync<DeadException>(async () => await first.HandleAsync((await Lease())!, got));
                got.Mails.Clear();
                break;
            default:
                await first.PlanAsync(Cancel);
                await first.HandleAsync((await Lease())!, got);
                got.Answer = static _ => throw new DeadException();
                await Assert.ThrowsAsync<DeadException>(async () => await first.HandleAsync((await Lease())!, got));
                break;
        }

        // Another sender comes while the lease lasts, and after it.
        got.Answer = static _ => DeliveryAttempt.Sent("250");
        var before = got.Mails.Count;
        var second = Dispatcher(store, Zone(), got, clock);
        await second.RunOnceAsync(Cancel);
        Assert.Equal(before, got.Mails.Count);
        clock.Advance(AtOnce.LeaseTime);
        await second.RunOnceAsync(Cancel);
        clock.Advance(AtOnce.LeaseTime);
        await second.RunOnceAsync(Cancel);
        Assert.Equal(copies, got.Mails.Count);
        Assert.Single(got.Mails.Select(static mail => mail.FileName).Distinct(StringComparer.Ordinal));
        Assert.Single(got.Mails.Select(MessageIdOf).Distinct(StringComparer.Ordinal));
        Assert.Equal(1, (await store.CountAsync(Cancel))[DeliveryState.Sent]);

        Task<ReportDelivery?> Lease() => store.LeaseAsync(clock.GetUtcNow(), clock.GetUtcNow() + AtOnce.LeaseTime, clock.GetUtcNow(), Cancel);
    }

    [Fact]
    public async Task A_rehearsal_makes_the_mails_and_changes_nothing()
    {
        await using var store = new MemoryReportStore();
        var clock = new FakeTimeProvider(Midnight.AddHours(1));
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of(), TestMessages.Of("b.example", rua: "mailto:x@b.example")), Cancel);
        await store.SuppressAsync(Suppression.After("x@b.example", null, "550 no", clock.GetUtcNow()), Cancel);
        var transport = new RecordingTransport();
        var told = new List<DeliveryState>();
        await new ReportRehearsal(store, store, new DmarcReportDestinations(Zone()), new ReportMailFactory(store, TestIdentity.Of(), null, clock), AtOnce, clock)
            .RunAsync(transport, one => { if (!one.Delivery.IsPlan) { told.Add(one.End.State); } }, Cancel);
        Assert.Equal(["d@example.com"], transport.Mails.Select(static mail => mail.Recipient));
        Assert.Equal([DeliveryState.Suppressed, DeliveryState.Sent], told.OrderByDescending(static state => state));
        Assert.Empty(await store.CountAsync(Cancel));
        Assert.All(await store.ReportsAsync(), static report => Assert.Null(report.SealedAt));
    }

    private static string MessageIdOf(ReportMail mail)
    {
        var text = System.Text.Encoding.ASCII.GetString(mail.Message.Span);
        var at = text.IndexOf("Message-ID: ", StringComparison.Ordinal);
        return text[at..text.IndexOf('\r', at)];
    }

    private static async Task<T> First<T>(IAsyncEnumerable<T> values)
    {
        await foreach (var value in values)
        {
            return value;
        }

        throw new InvalidOperationException("There is none.");
    }

    private sealed class DeadException : Exception;
}
