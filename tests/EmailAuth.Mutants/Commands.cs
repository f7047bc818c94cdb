using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EmailAuth.Mutants;

/// <summary>What the program can do.</summary>
internal static class Commands
{
    private const string ResultsFile = "results.tsv";
    // Milliseconds of tests for one change, in the times of the run without changes: what survives has cost as much.
    private static readonly double TestBudget = 1000 * Setting("SECONDS", 20);
    private static readonly int Workers = Setting("WORKERS", Environment.ProcessorCount);
    private static readonly string Root = FindRoot();
    private static readonly string Folder = Path.Combine(Root, "artifacts", "mutants");
    private static readonly string Project = Path.Combine(Root, "tests", "EmailAuth.Mutants");

    public static int Usage()
    {
        Console.Error.WriteLine("EmailAuth.Mutants all | COUNT | sample | build | cover [CLASS...] | ask COUNT [PATH...] | again [PATH...] | renew COUNT");
        return 64;
    }

    /// <summary>Builds, sees which tests meet which changes, and asks about some.</summary>
    public static async Task<int> Whole(int count)
    {
        Build(Folder, null);
        File.Delete(Path.Combine(Folder, ResultsFile));
        return await Cover(Folder, []) is not 0 and var code ? code : await Ask(count, []);
    }

    public static int BuildAll()
    {
        Build(Folder, null);
        return 0;
    }

    public static Task<int> CoverAll(string[] tests) => Cover(Folder, tests);

    private static void Build(string folder, IReadOnlySet<string>? wanted)
    {
        var watch = Stopwatch.StartNew();
        var bin = Path.Combine(folder, "bin");
        foreach (var path in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(bin, Path.GetRelativePath(AppContext.BaseDirectory, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy, true);
        }

        var table = MutatedLibrary.Build(Root, Path.Combine(bin, "EmailAuth.dll"), wanted);
        Hunt.WriteMutants(folder, table.Built);
        Console.WriteLine($"{table.Built.Count()} of {table.Last} changes built in {watch.Elapsed.TotalSeconds:0} s");
    }

    /// <summary>Starts a process that writes down which changes the tests meet: all tests, or those of some classes, or single methods (CLASS.METHOD).</summary>
    private static async Task<int> Cover(string folder, IEnumerable<string> tests)
    {
        using var process = Process.Start("dotnet", [Path.Combine(folder, "bin", "EmailAuth.Mutants.dll"), "meet", folder, .. tests]);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public static async Task<int> Meet(string folder, string[] tests)
    {
        var path = Path.Combine(folder, Hunt.CoverageFile);
        var kept = tests.Length == 0 || !File.Exists(path) ? [] : File.ReadLines(path).Where(line => !tests.Contains(line.Split('\t')[1], StringComparer.Ordinal)).ToList();
        await using var output = new StreamWriter(path, false) { AutoFlush = true };
        foreach (var line in kept) await output.WriteLineAsync(line);

        var library = new LibrarySwitch();
        var run = new TestRun();
        LibrarySwitch.Initialize();
        var atStart = library.TakeMet();
        if (kept.Count == 0) await output.WriteLineAsync(new CoveredTest(CoveredTest.AtStart, string.Empty, string.Empty, 0, atStart).ToString());

        var sink = new CoverageSink(output, library);
        var watch = Stopwatch.StartNew();
        foreach (var name in run.Classes)
        {
            if (tests.Length > 0 && !tests.Any(test => test == name || test.StartsWith(name + ".", StringComparison.Ordinal))) continue;

            var cases = (await run.CasesOf(name)).Where(test => tests.Length == 0 || tests.Contains(name, StringComparer.Ordinal) || tests.Contains(Worker.NameOf(test), StringComparer.Ordinal)).ToList();
            if (cases.Count > 0) await run.Run(cases, sink);
        }

        Console.WriteLine($"{sink.Passed} tests passed, in {watch.Elapsed.TotalSeconds:0} s");
        return 0;
    }

    /// <summary>Asks about as many changes as named, the same ones each time, but not again about those that an earlier run has asked about.</summary>
    /// <param name="count">How many; null for those that were asked about and that no test noticed, once more: after new tests, and their <c>cover</c>.</param>
    /// <param name="paths">Files or folders of the library, by the start of their paths; all when none is named.</param>
    public static async Task<int> Ask(int? count, string[] paths)
    {
        var path = Path.Combine(Folder, ResultsFile);
        var known = ReadResults(path);
        var chosen = Hunt.ReadMutants(Folder)
            .Where(mutant => paths.Length == 0 || Array.Exists(paths, start => mutant.File.StartsWith(start, StringComparison.Ordinal)))
            .Where(mutant => count is not null || known.ContainsKey(mutant.Name))
            .OrderBy(mutant => OrderOf(mutant.Name), StringComparer.Ordinal).Take(count ?? int.MaxValue).ToList();
        var watch = Stopwatch.StartNew();
        await using (var log = new StreamWriter(path, true))
        {
            await new Hunt(Folder, TestBudget, log).Run(chosen.Where(mutant => !known.TryGetValue(mutant.Name, out var result) || (count is null && !result.IsKilled)), Workers);
        }

        var results = ReadResults(path);
        Console.WriteLine($"Asked in {watch.Elapsed.TotalSeconds:0} s");
        return Judgement.Report([.. chosen.Select(mutant => results[mutant.Name])], Judgement.Read(Project));
    }

    /// <summary>The changes of the sample, with the tests that noticed them, as every test run asks about them.</summary>
    public static async Task<int> Sample()
    {
        var folder = Path.Combine(Folder, "sample");
        var sample = Judgement.ReadSample(Project);
        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, Hunt.CoverageFile));
        Build(folder, sample.Select(item => item.Name).ToHashSet(StringComparer.Ordinal));
        if (await Cover(folder, sample.Select(item => item.Test).Distinct(StringComparer.Ordinal)) is not 0 and var code) return code;

        var built = Hunt.ReadMutants(folder);
        var gone = sample.Count - built.Length;
        var watch = Stopwatch.StartNew();
        List<Verdict> verdicts;
        await using (var log = new StreamWriter(Path.Combine(folder, ResultsFile), false))
        {
            verdicts = await new Hunt(folder, TestBudget, log).Run(built, Workers);
        }

        Console.WriteLine($"{gone} changes of the sample are no longer in the source. Asked in {watch.Elapsed.TotalSeconds:0} s");
        if (gone > sample.Count / 5)
        {
            Console.WriteLine("Choose another sample: EmailAuth.Mutants renew COUNT");
            return 1;
        }

        return Judgement.Report(verdicts, Judgement.Read(Project));
    }

