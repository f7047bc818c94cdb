using System.Runtime;

namespace EmailAuth.Benchmarks.Costs;

/// <summary>Work that is timed, and the least that it takes: arithmetic or look-ups that no implementation can do without.</summary>
internal sealed record Part(string Name, Action Least, Action Work)
{
    // How long nothing may have been compiled until all is taken for compiled for good, and when to begin whatever is.
    private const int QuietRounds = 6;
    private const int MostWarmUps = 120;

    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(25);

    /// <summary>The least of several rounds, in which both take turns, so that what else the machine does meets both.</summary>
    /// <param name="rounds">How many.</param>
    public Cost Measure(int rounds)
    {
        WarmUp();
        var (least, work, bytes) = (double.MaxValue, double.MaxValue, double.MaxValue);
        for (var round = 0; round < rounds; round++)
        {
            least = Math.Min(least, Time(Least, Round).Microseconds);
            var measured = Time(Work, Round);
            work = Math.Min(work, measured.Microseconds);
            bytes = Math.Min(bytes, measured.Bytes);
        }

        return new Cost(Name, work, least, bytes);
    }

    private void WarmUp()
    {
        var (compiled, quiet) = (-1L, 0);
        for (var i = 0; i < MostWarmUps && quiet < QuietRounds; i++)
        {
            Time(Least, Round / 4);
            Time(Work, Round);
            var now = JitInfo.GetCompiledMethodCount();
            quiet = now == compiled ? quiet + 1 : 0;
            compiled = now;
        }
    }

    private static (double Microseconds, double Bytes) Time(Action action, TimeSpan atLeast)
    {
        GC.Collect();
        var (count, batch, elapsed) = (0L, 1L, TimeSpan.Zero);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Environment.CpuUsage.TotalTime;
        while (elapsed < atLeast)
        {
            for (var i = 0L; i < batch; i++)
            {
                action();
            }

            count += batch;
            batch = Math.Min(2 * batch, 1024);
            elapsed = Environment.CpuUsage.TotalTime - started;
        }

        return (elapsed.TotalMicroseconds / count, (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / count);
    }
}
