using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;

namespace EmailAuth.Milter.Service;

/// <summary>All connections: their number is bounded, and those that wait too long are ended.</summary>
internal sealed class MilterConnections(TimeProvider timeProvider) : BackgroundService
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<MilterConnectionWatch, byte> _watches = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a connection in; null when there are too many.</summary>
    public MilterConnectionWatch? TryAdd(ConnectionContext connection, MilterOptions options)
    {
        if (Interlocked.Increment(ref _count) > options.MaxConnections)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        var watch = new MilterConnectionWatch(connection, options, this, timeProvider);
        _watches.TryAdd(watch, 0);
        return watch;
    }

    public void Remove(MilterConnectionWatch watch)
    {
        if (_watches.TryRemove(watch, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Ends the connections that have waited too long.</summary>
    public void Sweep()
    {
        foreach (var (watch, _) in _watches)
        {
            watch.Check();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SweepInterval, timeProvider);

        // A timer that is disposed of ends the wait without an exception, which a host that is disposed of would report as a failure.
        using var stop = stoppingToken.Register(timer.Dispose);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            Sweep();
        }
    }
}
