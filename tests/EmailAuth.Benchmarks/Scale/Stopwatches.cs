using System.Diagnostics;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>Measures the points of a series: the least of as many runs as fit into a little time, as all else that a machine does only adds to it.</summary>
/// <param name="isProcessorTime">Whether the processor's time is measured instead of the clock's.</param>
internal sealed class Stopwatches(bool isProcessorTime)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(20);
    private const int SteadyRuns = 100;

    private static readonly TimeSpan PerPoint = TimeSpan.FromMilliseconds(150);
    private const int MostRuns = 51;
    private const int LeastRuns = 5;

    // From here on a run is long enough to stand alone.
    private static readonly TimeSpan LongRun = TimeSpan.FromSeconds(1);

    private TimeSpan _elapsed;
    private TimeSpan _used;

    /// <summary>The part of the time that the processor gave to the runs that were measured; well below one on a machine that is busy.</summary>
    public double Share => _elapsed == TimeSpan.Zero ? 1 : _used / _elapsed;

    public async Task<List<ScalePoint>> MeasureAsync(ScaleSeries series, Action<ScalePoint> progress, CancellationToken cancellationToken)
    {
        await WarmUpAsync(series, cancellationToken);
        var points = new List<ScalePoint>();
        foreach (var size in series.Sizes)
        {
            points.Add(await MeasureAsync(size, series.Prepare(size), cancellationToken));
            progress(points[^1]);
        }

        return points;
    }

    /// <summary>Does work until it gets no faster: on a busy machine the code that all series share is compiled for good only after a while.</summary>
    public static async Task WarmUpAsync(Work work, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var least = TimeSpan.MaxValue;
        for (var steady = 0; steady < SteadyRuns && Stopwatch.GetElapsedTime(started) < LongestWarmUp; steady++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var run = Stopwatch.GetTimestamp();
            await work(cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(run);
            if (elapsed < least * 0.97)
            {
                (least, steady) = (elapsed, 0);
            }
        }
    }

    // The code is compiled for good only after some runs and some time; else the small sizes, which come first, would look dear.
    private static async Task WarmUpAsync(ScaleSeries series, CancellationToken cancellationToken)
    {
        foreach (var size in new[] { series.Sizes[0], series.Sizes[series.Sizes.Count / 2] })
        {
            var work = series.Prepare(size);
            var started = Stopwatch.GetTimestamp();
            do
            {
                await work(cancellationToken);
            }
            while (Stopwatch.GetElapsedTime(started) < WarmUp);
        }
    }

    private async Task<ScalePoint> MeasureAsync(int size, Work work, CancellationToken cancellationToken)
    {
        // What earlier points left is not collected at the cost of this one.
        GC.Collect();
        var times = new List<double>();
        long observed = 0;
        var started = Stopwatch.GetTimestamp();
        var used = Environment.CpuUsage.TotalTime;
        while (IsEnough(times, Stopwatch.GetElapsedTime(started)) is false)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = Now();
            observed = await work(cancellationToken);
            times.Add(Math.Max(1e-9, (Now() - before).TotalSeconds));
        }

        _elapsed += Stopwatch.GetElapsedTime(started);
        _used += Environment.CpuUsage.TotalTime - used;
        var least = times.Min();
        return new ScalePoint(size, least, await AllocatedAsync(work, least, cancellationToken), observed);
    }

    // What a busy machine gives to others does not count in the processor's time.
    private TimeSpan Now() => isProcessorTime ? Environment.CpuUsage.TotalTime : Stopwatch.GetElapsedTime(0);

    private static bool IsEnough(List<double> times, TimeSpan elapsed) =>
        times.Count > 0
        && (times[0] >= LongRun.TotalSeconds || times.Count == MostRuns || (times.Count >= LeastRuns && elapsed >= PerPoint));

    // The pools are warm now: what a run allocates is what it costs, not what it leaves to the next.
    private static async Task<long> AllocatedAsync(Work work, double seconds, CancellationToken cancellationToken)
    {
        var least = long.MaxValue;
        for (var run = seconds < LongRun.TotalSeconds ? 3 : 1; run > 0; run--)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await work(cancellationToken);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }
}
