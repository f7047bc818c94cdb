using System.Diagnostics;

namespace EmailAuth.Benchmarks.Compare;

/// <summary>A library of .NET, called here.</summary>
internal sealed class InProcess(string name, Func<int, string> verdict, bool judges = true) : Contestant
{
    private const double BetweenLooksAtTheClock = 50_000;

    public override string Name => name;

    public override bool Judges => judges;

    public override ValueTask<string> CheckAsync(int item, CancellationToken cancellationToken) => ValueTask.FromResult(verdict(item));

    public override ValueTask<Timing> TimeAsync(Row row, TimeSpan budget, CancellationToken cancellationToken)
    {
        // What the neighbours left behind is not collected on this one's time.
        GC.Collect();
        long count = 0, wrong = 0;
        var (next, batch, elapsed) = (0, 1, 0.0);
        var started = Stopwatch.GetTimestamp();
        do
        {
            for (var i = 0; i < batch; i++)
            {
                wrong += row.IsRight(verdict(row.Timed[next])) ? 0 : 1;
                next = next + 1 == row.Timed.Length ? 0 : next + 1;
            }

            count += batch;
            elapsed = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
            batch = Math.Clamp((int)(count * BetweenLooksAtTheClock / elapsed), 1, 1000);
        }
        while (elapsed < budget.TotalNanoseconds);

        return ValueTask.FromResult(new Timing(count, elapsed, wrong));
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
