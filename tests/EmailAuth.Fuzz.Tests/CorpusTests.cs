namespace EmailAuth.Fuzz.Tests;

/// <summary>What fuzzing found worth keeping, run again: all that the entry points promise holds for each input.</summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    public static TheoryData<string> Targets { get; } = [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Kept_inputs_violate_no_promise(string name)
    {
        var target = FuzzTargets.Named(name);
        var inputs = Corpus.Read(name).ToArray();
        Assert.NotEmpty(inputs);
        foreach (var (input, bytes) in inputs)
        {
            var broken = Record.Exception(() => target.Run(bytes));
            Assert.True(broken is null, $"{input}: {broken}");
        }

        output.WriteLine($"{inputs.Length} inputs");
    }

    [Fact]
    public void Each_kept_input_belongs_to_an_entry_point()
    {
        Assert.Subset(FuzzTargets.All.Select(target => target.Name).ToHashSet(), Corpus.Targets.ToHashSet());
    }
}
