using System.Diagnostics.Metrics;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>A lookup that began while nothing listened. Runs alone: what listens in other tests listens to the whole process.</summary>
[Collection(nameof(UnmeasuredLookupTests))]
[CollectionDefinition(nameof(UnmeasuredLookupTests), DisableParallelization = true)]
public class UnmeasuredLookupTests
{
    [Fact]
    public async Task Its_time_is_not_recorded_when_something_listens_at_its_end()
    {
        Assert.SkipWhen(StubMeter.MeasuresLookups, "Something listens to this process.");
        var sent = new List<QueryInFlight>();
        var resolver = new CachingResolver(sent.Add, 0, TimeSpan.FromDays(1), new FakeTimeProvider());
        var asking = resolver.QueryAsync(new DnsQuestion(DomainName.Parse("a.example").Value!, DnsRecordType.Txt), CancellationToken.None).AsTask();
        var recorded = 0;
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "emailauth.dns.lookup.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<double>((_, _, _, _) => recorded++);
            listener.Start();
            Assert.True(StubMeter.MeasuresLookups);
            sent[0].Complete(DnsResponse.NameError());
        }

        Assert.Equal((DnsStatus.NameError, 0), ((await asking).Status, recorded));
    }
}
