using System.Collections.Concurrent;
using System.Globalization;
using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using static EmailAuth.Reports.Store.Tests.TestSupport.DispatcherWorld;

namespace EmailAuth.Reports.Store.Tests.Delivery;

/// <summary>When reports are sent: spread over hours, with a pause for each host, and by a service that waits.</summary>
/// <remarks>EMAILAUTH_TEST_REPORTS is the number of reports.</remarks>
public sealed class DeliveryPaceTests
{
    private static readonly int Reports =
        int.TryParse(Environment.GetEnvironmentVariable("EMAILAUTH_TEST_REPORTS"), CultureInfo.InvariantCulture, out var number) ? number : 1000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_reports_are_sent_at_their_times_and_with_the_pause_of_each_host()
    {
        const int Hosts = 40;
        const int Workers = 4;
        var options = new DeliveryOptions { Workers = Workers };
        await using var store = new MemoryReportStore();
        await store.ImportAsync(TestMessages.Batch(0, Enumerable.Range(0, Reports).Select(static n => TestMessages.Of($"d{n}.h{n % Hosts}.example", rua: $"mailto:d{n}@h{n % Hosts}.example"))), Cancel);

        // The clock goes on when all workers wait, and the one that plans.
        var clock = new WaitingClock(Midnight.AddMinutes(-1), Workers + 1);
        var transport = new RecordingTransport { KeepsMails = false };
        var sent = new ConcurrentQueue<(string Id, string Host, DateTimeOffset DueAt, DateTimeOffset At)>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var dispatcher = Dispatcher(store, new Consent(), transport, clock, options, told =>
        {
            if (!told.Delivery.IsPlan)
            {
                sent.Enqueue((told.Report!.Id, told.Delivery.Host, told.Delivery.FirstDueAt, clock.GetUtcNow()));
                if (sent.Count == Reports)
                {
                    end.Cancel();
                }
            }
        });
        await dispatcher.FollowAsync(end.Token);

        // Each is sent at its own time, or when the pause after the one before it ends; a worker looks again after 50 ms at the earliest. Those that
        // waited while the reports were planned see the first ones 30 s later.
        var seen = Midnight + options.SettleTime + TimeSpan.FromSeconds(30);
        Assert.Equal(Hosts, sent.DistinctBy(static one => one.Host).Count());
        Assert.Equal(Reports, sent.DistinctBy(static one => one.Id).Count());
        Assert.All(sent, one => Assert.Equal(DeliverySchedule.DueAt(one.Id, Midnight, options), one.DueAt));
        foreach (var host in sent.GroupBy(static one => one.Host))
        {
            var earliest = DateTimeOffset.MinValue;
            foreach (var (_, _, due, at) in host.OrderBy(static one => one.At))
            {
                var time = due > earliest ? due : earliest;
                Assert.InRange(at, time, (time > seen ? time : seen) + TimeSpan.FromMilliseconds(50));
                earliest = at + options.HostPause;
            }
        }

        // Evenly in the hours of the spread.
        Assert.All(sent, one => Assert.InRange(one.DueAt - Midnight, options.SettleTime, options.SettleTime + options.SpreadTime));
        var firstHalf = sent.Count(one => one.DueAt - Midnight < options.SettleTime + (options.SpreadTime / 2));
        Assert.InRange(firstHalf, Reports * 0.4, Reports * 0.6);
    }

    [Fact]
    public async Task A_period_of_six_hours_is_sent_when_it_is_over()
    {
        await using var store = new MemoryReportStore(new StoreOptions { PeriodHours = 6 });
        var (clock, transport) = (new FakeTimeProvider(Midnight.AddHours(-12)), new RecordingTransport());
        await store.ImportAsync(TestMessages.Batch(0, TestMessages.Of(at: Midnight.AddHours(-13)), TestMessages.Of(at: Midnight.AddHours(-12))), Cancel);
        var dispatcher = Dispatcher(store, Zone(), transport, clock);
        await dispatcher.RunOnceAsync(Cancel);
        var first = Midnight.AddHours(-18).ToUnixTimeSeconds();
        Assert.Contains($"!{first}!{first + 21_599}!", Assert.Single(transport.Mails).FileName, StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromHours(6) - TimeSpan.FromSeconds(1));
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Single(transport.Mails);
        clock.Advance(TimeSpan.FromSeconds(1));
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Contains($"!{first + 21_600}!{first + 43_199}!", Assert.Single(transport.Mails.Skip(1)).FileName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_keep_the_pace_of_a_host_together()
    {
        await using var store = new MemoryReportStore();
        var clock = new FakeTimeProvider(Midnight);
        await store.ImportAsync(TestMessages.Batch(0, Enumerable.Range(0, 12).Select(static n => TestMessages.Of($"d{n}.example.com", rua: $"mailto:d{n}@example.com"))), Cancel);
        var transport = new RecordingTransport();
        var (queue, leases) = LeaseRecorder.Of(store);
        var dispatcher = Dispatcher(store, new Consent(), transport, clock, AtOnce with { HostPause = TimeSpan.FromSeconds(2), Workers = 4 }, queue: queue);
        var running = dispatcher.RunOnceAsync(Cancel);
        await leases.AssertPaceAsync(running, clock, 12, TimeSpan.FromSeconds(2));
        Assert.Equal(12, transport.Mails.Count);
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
}