    /// <summary>Chooses the sample from what was noticed by tests that always say the same and are quick.</summary>
    public static int Renew(int count)
    {
        var covered = File.ReadLines(Path.Combine(Folder, Hunt.CoverageFile)).Select(CoveredTest.Parse).ToList();

        // What is computed at the start needs a process of its own.
        var atStart = covered.Where(test => test.Id == CoveredTest.AtStart).SelectMany(test => test.Met).ToHashSet();
        var later = Hunt.ReadMutants(Folder).Where(mutant => !atStart.Contains(mutant.Number)).Select(mutant => mutant.Name).ToHashSet(StringComparer.Ordinal);
        var quick = covered.GroupBy(test => $"{test.Class}.{test.Method}", StringComparer.Ordinal)
            .Where(tests => tests.Key.Length > 1 && tests.Sum(test => test.Milliseconds) < 200 && TestRun.IsSteady(tests.First().Class, tests.First().Method))
            .Select(tests => tests.Key).ToHashSet(StringComparer.Ordinal);
        var chosen = ReadResults(Path.Combine(Folder, ResultsFile)).Values
            .Where(verdict => verdict.Result == "killed" && later.Contains(verdict.Mutant.Name) && quick.Contains(verdict.Test))
            .OrderBy(verdict => OrderOf(verdict.Mutant.Name), StringComparer.Ordinal).Take(count);
        Judgement.WriteSample(Project, chosen);
        return 0;
    }

    private static Dictionary<string, Verdict> ReadResults(string path)
    {
        var results = new Dictionary<string, Verdict>(StringComparer.Ordinal);
        foreach (var parts in (File.Exists(path) ? File.ReadLines(path) : []).Select(line => line.Split('\t')))
        {
            results[parts[0]] = new Verdict(new Mutant(0, parts[1], string.Empty, int.Parse(parts[2], CultureInfo.InvariantCulture), parts[0]), parts[3], parts[4]);
        }

        return results;
    }

    private static int Setting(string name, int usual) =>
        Environment.GetEnvironmentVariable("EMAILAUTH_MUTANTS_" + name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;

    // By chance, and the same each time.
    private static string OrderOf(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EmailAuth.sln"))) folder = folder.Parent;

        return folder?.FullName ?? throw new InvalidOperationException("The program is not below the repository.");
    }
}
