using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EmailAuth.Hosting;
using EmailAuth.Reports.Collection;
using Microsoft.Extensions.DependencyInjection;

namespace EmailAuth.Milter.Tests.Monitoring;

/// <summary>src/METRICS.md has every instrument, unit and attribute, and no other; the names follow OpenTelemetry's rules.</summary>
public sealed class MetricsPageTests
{
    [Fact]
    public async Task The_page_has_every_instrument_and_attribute()
    {
        var found = new ConcurrentDictionary<string, Instrument>();
        var attributes = new ConcurrentDictionary<string, ConcurrentDictionary<string, byte>>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name is EmailAuthTelemetry.Name or MilterMetrics.MeterName or JournalTelemetry.MeterName)
                {
                    found[instrument.Name] = instrument;
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        listener.Start();
        using var services = new ServiceCollection().AddMetrics().AddSingleton<MilterMetrics>().BuildServiceProvider();
        MadeMetrics.Make(services.GetRequiredService<MilterMetrics>());
        await MadeMetrics.MakeAsync(TestContext.Current.CancellationToken);

        var page = MetricsPage.Instruments();
        Assert.Equal(page.Keys, found.Keys.Order(StringComparer.Ordinal));
        Assert.All(page, row => Assert.Equal((row.Value.Kind, row.Value.Unit), (KindOf(found[row.Key]), found[row.Key].Unit)));
        Assert.All(
            page.Where(row => row.Value.Attributes.Length > 0 || attributes.ContainsKey(row.Key)),
            row => Assert.Equal(row.Value.Attributes, attributes.GetValueOrDefault(row.Key)?.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()));
        Assert.Equal(MetricsPage.Attributes().Keys, page.SelectMany(static row => row.Value.Attributes).Distinct().Order(StringComparer.Ordinal));

        void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var names = attributes.GetOrAdd(instrument.Name, static _ => new ConcurrentDictionary<string, byte>());
            foreach (var tag in tags)
            {
                names[tag.Key] = 0;
            }
        }
    }

    [Fact]
    public void The_names_follow_the_rules_of_OpenTelemetry()
    {
        var names = MetricsPage.Instruments().Keys.Concat(MetricsPage.Attributes().Keys).ToList();
        Assert.All(names, static name =>
        {
            // Lower case, words by "_", namespaces by "."; our own namespace, or one attribute of the conventions.
            Assert.True(name.StartsWith("emailauth.", StringComparison.Ordinal) || name == "error.type", name);
            Assert.True(name.All(static c => c is (>= 'a' and <= 'z') or '_' or '.'), name);
            Assert.False(name.EndsWith(".total", StringComparison.Ordinal) || name.EndsWith("_total", StringComparison.Ordinal), name);
        });

        // An attribute's name is not also a namespace.
        var attributes = MetricsPage.Attributes().Keys;
        Assert.DoesNotContain(attributes, name => attributes.Any(other => other.StartsWith(name + ".", StringComparison.Ordinal)));
        Assert.All(MetricsPage.Instruments(), static row => Assert.Equal(row.Value.Kind == "histogram", row.Value.Unit == "s" && row.Key.EndsWith(".duration", StringComparison.Ordinal)));
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        UpDownCounter<int> => "up-down counter",
        Histogram<double> => "histogram",
        _ => instrument.GetType().Name,
    };
}
