using System.Diagnostics;
using System.Globalization;
using Xunit.Sdk;

namespace EmailAuth.Mutants;

/// <summary>
/// A process that is asked for one change after the other on its standard input, and says which test noticed it: <c>17 killed TEST</c>,
/// <c>17 survived</c>; or that it can say no more: <c>17 loops TEST</c>, <c>17 spoiled TEST</c> when the test fails without the change afterwards,
/// <c>17 lost</c> when there is none of the tests that meet it.
/// </summary>
internal sealed class Worker : IDisposable
{
    private readonly TextWriter _answers = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
    private readonly TestRun _run = new();
    private readonly LibrarySwitch _switch = new();
    private readonly Dictionary<string, CoveredTest> _tests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _killers = new(StringComparer.Ordinal);
    private readonly List<CoveredTest>?[] _meets;
    private readonly Mutant[] _mutants;
    private long _deadline = long.MaxValue;
    private long _processorDeadline = long.MaxValue;
    private long _patience = long.MaxValue;
    private string _current = string.Empty;
    private int _found;

    public Worker(string folder)
    {
        _mutants = Hunt.ReadMutants(folder);
        _meets = new List<CoveredTest>?[_mutants.Max(mutant => mutant.Number) + 1];
        foreach (var test in File.ReadLines(Path.Combine(folder, Hunt.CoverageFile)).Select(CoveredTest.Parse))
        {
            _tests[test.Id] = test;
            foreach (var number in test.Met) (_meets[number] ??= []).Add(test);
        }
    }

    public void Dispose() => _answers.Dispose();

    /// <summary>Answers until the input ends. With a number, answers for that one alone, with the change on from the start.</summary>
    public async Task Run(int? only, double budget)
    {
        Console.SetOut(TextWriter.Null);
        new Thread(Watch) { IsBackground = true }.Start();
        if (only is { } number)
        {
            _switch.Set(number);
            await Answer(number, true, budget);
            return;
        }

        LibrarySwitch.Initialize();
        while (await Console.In.ReadLineAsync() is { Length: > 0 } line)
        {
            if (!await Answer(int.Parse(line, CultureInfo.InvariantCulture), false, budget)) return;
        }
    }

    private async Task<bool> Answer(int number, bool isFresh, double budget)
    {
        var mutant = Array.Find(_mutants, mutant => mutant.Number == number)!;
        var tests = TestsOf(mutant, isFresh, budget);
        _current = $"{number}\tloops\t";
        _switch.Set(number);
        _found = 0;
        var killer = await FirstFailure(tests);
        Volatile.Write(ref _deadline, long.MaxValue);
        Volatile.Write(ref _processorDeadline, long.MaxValue);
        if (killer is null)
        {
            _switch.Set(0);

            // The identifiers of tests depend on the assembly's path: a coverage from elsewhere names none of these.
            var isLost = tests.Count > 0 && _found == 0;
            await _answers.WriteLineAsync($"{number}\t{(isLost ? "lost" : "survived")}\t{tests.Count}");
            return !isLost;
        }

        if (!isFresh)
        {
            _switch.Set(0);
            if (await _run.FirstFailure([killer]) is not null)
            {
                await _answers.WriteLineAsync($"{number}\tspoiled\t{NameOf(killer)}");
                return false;
            }
        }

        var killers = _killers.TryGetValue(mutant.File, out var known) ? known : _killers[mutant.File] = [];
        killers.Remove(killer.UniqueID);
        killers.Add(killer.UniqueID);
        await _answers.WriteLineAsync($"{number}\tkilled\t{NameOf(killer)}");
        return true;
    }

