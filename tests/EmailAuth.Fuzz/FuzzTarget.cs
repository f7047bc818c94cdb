namespace EmailAuth.Fuzz;

/// <summary>Feeds one parser or one path with an input; whatever it throws is a finding.</summary>
internal delegate void FuzzRun(ReadOnlySpan<byte> input);

/// <summary>An entry point.</summary>
/// <param name="name">Its name on the command line, and of its corpus.</param>
/// <param name="run">Feeds it.</param>
/// <param name="words">What its grammar is made of.</param>
/// <param name="seeds">Makes the inputs to start from, once they are asked for.</param>
internal sealed class FuzzTarget(string name, FuzzRun run, IReadOnlyList<string> words, Func<IReadOnlyList<Seed>> seeds)
{
    public string Name => name;

    public FuzzRun Run => run;

    public IReadOnlyList<string> Words => words;

    /// <summary>Inputs to start from. Not read before they are needed: under AFL++ they never are.</summary>
    public IReadOnlyList<Seed> Seeds => field ??= seeds();
}
