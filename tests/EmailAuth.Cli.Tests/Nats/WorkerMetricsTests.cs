using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EmailAuth.Cli.Nats;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests.Nats;

/// <summary>The table of src/WORKERS.md has every instrument of a worker, and no other.</summary>
public sealed class WorkerMetricsTests
{
    [Fact]
    public void The_page_has_every_instrument()
    {
        var found = new ConcurrentDictionary<string, (string Kind, string? Unit)>(StringComparer.Ordinal);
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == WorkerMetrics.MeterName)
                {
                    found[instrument.Name] = (KindOf(instrument), instrument.Unit);
                }
            };
            listener.Start();
            using var metrics = new WorkerMetrics(static () => 0);
        }

        var rows = File.ReadLines(Repository.PathOf("src", "WORKERS.md"))
            .SkipWhile(static line => !line.StartsWith("| instrument | kind |", StringComparison.Ordinal)).Skip(2).TakeWhile(static line => line.StartsWith('|'))
            .Select(static line => line.Trim('|').Split('|').Select(static cell => cell.Trim()).ToArray()).ToList();
        Assert.Equal(found.Keys.Order(StringComparer.Ordinal), rows.Select(static row => row[0].Trim('`')).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Equal(found[row[0].Trim('`')], (row[1], row[2].Trim('`'))));
        var outcomes = Enum.GetValues<WorkOutcome>().Select(static outcome => $"`{outcome.Keyword()}`");
        Assert.All(outcomes, outcome => Assert.Contains(outcome, string.Join('|', rows[0]), StringComparison.Ordinal));
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> or ObservableCounter<long> => "counter",
        UpDownCounter<int> => "up-down counter",
        Histogram<double> => "histogram",
        _ => instrument.GetType().Name,
    };
}
