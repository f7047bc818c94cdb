using System.Globalization;

namespace EmailAuth.Mutants;

/// <summary>The changes that no test notices and need not, each with its reason, and the sample of those that every test run asks about.</summary>
internal static class Judgement
{
    private static readonly string[] OwnThreshold = ["boundary", "constant", "pattern"];

    /// <summary>
    /// What a change that no test notices may be: the same behavior, only another cost, or other words of a reason; or the tests that notice it
    /// run in another process or another project; or a test could notice it, and there is none.
    /// </summary>
    private static readonly string[] Allowed = ["equivalent", "cost", "text", Elsewhere, Open];

    private const string Elsewhere = "elsewhere";
    private const string Open = "open";

    /// <summary>The verdicts of the list, by the name of the change.</summary>
    /// <param name="project">The folder of the list.</param>
    /// <exception cref="InvalidOperationException">A line without its verdict or reason, or tests elsewhere that are not there.</exception>
    public static Dictionary<string, string> Read(string project)
    {
        var judged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Path.Combine(project, "survivors.tsv")).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.Split('\t') is not [var verdict, var name, { Length: > 0 } reason] || !Allowed.Contains(verdict, StringComparer.Ordinal)) throw new InvalidOperationException($"Not a judged change: {line}");

            if (verdict == Elsewhere && !HasTests(Path.GetDirectoryName(project)!, reason)) throw new InvalidOperationException($"No such tests (PROJECT CLASS, below tests/): {line}");

            judged.Add(name, verdict);
        }

        return judged;
    }

    // The reason begins with the project and the class, which is in the file of its name.
    private static bool HasTests(string tests, string reason) =>
        reason.Split(' ', 3) is [var project, var name, ..] && Directory.Exists(Path.Combine(tests, project)) &&
        Directory.EnumerateFiles(Path.Combine(tests, project), name.TrimEnd(':') + ".cs", SearchOption.AllDirectories).Any(path => !path.Contains("/obj/", StringComparison.Ordinal));

    public static List<(string Name, string Test)> ReadSample(string project) =>
        [.. File.ReadLines(Path.Combine(project, "sample.tsv")).Select(line => line.Split('\t')).Select(parts => (parts[0], parts[1]))];

    public static void WriteSample(string project, IEnumerable<Verdict> verdicts) =>
        File.WriteAllLines(Path.Combine(project, "sample.tsv"), verdicts.Select(verdict => $"{verdict.Mutant.Name}\t{verdict.Test}").Order(StringComparer.Ordinal));

    /// <summary>Prints the figures and what is not in the list.</summary>
    /// <remarks>What behaves the same cannot be noticed: the shares that are asked for are of the other changes.</remarks>
    /// <returns>The exit code: 1 when a change that no test noticed is not in the list, or fewer were noticed than there should be.</returns>
    public static int Report(IReadOnlyCollection<Verdict> verdicts, Dictionary<string, string> judged)
    {
        foreach (var kind in verdicts.GroupBy(verdict => verdict.Mutant.Kind, StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"{kind.Key,-11} {Figures([.. kind])}");
        }

        Verdict[] own = [.. verdicts.Where(verdict => OwnThreshold.Contains(verdict.Mutant.Kind, StringComparer.Ordinal))];
        Console.WriteLine($"boundaries, constants and patterns: {Figures(own)}");
        Console.WriteLine($"all: {Figures(verdicts)}");
        var isEnough = IsEnough("boundaries, constants and patterns", own, 92) & IsEnough("all", verdicts, 95);

        foreach (var kind in verdicts.Where(verdict => !verdict.IsKilled && judged.ContainsKey(verdict.Mutant.Name)).GroupBy(verdict => judged[verdict.Mutant.Name], StringComparer.Ordinal))
        {
            Console.WriteLine($"{kind.Count()} not noticed by EmailAuth.Tests, and judged: {kind.Key}");
        }

        foreach (var verdict in verdicts.Where(verdict => verdict.IsKilled && judged.ContainsKey(verdict.Mutant.Name)))
        {
            Console.WriteLine($"noticed, though in the list: {verdict.Mutant.Name}");
        }

        Verdict[] unjudged = [.. verdicts.Where(verdict => !verdict.IsKilled && !judged.ContainsKey(verdict.Mutant.Name))];
        foreach (var verdict in unjudged)
        {
            Console.WriteLine($"not noticed ({verdict.Result}), line {verdict.Mutant.Line}: {verdict.Mutant.Name}");
        }

        return unjudged.Length > 0 || !isEnough ? 1 : 0;

        // Of those that a test can notice, by these tests or by those that the list names.
        bool IsEnough(string what, IReadOnlyCollection<Verdict> asked, int percent)
        {
            var different = asked.Where(verdict => verdict.IsKilled || judged.GetValueOrDefault(verdict.Mutant.Name, Open) is Elsewhere or Open).ToList();
            var noticed = different.Count(verdict => verdict.IsKilled || judged.GetValueOrDefault(verdict.Mutant.Name) == Elsewhere);
            Console.WriteLine($"{what}, without equivalent, cost and text: {noticed} of {different.Count} noticed ({Percent(noticed, different.Count)}), at least {percent} % wanted");
            return noticed * 100 >= percent * different.Count;
        }
    }

    private static string Percent(int part, int whole) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / Math.Max(1, whole):0.0} %");

    private static string Figures(IReadOnlyCollection<Verdict> verdicts)
    {
        var killed = verdicts.Count(verdict => verdict.IsKilled);
        return $"{killed} of {verdicts.Count} noticed ({Percent(killed, verdicts.Count)})";
    }
}
