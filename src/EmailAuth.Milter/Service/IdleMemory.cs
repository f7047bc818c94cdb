using Microsoft.Extensions.Hosting;

namespace EmailAuth.Milter.Service;

/// <summary>
/// Gives memory back to the system when a busy time is over. .NET collects when it needs memory, so a process that becomes idle would keep
/// that of its peak.
/// </summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class IdleMemory(TimeProvider timeProvider) : BackgroundService
{
    /// <summary>How often it looks; one interval without work is idle.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    // What monitoring allocates in an interval is less.
    private const long IdleBytes = 2 * 1024 * 1024;

    // Less than this is not worth a collection.
    private const long WorthBytes = 32 * 1024 * 1024;

    private long _atLook;
    private long _atCollection;

    /// <summary>Looks once.</summary>
    /// <param name="allocated">How many bytes the process has allocated so far.</param>
    /// <returns>Whether to collect now: work was done since the last collection, and none in this interval.</returns>
    public bool IsDue(long allocated)
    {
        var isIdle = allocated - _atLook < IdleBytes;
        _atLook = allocated;
        if (!isIdle || allocated - _atCollection < WorthBytes)
        {
            return false;
        }

        _atCollection = allocated;
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (IsDue(GC.GetTotalAllocatedBytes()))
                {
                    // "Aggressive" compacts, and gives back all that it can. Nobody waits for an answer now.
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }
}
