using System.Diagnostics.Metrics;
using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>What a resolver counts, for itself and for the process.</summary>
public class StubCountersTests
{
    // A counter is told on the thread that counts, so other tests do not matter.
    [Fact]
    public void What_is_counted_for_one_resolver_is_counted_for_the_process()
    {
        List<string> counted = [];
        var thread = Environment.CurrentManagedThreadId;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name.StartsWith("emailauth.dns.", StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, _, _) =>
        {
            if (Environment.CurrentManagedThreadId == thread)
            {
                counted.Add($"{instrument.Name} {count}");
            }
        });
        listener.Start();
        var counters = new StubCounters();
        counters.AddStray();
        counters.AddStream();
        counters.AddRetry();
        counters.AddTimeout();

        Assert.Equal(["emailauth.dns.stray_answers 1", "emailauth.dns.tcp_queries 1", "emailauth.dns.retries 1", "emailauth.dns.timeouts 1"], counted);
        Assert.Equal((1L, 1L, 1L, 1L), (counters.Strays, counters.Streams, counters.Retries, counters.Timeouts));
    }

    // They count on the threads of the pool, where an exception ends the process.
    [Fact]
    public void A_listener_that_throws_does_not_reach_those_who_count()
    {
        var thread = Environment.CurrentManagedThreadId;
        var thrown = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name.StartsWith("emailauth.dns.", StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            if (Environment.CurrentManagedThreadId == thread)
            {
                thrown++;
                throw new IOException("the disk is full");
            }
        });
        listener.Start();
        var counters = new StubCounters();
        counters.AddStray();
        counters.AddStream();
        counters.AddRetry();
        counters.AddTimeout();
        Assert.Equal((4, 1L, 1L, 1L, 1L), (thrown, counters.Strays, counters.Streams, counters.Retries, counters.Timeouts));
    }
}
