using System.Collections.Concurrent;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Reports.Store.Tests.Delivery;

public sealed class ReportDispatcherTests
{
    private static readonly DateTimeOffset Midnight = ReportPeriod.DayOf(TestMessages.Noon).AddDays(1);
    private static readonly DeliveryOptions AtOnce = new() { SettleTime = TimeSpan.Zero, SpreadTime = TimeSpan.Zero, HostPause = TimeSpan.Zero };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ReportDispatcher Dispatcher(
        MemoryReportStore store, IDnsResolver resolver, IReportTransport transport, FakeTimeProvider clock, DeliveryOptions? options = null, Action<DeliveryEvent>? told = null) =>
        new(store, store, new DmarcReportDestinations(resolver), new ReportMailFactory(store, TestIdentity.Of(), null, clock), () => transport, options ?? AtOnce with { Workers = 1 }, clock)
        {
            Observer = told,
        };

    private static ZoneResolver Zone(params string[] consents)
    {
        var zone = new Zone();
        foreach (var consent in consents)
        {
            zone.Add(consent, ZoneEntryKind.Txt, "v=DMARC1");
        }

        return new ZoneResolver(zone);
    }

    [Fact]
    public async Task A_flood_of_addresses_at_a_victim_without_consent_gets_nothing_and_with_consent_one_address_gets_one()
    {
        var uris = Enumerable.Range(0, 30).Select(static n => $"mailto:u{n}@victim.example").ToArray();
        foreach (var (consents, expected) in new (string[], string[])[]
        {
            ([], []),
            (["attacker.example._report._dmarc.other.example"], ["x@other.example"]),
        })
        {
            await using var store = new MemoryReportStore();
            string[] all = expected.Length == 0 ? uris : [.. uris[..3], "mailto:x@other.example", .. uris];
            var message = TestMessages.Of("attacker.example");
            await store.ImportAsync(TestMessages.Batch(0, new Collection.CollectedMessage { ReceivedAt = message.ReceivedAt, Policy = message.Policy, ReportUris = [.. all], Record = message.Record }), Cancel);
            var transport = new RecordingTransport();
            await Dispatcher(store, Zone(consents), transport, new FakeTimeProvider(Midnight)).RunOnceAsync(Cancel);
            Assert.Equal(expected, transport.Mails.Select(static mail => mail.Recipient));
        }
    }

