using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using static EmailAuth.Reports.Store.Tests.TestSupport.DispatcherWorld;

namespace EmailAuth.Reports.Store.Tests.Delivery;

/// <summary>When reports are sent: spread over hours, with a pause for each host, and by a service that waits.</summary>
public sealed class DeliveryPaceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
        var transport = new RecordingTransport();
        var (queue, leases) = LeaseRecorder.Of(store);
        var dispatcher = Dispatcher(store, new Consent(), transport, clock, AtOnce with { HostPause = TimeSpan.FromSeconds(2), Workers = 4 }, queue: queue);
        var running = dispatcher.RunOnceAsync(Cancel);
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(1, Cancel);
        }

        await running;
        Assert.Equal(12, transport.Mails.Count);
        var times = leases.Leases.Order().ToList();
        Assert.Equal(12, times.Count);
        for (var at = 1; at < times.Count; at++)
        {
            Assert.True(times[at] - times[at - 1] >= TimeSpan.FromSeconds(2), $"{times[at] - times[at - 1]}");
        }
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
