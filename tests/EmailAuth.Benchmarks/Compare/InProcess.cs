namespace EmailAuth.Benchmarks.Compare;

/// <summary>A library of .NET, called here.</summary>
internal sealed class InProcess(string name, Func<int, string> verdict, bool judges = true) : Contestant
{
    private static readonly TimeSpan BetweenLooksAtTheClock = TimeSpan.FromMicroseconds(100);

    public override string Name => name;

    public override bool Judges => judges;

    public override ValueTask<string> CheckAsync(int item, CancellationToken cancellationToken) => ValueTask.FromResult(verdict(item));

    public override ValueTask<Timing> TimeAsync(Row row, TimeSpan budget, CancellationToken cancellationToken)
    {
        // What the neighbours left behind is not collected on this one's time.
        GC.Collect();
        long count = 0, wrong = 0;
        var (next, batch, elapsed) = (0, 1, TimeSpan.Zero);
        var started = Environment.CpuUsage.TotalTime;
        do
        {
            for (var i = 0; i < batch; i++)
            {
                wrong += row.IsRight(verdict(row.Timed[next])) ? 0 : 1;
                next = next + 1 == row.Timed.Length ? 0 : next + 1;
            }

            count += batch;
            elapsed = Environment.CpuUsage.TotalTime - started;
            batch = elapsed <= BetweenLooksAtTheClock ? 2 * batch : Math.Max(1, (int)(count * BetweenLooksAtTheClock / elapsed));
        }
        while (elapsed < budget);

        return ValueTask.FromResult(new Timing(count, elapsed.TotalNanoseconds, wrong));
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