    // Tests that noticed other changes of the file come first, then those of the same name and folder, then the quick ones.
    private List<CoveredTest> TestsOf(Mutant mutant, bool isFresh, double budget)
    {
        var meeting = _meets[mutant.Number]?.Where(test => test.Id != CoveredTest.AtStart).ToList() ?? [];
        var (folder, name) = (Path.GetDirectoryName(mutant.File)!.Replace('/', '.'), Path.GetFileNameWithoutExtension(mutant.File));
        if (isFresh && _meets[mutant.Number]?.Any(test => test.Id == CoveredTest.AtStart) == true)
        {
            // It counts wherever the type is used, and a test that reads what was computed meets no change.
            var file = _mutants.Where(other => other.File == mutant.File).Select(other => other.Number).ToHashSet();
            meeting = [.. file.Where(number => number < _meets.Length).SelectMany(number => _meets[number] ?? []).Concat(_tests.Values.Where(test => test.Class.Contains('.' + name, StringComparison.Ordinal))).Where(test => test.Id != CoveredTest.AtStart).Distinct()];
        }

        var killers = _killers.GetValueOrDefault(mutant.File) ?? [];
        var spent = 0.0;
        return [.. meeting
            .OrderByDescending(test => test.Milliseconds < 500 ? killers.IndexOf(test.Id) : -1)
            .ThenByDescending(test => test.Milliseconds < 500 && test.Class.Contains('.' + name, StringComparison.Ordinal))
            .ThenByDescending(test => test.Milliseconds < 500 && folder.Length > 0 && test.Class.Contains(".Tests." + folder, StringComparison.Ordinal))
            .ThenBy(test => test.Milliseconds).ThenBy(test => test.Id, StringComparer.Ordinal)
            .TakeWhile((test, index) => (spent += test.Milliseconds) <= budget || index == 0)];
    }

    // A few at first, because most changes are noticed by one of the first; and what a class has is looked up when it is run.
    private async Task<ITestCase?> FirstFailure(List<CoveredTest> tests)
    {
        for (var (from, size) = (0, 4); from < tests.Count; from += size, size = Math.Min(size * 4, 1000))
        {
            List<ITestCase> cases = [];
            foreach (var test in tests.Skip(from).Take(size))
            {
                if ((await _run.CasesOf(test.Class)).FirstOrDefault(found => found.UniqueID == test.Id) is { } found) cases.Add(found);
            }

            _found += cases.Count;

            // A test that fails once and not again has not noticed.
            while (await _run.FirstFailure(cases, Started) is { } failed)
            {
                if (await _run.FirstFailure([failed], Started) is not null) return failed;

                cases.Remove(failed);
            }
        }

        return null;
    }

    public static string NameOf(ITestCase test) => $"{test.TestClassName}.{test.TestMethodName}";

    private void Started(ITestCase test)
    {
        _current = string.Concat(_current.AsSpan(0, _current.LastIndexOf('\t') + 1), NameOf(test));
        var usual = (long)(20 * _tests[test.UniqueID].Milliseconds);
        Volatile.Write(ref _processorDeadline, Processor + 5_000 + usual);
        Volatile.Write(ref _patience, 15_000 + usual);
        Volatile.Write(ref _deadline, Environment.TickCount64 + 120_000 + usual);
    }

    // Time on the processor, because the machine may be busy with something else.
    private static long Processor => (long)Environment.CpuUsage.TotalTime.TotalMilliseconds;

    // A test that does not end any more has noticed, and so has one that waits for what does not come; the process ends with it.
    private void Watch()
    {
        var (busy, since) = (Processor, Environment.TickCount64);
        while (Environment.TickCount64 < Volatile.Read(ref _deadline) && Processor < Volatile.Read(ref _processorDeadline))
        {
            Thread.Sleep(200);
            if (Volatile.Read(ref _deadline) == long.MaxValue || Processor - busy > 50) (busy, since) = (Processor, Environment.TickCount64);

            if (Environment.TickCount64 - since > Volatile.Read(ref _patience)) break;
        }

        _answers.WriteLine(_current);
        Process.GetCurrentProcess().Kill();
    }
}
