namespace EmailAuth.Mutants;

/// <summary>The changes that no test notices and need not, each with its reason, and the sample of those that every test run asks about.</summary>
internal static class Judgement
{
    private static readonly string[] OwnThreshold = ["boundary", "constant", "pattern"];

    /// <summary>
    /// What a change that no test notices may be: the same behavior, only another cost, or other words of a reason; or the tests that notice it
    /// run in another process or another project.
    /// </summary>
    private static readonly string[] Allowed = ["equivalent", "cost", "text", "elsewhere"];

    /// <summary>The list, by the name of the change.</summary>
    /// <exception cref="InvalidOperationException">A line without its verdict or reason.</exception>
    public static Dictionary<string, string> Read(string project)
    {
        var judged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Path.Combine(project, "survivors.tsv")).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.Split('\t') is not [var verdict, var name, { Length: > 0 } reason] || !Allowed.Contains(verdict, StringComparer.Ordinal)) throw new InvalidOperationException($"Not a judged change: {line}");

            judged.Add(name, $"{verdict}: {reason}");
        }

        return judged;
    }

    public static List<(string Name, string Test)> ReadSample(string project) =>
        [.. File.ReadLines(Path.Combine(project, "sample.tsv")).Select(line => line.Split('\t')).Select(parts => (parts[0], parts[1]))];

    public static void WriteSample(string project, IEnumerable<Verdict> verdicts) =>
        File.WriteAllLines(Path.Combine(project, "sample.tsv"), verdicts.Select(verdict => $"{verdict.Mutant.Name}\t{verdict.Test}").Order(StringComparer.Ordinal));

    /// <summary>Prints the figures and what is not in the list.</summary>
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
        Verdict[] survivors = [.. verdicts.Where(verdict => !verdict.IsKilled)];
        foreach (var kind in survivors.Where(verdict => judged.ContainsKey(verdict.Mutant.Name)).GroupBy(verdict => judged[verdict.Mutant.Name].Split(':')[0], StringComparer.Ordinal))
        {
            Console.WriteLine($"{kind.Count()} not noticed, and judged: {kind.Key}");
        }

        foreach (var verdict in verdicts.Where(verdict => verdict.IsKilled && judged.ContainsKey(verdict.Mutant.Name)))
        {
            Console.WriteLine($"noticed, though in the list: {verdict.Mutant.Name}");
        }

        Verdict[] unjudged = [.. survivors.Where(verdict => !judged.ContainsKey(verdict.Mutant.Name))];
        foreach (var verdict in unjudged)
        {
            Console.WriteLine($"not noticed ({verdict.Result}), line {verdict.Mutant.Line}: {verdict.Mutant.Name}");
        }

        return unjudged.Length > 0 || !IsEnough(verdicts, 95) || !IsEnough(own, 92) ? 1 : 0;
    }

    private static bool IsEnough(IReadOnlyCollection<Verdict> verdicts, int percent) => verdicts.Count(verdict => verdict.IsKilled) * 100 >= percent * verdicts.Count;

    private static string Figures(IReadOnlyCollection<Verdict> verdicts)
    {
        var killed = verdicts.Count(verdict => verdict.IsKilled);
        return $"{killed} of {verdicts.Count} noticed ({100.0 * killed / Math.Max(1, verdicts.Count):0.0} %)";
    }
}
