using System.Globalization;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>
/// Whether the process stayed as it was: the median of the last third of the samples beside that of the first third, the warm-up left out.
/// </summary>
internal sealed class SoakVerdict
{
    private const double Megabyte = 1024 * 1024;

    // Until then pools and caches fill and hot code is compiled.
    private static readonly TimeSpan LeastWarmUp = TimeSpan.FromSeconds(20);

    private static readonly Measure[] Measures =
    [
        new("heap after collection, MB", s => s.HeapBytes / Megabyte, first => (first * 1.03) + 2, "3 % + 2 MB"),
        new("resident memory, MB", s => s.ResidentBytes / Megabyte, first => (first * 1.10) + 8, "10 % + 8 MB"),
        new("handles", s => s.Handles, first => first + 16, "16"),
        new("threads", s => s.Threads, first => first + 4, "4"),
        new("timers", s => s.Timers, first => first + 4, "4"),
        new("milliseconds of processor a message", s => 1000 / s.MessagesPerProcessorSecond, first => first * 1.33, "a third"),
    ];

    private readonly List<string> _grown = [];

    /// <summary>Judges.</summary>
    /// <param name="samples">Of a minute at least, in order.</param>
    public SoakVerdict(IReadOnlyList<SoakSample> samples)
    {
        var quarter = samples[^1].Elapsed / 4;
        WarmUp = samples.Count(sample => sample.Elapsed < (quarter > LeastWarmUp ? quarter : LeastWarmUp));
        var rest = samples.Skip(WarmUp).ToList();
        var third = rest.Count / 3;
        foreach (var measure in Measures)
        {
            var first = Median(rest.Take(third).Select(measure.Of));
            var last = Median(rest.TakeLast(third).Select(measure.Of));
            var isFlat = last <= measure.Most(first);
            Table.Add(measure.Name, Text(first), Text(last), measure.Tolerance, isFlat ? "flat" : "GROWS");
            if (!isFlat)
            {
                _grown.Add($"{measure.Name}: {Text(first)} at first, {Text(last)} at last, {measure.Tolerance} more at most");
            }
        }
    }

    /// <summary>How many samples at the start do not count.</summary>
    public int WarmUp { get; }

    /// <summary>The comparison.</summary>
    public Table Table { get; } = new("median of", "first third", "last third", "tolerance", "");

    /// <summary>What has grown; empty when everything is flat.</summary>
    public IReadOnlyList<string> Grown => _grown;

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static string Text(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private sealed record Measure(string Name, Func<SoakSample, double> Of, Func<double, double> Most, string Tolerance);
}
