using System.Collections.Concurrent;
using System.Diagnostics;

namespace EmailAuth.Benchmarks.Load;

/// <summary>One load on one milter.</summary>
internal static class LoadRun
{
    /// <summary>What it took.</summary>
    /// <param name="Microseconds">Processor time a message.</param>
    /// <param name="Waits">From the end of each message to its answer, in order of length.</param>
    public sealed record Result(double Microseconds, TimeSpan[] Waits)
    {
        public double Median => Waits[Waits.Length / 2].TotalMilliseconds;

        public double Late => Waits[Waits.Length * 99 / 100].TotalMilliseconds;
    }

    public static async Task<Result> MeasureAsync(LoadDaemon daemon, LoadRow row, LoadMessage[] messages)
    {
        var numbers = row.Draw(row.WarmUps + row.Messages);
        await SendAsync(daemon, row, messages, numbers.AsMemory(0, row.WarmUps)).ConfigureAwait(false);
        var used = daemon.ProcessorTime;
        var waits = await SendAsync(daemon, row, messages, numbers.AsMemory(row.WarmUps)).ConfigureAwait(false);
        return new Result((daemon.ProcessorTime - used).TotalMicroseconds / row.Messages, [.. waits.Order()]);
    }

    private static Task<IEnumerable<TimeSpan>> SendAsync(LoadDaemon daemon, LoadRow row, LoadMessage[] messages, ReadOnlyMemory<int> numbers) =>
        row.PerSecond > 0 ? OpenLoopAsync(daemon, row, messages, numbers) : ClosedLoopAsync(daemon, row, messages, numbers);

    private static async Task<IEnumerable<TimeSpan>> ClosedLoopAsync(LoadDaemon daemon, LoadRow row, LoadMessage[] messages, ReadOnlyMemory<int> numbers)
    {
        var waits = new ConcurrentBag<TimeSpan>();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, row.Connections).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < numbers.Length;)
            {
                using var connection = await LoadConnection.OpenAsync(daemon.EndPoint).ConfigureAwait(false);
                for (var sent = 0; sent < row.PerConnection && i < numbers.Length; sent++)
                {
                    waits.Add(await connection.SendAsync(messages[numbers.Span[i]]).ConfigureAwait(false));
                    i = Interlocked.Increment(ref next);
                }
            }
        }))).ConfigureAwait(false);
        return waits;
    }

    private static async Task<IEnumerable<TimeSpan>> OpenLoopAsync(LoadDaemon daemon, LoadRow row, LoadMessage[] messages, ReadOnlyMemory<int> numbers)
    {
        var sending = new List<Task<TimeSpan>>();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < numbers.Length; i++)
        {
            var early = TimeSpan.FromSeconds((double)i / row.PerSecond) - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early).ConfigureAwait(false);
            }

            var message = messages[numbers.Span[i]];
            sending.Add(Task.Run(async () =>
            {
                using var connection = await LoadConnection.OpenAsync(daemon.EndPoint).ConfigureAwait(false);
                return await connection.SendAsync(message).ConfigureAwait(false);
            }));
        }

        return await Task.WhenAll(sending).ConfigureAwait(false);
    }
}
