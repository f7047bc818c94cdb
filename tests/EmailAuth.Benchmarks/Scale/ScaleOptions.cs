namespace EmailAuth.Benchmarks.Scale;

/// <summary>What the command was asked for.</summary>
/// <param name="Series">What to measure.</param>
/// <param name="Plots">The folder that the plots go to.</param>
/// <param name="IsProcessorTime">Whether the processor's time is measured instead of the clock's.</param>
internal sealed record ScaleOptions(IReadOnlyList<ScaleSeries> Series, string Plots, bool IsProcessorTime)
{
    /// <summary>Reads arguments.</summary>
    /// <param name="arguments">What follows the command's name.</param>
    /// <param name="all">The series that there are.</param>
    /// <param name="options">What was asked for; of no use after a mistake.</param>
    /// <returns>The mistake in one sentence, or null.</returns>
    public static string? Read(string[] arguments, IReadOnlyList<ScaleSeries> all, out ScaleOptions options)
    {
        var only = new List<ScaleSeries>();
        options = new ScaleOptions(all, Path.Combine("artifacts", "plots"), IsProcessorTime: false);
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--cpu":
                    options = options with { IsProcessorTime = true };
                    continue;
                case not ("--only" or "--plots"):
                    return $"'{arguments[i]}' is no option; see scale --help";
            }

            if (i + 1 == arguments.Length || arguments[i + 1].Length == 0)
            {
                return $"{arguments[i]} needs a value; see scale --help";
            }

            var value = arguments[++i];
            if (arguments[i - 1] == "--plots")
            {
                options = options with { Plots = value };
                continue;
            }

            var named = all.Where(series => series.Name == value || series.Name.StartsWith(value + "-", StringComparison.Ordinal)).ToList();
            if (named.Count == 0)
            {
                return $"there is no series '{value}'; scale --help lists them";
            }

            only.AddRange(named.Except(only));
        }

        options = options with { Series = only.Count == 0 ? all : only };
        return null;
    }
}
