using System.Collections.Concurrent;
using System.Reflection;
using EmailAuth.Reports.Store.Delivery.Queue;

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
