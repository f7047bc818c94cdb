using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Mutants;

/// <summary>What became of one change: noticed by a test, or not, or met by no test.</summary>
internal sealed record Verdict(Mutant Mutant, string Result, string Test)
{
    public bool IsKilled => Result is "killed" or "loops" or "crashes";

    public override string ToString() => string.Join('\t', Mutant.Name, Mutant.Kind, Mutant.Line.ToString(CultureInfo.InvariantCulture), Result, Test);
}

/// <summary>Asks workers for changes, and starts another worker where one ended.</summary>
internal sealed class Hunt(string folder, double budget, TextWriter log)
{
    public const string MutantsFile = "mutants.tsv";
    public const string CoverageFile = "coverage.tsv";

    public static Mutant[] ReadMutants(string folder) =>
        [.. File.ReadLines(Path.Combine(folder, MutantsFile)).Select(line => line.Split('\t')).Select(parts =>
            new Mutant(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], parts[2], int.Parse(parts[3], CultureInfo.InvariantCulture), parts[4]))];

    public static void WriteMutants(string folder, IEnumerable<Mutant> mutants) =>
        File.WriteAllLines(Path.Combine(folder, MutantsFile), mutants.Select(mutant =>
            string.Join('\t', mutant.Number.ToString(CultureInfo.InvariantCulture), mutant.Kind, mutant.File, mutant.Line.ToString(CultureInfo.InvariantCulture), mutant.Name)));

    public async Task<List<Verdict>> Run(IEnumerable<Mutant> mutants, int workers)
    {
        var tests = File.ReadLines(Path.Combine(folder, CoverageFile)).Select(CoveredTest.Parse).ToList();
        var met = tests.SelectMany(test => test.Met).ToHashSet();
        var atStart = tests.Where(test => test.Id == CoveredTest.AtStart).SelectMany(test => test.Met).ToHashSet();
        var verdicts = new ConcurrentBag<Verdict>();
        var waiting = new ConcurrentQueue<Mutant>();
        foreach (var mutant in mutants)
        {
            if (met.Contains(mutant.Number)) waiting.Enqueue(mutant);
            else Add(new Verdict(mutant, "unmet", string.Empty));
        }

        void Add(Verdict verdict)
        {
            verdicts.Add(verdict);
            lock (log)
            {
                log.WriteLine(verdict);
                log.Flush();
            }
        }

        await Task.WhenAll(Enumerable.Range(0, workers).Select(async _ =>
        {
            Process? worker = null;
            while (waiting.TryDequeue(out var mutant))
            {
                worker ??= Start(null);
                await worker.StandardInput.WriteLineAsync(mutant.Number.ToString(CultureInfo.InvariantCulture));
                await worker.StandardInput.FlushAsync();
                var answer = await worker.StandardOutput.ReadLineAsync();
                var parts = answer?.Split('\t');
                if (parts is [_, "killed", var test])
                {
                    Add(new Verdict(mutant, "killed", test));
                    continue;
                }

                if (parts is [_, "survived", var count])
                {
                    if (!atStart.Contains(mutant.Number))
                    {
                        Add(new Verdict(mutant, "survived", count));
                        continue;
                    }
                }
                else
                {
                    worker.Kill();
                    worker.Dispose();
                    worker = null;
                }

                // What is computed once, and what another change left behind, does not count in a process of its own.
                Add(parts is [_, "loops", var last] ? new Verdict(mutant, "loops", last) : await Alone(mutant));
            }

            worker?.StandardInput.Close();
            worker?.Dispose();
        }));
        return [.. verdicts];
    }

    private async Task<Verdict> Alone(Mutant mutant)
    {
        using var worker = Start(mutant.Number);
        var answer = await worker.StandardOutput.ReadLineAsync();
        await worker.WaitForExitAsync();
        return answer?.Split('\t') is [_, var result, var test] ? new Verdict(mutant, result, test) : new Verdict(mutant, "crashes", string.Empty);
    }

    private Process Start(int? only)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = folder };
        string[] arguments = [Path.Combine(folder, "bin", "EmailAuth.Mutants.dll"), "worker", folder, budget.ToString(CultureInfo.InvariantCulture), .. only is { } number ? [$"{number}"] : Array.Empty<string>()];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // A change that fills the memory is noticed by that.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x80000000";
        return Process.Start(start)!;
    }
}
