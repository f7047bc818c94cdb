using System.Globalization;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>The command <c>soak</c>.</summary>
internal static class SoakCommand
{
    private const string Usage = """
        usage: soak [--minutes N] [--seed N] [--vectors FOLDER]

        Judges a mix of real, broken and hostile messages at full speed, and says whether memory, handles, threads and
        speed stay flat: for each the median of the last third of the samples may exceed that of the first third, after a
        warm-up, by a stated tolerance. Ends with 0 when everything is flat and every outcome was as expected, else with 1.

          --minutes N       how long, 1 or more; default 1
          --seed N          what is left to chance comes of this number; default: another one each time
          --vectors FOLDER  further test vectors (*.jsonl) for the mix
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var minutes = 1.0;
        var seed = Environment.TickCount;
        string? vectors = null;
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : null;
            switch (arguments[i])
            {
                case "--help":
                    Console.WriteLine(Usage);
                    return 0;
                case "--minutes" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out minutes) && minutes is >= 1 and < 100_000:
                case "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out seed):
                    break;
                case "--vectors" when Directory.Exists(value):
                    vectors = value;
                    break;
                default:
                    Console.Error.WriteLine($"soak: {arguments[i]} {value} means nothing here");
                    Console.Error.WriteLine(Usage);
                    return 2;
            }
        }

        return await SoakRun.RunAsync(TimeSpan.FromMinutes(minutes), seed, vectors);
    }
}
