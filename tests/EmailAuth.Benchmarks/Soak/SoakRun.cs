using System.Diagnostics;
using System.Globalization;
using EmailAuth.Fuzz.Support;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>Rounds of work at full speed by two workers, and a sample after each.</summary>
internal static class SoakRun
{
    private const int Workers = 2;
    private const int PoolThreads = 4;
    private const int Rounds = 20;

    /// <returns>0 when every promise was kept and nothing grew, else 1.</returns>
    public static async Task<int> RunAsync(TimeSpan time, int seed, string? vectorFolder)
    {
        var unobserved = new List<string>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Add(e.Exception.ToString());
        TaskScheduler.UnobservedTaskException += Note;

        // As many threads from the first to the last: each keeps pooled buffers of its own, which would be taken for growth.
        ThreadPool.SetMinThreads(PoolThreads, PoolThreads);
        ThreadPool.SetMaxThreads(PoolThreads, PoolThreads);
        var samples = new List<SoakSample>();
        string? fault;
        try
        {
            fault = await SampleAsync(samples, time, seed, vectorFolder);
            fault ??= unobserved.Count > 0 ? $"nobody looked at an exception: {unobserved[0]}" : null;
        }
        catch (FindingException e)
        {
            fault = e.Message;
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Print(samples);
        return fault is null ? Judge(samples) : Fail(fault, seed);
    }

    // What is wrong, or null.
    private static async Task<string?> SampleAsync(List<SoakSample> samples, TimeSpan time, int seed, string? vectorFolder)
    {
        var honest = await HonestMail.CreateAsync();
        await using var pipelines = new SoakPipelines(honest.Zone);
        using var logos = new Logos();
        await using var milter = await MilterPeer.StartAsync(pipelines.Late);
        var deck = new SoakMix(pipelines, honest, VectorMail.Load(vectorFolder), logos, milter).Deck;
        var workers = Enumerable.Range(0, Workers).Select(i => new SoakWorker(deck, seed + i)).ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Rounds} rounds of {time.TotalSeconds / Rounds:0.0} s, {Workers} workers, {deck.Count} cases in the mix, seed {seed}"));
        var clock = Stopwatch.StartNew();
        for (var round = 1; round <= Rounds; round++)
        {
            var messages = workers.Sum(worker => worker.Messages);
            var started = clock.Elapsed;
            var processorTime = Environment.CpuUsage.TotalTime;
            await WorkAsync(workers, time / Rounds);
            messages = workers.Sum(worker => worker.Messages) - messages;
            processorTime = Environment.CpuUsage.TotalTime - processorTime;
            samples.Add(SoakSample.Take(clock.Elapsed, messages, clock.Elapsed - started, processorTime, pipelines));
            if (pipelines.FaultOfCaches() is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    // The first worker that meets a fault ends the others.
    private static async Task WorkAsync(SoakWorker[] workers, TimeSpan time)
    {
        using var stop = new CancellationTokenSource();
        await Task.WhenAll(workers.Select(worker => Task.Run(async () =>
        {
            try
            {
                await worker.RunAsync(time, stop.Token);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        })));
    }

    private static void Print(List<SoakSample> samples)
    {
        const double Megabyte = 1024 * 1024;
        var table = new Table("s", "messages/s", "per processor s", "heap MB", "resident MB", "handles", "threads", "timers", "DNS cache KB", "keys");
        foreach (var sample in samples)
        {
            table.Add(
                Text(sample.Elapsed.TotalSeconds, "0"),
                Text(sample.MessagesPerSecond, "0"),
                Text(sample.MessagesPerProcessorSecond, "0"),
                Text(sample.HeapBytes / Megabyte, "0.0"),
                Text(sample.ResidentBytes / Megabyte, "0.0"),
                Text(sample.Handles, "0"),
                Text(sample.Threads, "0"),
                Text(sample.Timers, "0"),
                Text(sample.DnsCacheBytes / 1024.0, "0"),
                Text(sample.Keys, "0"));
        }

        Console.WriteLine();
        table.Write(Console.Out);
        Console.WriteLine();
    }

    private static int Judge(List<SoakSample> samples)
    {
        var verdict = new SoakVerdict(samples);
        verdict.Table.Write(Console.Out);
        Console.WriteLine();
        foreach (var grown in verdict.Grown)
        {
            Console.WriteLine($"Not flat: {grown}");
        }

        if (verdict.Grown.Count == 0)
        {
            Console.WriteLine($"Flat after {verdict.WarmUp} samples of warm-up: every outcome was as expected, nothing grew.");
        }

        return verdict.Grown.Count == 0 ? 0 : 1;
    }

    private static int Fail(string fault, int seed)
    {
        Console.WriteLine($"A promise was broken (seed {seed}): {fault}");
        return 1;
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
