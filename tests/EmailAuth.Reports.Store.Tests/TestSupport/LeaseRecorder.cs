using System.Collections.Concurrent;
using System.Reflection;
using EmailAuth.Reports.Store.Delivery.Queue;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>A queue that notes for which time each mail was leased: the moment at which it is sent depends on the machine.</summary>
public class LeaseRecorder : DispatchProxy
{
    private IReportDeliveries? _queue;

    public ConcurrentQueue<DateTimeOffset> Leases { get; } = new();

    public static (IReportDeliveries Queue, LeaseRecorder Recorder) Of(IReportDeliveries queue)
    {
        var proxy = Create<IReportDeliveries, LeaseRecorder>();
        var recorder = (LeaseRecorder)proxy;
        recorder._queue = queue;
        return (proxy, recorder);
    }

    /// <summary>Lets the clock go on until a run ends, and sees that there was a pause before each mail but the first.</summary>
    public async Task AssertPaceAsync(Task running, FakeTimeProvider clock, int mails, TimeSpan pause)
    {
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        await running;
        var times = Leases.Order().ToList();
        Assert.Equal(mails, times.Count);
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= pause, $"{pair.Second - pair.First}"));
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var result = targetMethod!.Invoke(_queue, args);
        return targetMethod.Name == nameof(IReportDeliveries.LeaseAsync) ? NotedAsync((Task<ReportDelivery?>)result!, (DateTimeOffset)args![0]!) : result;
    }

    private async Task<ReportDelivery?> NotedAsync(Task<ReportDelivery?> leasing, DateTimeOffset now)
    {
        var leased = await leasing;
        if (leased is { IsPlan: false })
        {
            Leases.Enqueue(now);
        }

        return leased;
    }
}