    [Fact]
    public async Task Ten_addresses_of_one_organization_are_all_that_get_a_report()
    {
        await using var store = new MemoryReportStore();
        var message = TestMessages.Of();
        await store.ImportAsync(
            TestMessages.Batch(0, new Collection.CollectedMessage
            {
                ReceivedAt = message.ReceivedAt,
                Policy = message.Policy,
                Record = message.Record,
                ReportUris = [.. Enumerable.Range(0, 30).Select(static n => $"mailto:u{n}@example.com"), "https://example.com/report"],
            }),
            Cancel);
        var transport = new RecordingTransport();
        await Dispatcher(store, Zone(), transport, new FakeTimeProvider(Midnight)).RunOnceAsync(Cancel);
        Assert.Equal(Enumerable.Range(0, 10).Select(static n => $"u{n}@example.com"), transport.Mails.Select(static mail => mail.Recipient).Order(StringComparer.Ordinal));
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

    [Fact]
    public async Task Reports_about_reports_alone_cause_no_mail_however_long_two_receivers_report_to_each_other()
    {
        // A's mail to B and B's to A: each day, each receiver gets the other's reports, which its collector marks as such.
        await using var a = new MemoryReportStore();
        await using var b = new MemoryReportStore();
        var clock = new FakeTimeProvider(Midnight);
        var (ofA, ofB) = (new RecordingTransport(), new RecordingTransport());
        var (fromA, fromB) = (Dispatcher(a, Zone(), ofA, clock), Dispatcher(b, Zone(), ofB, clock));
        await a.ImportAsync(TestMessages.Batch(0, TestMessages.Of("b.example", rua: "mailto:d@b.example")), Cancel);
        await b.ImportAsync(TestMessages.Batch(0, TestMessages.Of("a.example", rua: "mailto:d@a.example")), Cancel);
        long atA = 1, atB = 1;
        for (var day = 0; day < 5; day++)
        {
            var (sentByA, sentByB) = (ofA.Mails.Count, ofB.Mails.Count);
            await fromA.RunOnceAsync(Cancel);
            await fromB.RunOnceAsync(Cancel);
            for (; sentByA < ofA.Mails.Count; sentByA++)
            {
                await b.ImportAsync(TestMessages.Batch(atB++, TestMessages.Of("a.example", at: clock.GetUtcNow(), rua: "mailto:d@a.example", isReport: true)), Cancel);
            }

            for (; sentByB < ofB.Mails.Count; sentByB++)
            {
                await a.ImportAsync(TestMessages.Batch(atA++, TestMessages.Of("b.example", at: clock.GetUtcNow(), rua: "mailto:d@b.example", isReport: true)), Cancel);
            }

            clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Single(ofA.Mails);
        Assert.Single(ofB.Mails);
        Assert.Equal(2, (atA + atB) / 2);
    }

    [Fact]
    public async Task Ten_thousand_reports_keep_the_pace_of_each_host_and_few_mails_are_in_memory()
    {
        const int Reports = 10_000;
        const int Hosts = 400;
        await using var store = new MemoryReportStore();
        var clock = new FakeTimeProvider(Midnight + new DeliveryOptions().SettleTime);
        await store.ImportAsync(TestMessages.Batch(0, Enumerable.Range(0, Reports).Select(static n => TestMessages.Of($"d{n}.h{n % Hosts}.example", rua: $"mailto:d{n}@h{n % Hosts}.example"))), Cancel);
        var options = new DeliveryOptions { Workers = 1 };
        var transport = new RecordingTransport { KeepsMails = false, Clock = clock };
        var dispatcher = Dispatcher(store, new Consent(), transport, clock, options);
        await dispatcher.PlanAsync(Cancel);

        // The day goes by in steps of the pause; a real dispatcher waits for these moments.
        var lateness = TimeSpan.Zero;
        while (await store.NextAsync(null, Cancel) is { } next)
        {
            if (next > clock.GetUtcNow())
            {
                clock.SetUtcNow(next);
            }

            var leased = await store.LeaseAsync(clock.GetUtcNow(), clock.GetUtcNow() + options.LeaseTime, clock.GetUtcNow() + options.HostPause, Cancel);
            Assert.NotNull(leased);
            await dispatcher.HandleAsync(leased, transport);
            lateness = clock.GetUtcNow() - Midnight;
        }

        Assert.Equal(Reports, transport.Times.Values.Sum(static times => times.Count));
        Assert.Equal(Hosts, transport.Times.Count);
        foreach (var (host, times) in transport.Times)
        {
            Assert.Equal(Reports / Hosts, times.Count);
            for (var at = 1; at < times.Count; at++)
            {
                Assert.True(times[at] - times[at - 1] >= options.HostPause, $"{host}: {times[at] - times[at - 1]}");
            }
        }

        // All are sent in the hours of the spread, evenly, and one mail exists at a time.
        Assert.InRange(lateness, options.SettleTime + (options.SpreadTime * 0.99), options.SettleTime + options.SpreadTime + TimeSpan.FromMinutes(2));
        var firstHalf = transport.Times.Values.SelectMany(static times => times).Count(time => time - Midnight < options.SettleTime + (options.SpreadTime / 2));
        Assert.InRange(firstHalf, Reports * 0.46, Reports * 0.54);
        Assert.InRange(transport.MostBytes, 1, 8 * 1024);
    }

    [Fact]
    public async Task Workers_keep_the_pace_of_a_host_together()
    {
        await using var store = new MemoryReportStore();
        var clock = new FakeTimeProvider(Midnight);
        await store.ImportAsync(TestMessages.Batch(0, Enumerable.Range(0, 12).Select(static n => TestMessages.Of($"d{n}.example.com", rua: $"mailto:d{n}@example.com"))), Cancel);
        var transport = new RecordingTransport { Clock = clock };
        var dispatcher = Dispatcher(store, new Consent(), transport, clock, AtOnce with { HostPause = TimeSpan.FromSeconds(2), Workers = 4 });
        var running = dispatcher.RunOnceAsync(Cancel);
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(20, Cancel);
        }

        await running;
        var times = transport.Times["example.com"].Order().ToList();
        Assert.Equal(12, times.Count);
        for (var at = 1; at < times.Count; at++)
        {
            // The clock may go on by some steps between the turn of a mail and the moment at which it is noted.
            Assert.True(times[at] - times[at - 1] > TimeSpan.Zero, $"{times[at] - times[at - 1]}");
        }

        Assert.True(times[^1] - times[0] >= TimeSpan.FromSeconds(18), $"{times[^1] - times[0]}");
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

    [Fact]
    public async Task Following_waits_for_the_time_and_for_a_store_that_is_away_and_ends_after_the_mail_on_its_way()
    {
        await using var store = new MemoryReportStore();
        var clock = new FakeTimeProvider(Midnight.AddMinutes(-10));
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of()), Cancel);
        var transport = new RecordingTransport();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var dispatcher = Dispatcher(store, Zone(), transport, clock);
        transport.Answer = _ =>
        {
            // The service is ended in the middle of a mail.
            end.Cancel();
            return DeliveryAttempt.Sent("250 taken");
        };
        var following = dispatcher.FollowAsync(end.Token);
        while (!following.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(1, Cancel);
        }

        await following;
        Assert.Single(transport.Mails);
        Assert.Equal(1, (await store.CountAsync(Cancel))[DeliveryState.Sent]);
        Assert.Equal(1, dispatcher.Totals[DeliveryState.Sent]);
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

    /// <summary>A DNS in which everybody takes the reports of all.</summary>
    private sealed class Consent : IDnsResolver
    {
        public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) => ValueTask.FromResult(
            question.Name.ToString().Contains("._report._dmarc.", StringComparison.Ordinal) ? DnsResponse.OfTexts(["v=DMARC1"]) : DnsResponse.NameError());
    }

    private sealed class DeadException : Exception;

    private sealed class RecordingTransport : IReportTransport
    {
        public Func<ReportMail, DeliveryAttempt> Answer { get; set; } = static _ => DeliveryAttempt.Sent("250 ok");

        public bool KeepsMails { get; init; } = true;

        public TimeProvider? Clock { get; init; }

        public ConcurrentQueue<ReportMail> Mails { get; } = new();

        public ConcurrentDictionary<string, List<DateTimeOffset>> Times { get; } = new(StringComparer.Ordinal);

        public int MostBytes { get; private set; }

        public Task<DeliveryAttempt> SendAsync(ReportMail mail, CancellationToken cancellationToken)
        {
            if (KeepsMails)
            {
                Mails.Enqueue(mail);
            }

            MostBytes = Math.Max(MostBytes, mail.Message.Length);
            if (Clock is not null)
            {
                var times = Times.GetOrAdd(mail.Recipient.Split('@')[1], static _ => []);
                lock (times)
                {
                    times.Add(Clock.GetUtcNow());
                }
            }

            return Task.FromResult(Answer(mail));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
