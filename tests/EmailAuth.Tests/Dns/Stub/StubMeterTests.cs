using System.Diagnostics.Metrics;
using System.Globalization;
using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>The names of the instruments.</summary>
public class StubMeterTests
{
    [Fact]
    public void Each_instrument_has_its_name_unit_and_words()
    {
        var meter = StubMeter.StrayAnswers.Meter;
        List<string> found = [];
        string? version = null;
        IReadOnlyList<double>? boundaries = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Name.StartsWith("emailauth.dns.", StringComparison.Ordinal) && ReferenceEquals(instrument.Meter, meter))
                {
                    found.Add($"{instrument.GetType().Name[..^2]} {instrument.Name} {instrument.Unit}: {instrument.Description}");
                    version = instrument.Meter.Version;
                    boundaries = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? boundaries;
                }
            },
        };
        listener.Start();
        Assert.Equal(
            [
                "Counter emailauth.dns.retries {query}: Tries of DNS questions after the first.",
                "Counter emailauth.dns.stray_answers {message}: Messages to the resolver's sockets that answer nothing that was asked.",
                "Counter emailauth.dns.tcp_queries {query}: DNS questions moved to TCP.",
                "Counter emailauth.dns.timeouts {query}: Tries of DNS questions without an answer in time.",
                "Histogram emailauth.dns.lookup.duration s: Time of a DNS lookup that the servers were asked for, by record type and failure.",
            ],
            found.Order(StringComparer.Ordinal));
        Assert.Equal("EmailAuth", meter.Name);
        Assert.Equal(typeof(StubMeter).Assembly.GetName().Version!.ToString(3), version);
        Assert.Equal(2, version!.Count(static c => c == '.'));
        Assert.Equal("0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10", string.Join(' ', boundaries!.Select(static boundary => boundary.ToString(CultureInfo.InvariantCulture))));
    }
}
