namespace EmailAuth.Mutants;

/// <summary>One change of the library that a test should notice.</summary>
/// <param name="Number">Its number in this build: what the switch is set to. The first is 1.</param>
/// <param name="Kind">What kind of change it is.</param>
/// <param name="File">The file below src/EmailAuth.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Name">The file, the member, and the text before and after: the same in every build, wherever the line moves to.</param>
internal sealed record Mutant(int Number, string Kind, string File, int Line, string Name);

/// <summary>All changes of one build, in the order of files and of their text.</summary>
internal sealed class MutantTable(IReadOnlySet<string>? wanted)
{
    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);
    private readonly List<Mutant> _mutants = [];
    private readonly HashSet<int> _dropped = [];

    /// <summary>The changes that are in the build.</summary>
    public IEnumerable<Mutant> Built => _mutants.Where(mutant => IsBuilt(mutant.Number));

    /// <summary>The highest number given.</summary>
    public int Last => _mutants.Count;

    public void Drop(int number) => _dropped.Add(number);

    public bool IsBuilt(int number) => !_dropped.Contains(number) && (wanted is null || wanted.Contains(_mutants[number - 1].Name));

    public int Add(string kind, string file, int line, string member, string before, string after)
    {
        var text = $"{file} {member}: {Short(before)} => {Short(after)}";
        var count = _seen[text] = _seen.GetValueOrDefault(text) + 1;
        _mutants.Add(new Mutant(_mutants.Count + 1, kind, file, line, count == 1 ? text : $"{text} #{count}"));
        return _mutants.Count;
    }

    private static string Short(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 100 ? line : string.Concat(line.AsSpan(0, 60), " ... ", line.AsSpan(line.Length - 35));
    }
}
