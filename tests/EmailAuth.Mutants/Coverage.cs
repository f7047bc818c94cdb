using System.Globalization;
using Xunit.Sdk;

namespace EmailAuth.Mutants;

/// <summary>One test: what it takes and which changes it meets.</summary>
internal sealed record CoveredTest(string Id, string Class, string Method, double Milliseconds, int[] Met)
{
    /// <summary>What is met before any test: while the types of the library are initialized.</summary>
    public const string AtStart = "(start)";

    public override string ToString() =>
        string.Join('\t', Id, Class, Method, Milliseconds.ToString("0.0", CultureInfo.InvariantCulture), string.Join(',', Ranges()));

    public static CoveredTest Parse(string line)
    {
        var parts = line.Split('\t');
        var met = parts[4].Length == 0 ? [] : parts[4].Split(',').SelectMany(range =>
        {
            var ends = range.Split('-');
            var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
            return Enumerable.Range(first, int.Parse(ends[^1], CultureInfo.InvariantCulture) - first + 1);
        }).ToArray();
        return new CoveredTest(parts[0], parts[1], parts[2], double.Parse(parts[3], CultureInfo.InvariantCulture), met);
    }

    private IEnumerable<string> Ranges()
    {
        for (var i = 0; i < Met.Length; i++)
        {
            var first = i;
            while (i + 1 < Met.Length && Met[i + 1] == Met[i] + 1) i++;
            yield return first == i ? $"{Met[i]}" : $"{Met[first]}-{Met[i]}";
        }
    }
}

/// <summary>Runs tests one at a time and writes down which changes each meets. A test that fails is left out: it has to pass when no change is on.</summary>
internal sealed class CoverageSink(TextWriter output, LibrarySwitch library) : IMessageSink
{
    private (string Class, string Method) _current;

    public int Passed { get; private set; }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseStarting starting:
                _current = (starting.TestClassName ?? string.Empty, starting.TestMethodName ?? string.Empty);
                break;
            case ITestFailed failed:
                Console.Error.WriteLine($"Left out: {_current.Class}.{_current.Method}: {failed.Messages.FirstOrDefault()?.Split('\n')[0]}");
                break;
            case ITestCaseFinished finished:
                var met = library.TakeMet();
                if (finished is { TestsFailed: 0, TestsSkipped: 0 })
                {
                    output.WriteLine(new CoveredTest(finished.TestCaseUniqueID, _current.Class, _current.Method, (double)finished.ExecutionTime * 1000, met));
                    Passed++;
                }

                break;
        }

        return true;
    }
}

/// <summary>The switch in the library that this process has loaded.</summary>
internal sealed class LibrarySwitch
{
    private readonly System.Reflection.FieldInfo _on;
    private readonly byte[] _met;

    public LibrarySwitch()
    {
        var type = typeof(AuthenticationPipeline).Assembly.GetType("MutantSwitch") ?? throw new InvalidOperationException("The library beside this program has no mutants.");
        const System.Reflection.BindingFlags any = System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic;
        _on = type.GetField("On", any)!;
        _met = (byte[])type.GetField("Met", any)!.GetValue(null)!;
    }

    public void Set(int number) => _on.SetValue(null, number);

    /// <summary>Initializes every type, so that no change gets into what is computed once.</summary>
    public static void Initialize()
    {
        foreach (var type in typeof(AuthenticationPipeline).Assembly.GetTypes().Where(type => !type.ContainsGenericParameters))
        {
            System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }
    }

    public int[] TakeMet()
    {
        var met = Enumerable.Range(0, _met.Length).Where(number => _met[number] != 0).ToArray();
        Array.Clear(_met);
        return met;
    }
}
