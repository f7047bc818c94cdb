using System.Diagnostics;

namespace EmailAuth.Fuzz;

/// <summary>Feeds every target with mutated seeds for a time, and reports what breaks and what is slow.</summary>
internal static class RandomRun
{
    private const int Batch = 200;

    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    /// <returns>1 when an input broke a promise, else 0.</returns>
    public static int Run(TimeSpan time, int seed, string? only)
    {
        Console.WriteLine($"seed {seed}");
        var targets = only is null ? FuzzTargets.All : [FuzzTargets.Named(only)];
        var mutators = targets
            .Select((target, i) => new Mutator(new Random(seed + i), [.. target.Seeds.Select(s => s.Bytes)], target.Words))
            .ToArray();
        var executions = new long[targets.Count];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var clock = Stopwatch.StartNew();
        for (var turn = 0; clock.Elapsed < time; turn = (turn + 1) % targets.Count)
        {
            for (var i = 0; i < Batch && clock.Elapsed < time; i++)
            {
                var input = mutators[turn].Next();
                executions[turn]++;
                if (Broken(targets[turn], input) is { } what && seen.Add(targets[turn].Name + What(what)))
                {
                    Report(targets[turn], input, what);
                }
            }
        }

        for (var i = 0; i < targets.Count; i++)
        {
            Console.WriteLine($"{targets[i].Name}: {executions[i]} executions");
        }

        Console.WriteLine($"{executions.Sum()} executions, {seen.Count} findings");
        return seen.Count == 0 ? 0 : 1;
    }

    private static string? Broken(FuzzTarget target, byte[] input)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            target.Run(input);
        }
        catch (Exception e)
        {
            return e.ToString();
        }

        return Stopwatch.GetElapsedTime(started) is var elapsed && elapsed > Slow ? $"slow: {input.Length} bytes\n{elapsed}" : null;
    }

    // One of a kind is enough: the exception's type and where it was thrown.
    private static string What(string text) => string.Join('\n', text.Split('\n').Where(line => line.StartsWith("   at", StringComparison.Ordinal)).Take(3));

    private static void Report(FuzzTarget target, byte[] input, string what)
    {
        var folder = Directory.CreateDirectory(Path.Combine("findings", target.Name)).FullName;
        var file = Path.Combine(folder, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input))[..16]);
        File.WriteAllBytes(file, input);
        Console.WriteLine($"{target.Name} {file}: {what}");
    }
}
