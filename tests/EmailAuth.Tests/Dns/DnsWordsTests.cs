using System.Diagnostics.Metrics;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>The words that people and metrics have for what came of a question.</summary>
public class DnsWordsTests
{
    [Fact]
    public void Each_kind_of_answer_has_words() =>
        Assert.Equal(["found", "no such record", "no such name", "no answer"], Enum.GetValues<DnsStatus>().Select(static status => status.Keyword()));

    [Theory]
    [InlineData(DnsRecordType.Txt, DnsFailure.None, "TXT", null)]
    [InlineData(DnsRecordType.A, DnsFailure.Timeout, "A", "timeout")]
    [InlineData(DnsRecordType.Aaaa, DnsFailure.ServerFailure, "AAAA", "server_failure")]
    [InlineData(DnsRecordType.Mx, DnsFailure.Refused, "MX", "refused")]
    [InlineData(DnsRecordType.Ptr, DnsFailure.Malformed, "PTR", "malformed")]
    [InlineData(DnsRecordType.Txt, DnsFailure.Unreachable, "TXT", "unreachable")]
    [InlineData(DnsRecordType.Txt, DnsFailure.LimitReached, "TXT", "limit_reached")]
    [InlineData(DnsRecordType.Txt, DnsFailure.ResolverFault, "TXT", "resolver_fault")]
    public void A_lookup_is_recorded_with_its_type_and_failure(DnsRecordType type, DnsFailure failure, string typeWord, string? failureWord)
    {
        // No real lookup takes as long; other tests may look up at the same time.
        var time = TimeSpan.FromDays(1000 + ((int)type * 100) + (int)failure);
        List<string> recorded = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "emailauth.dns.lookup.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            if (seconds.Equals(time.TotalSeconds))
            {
                recorded.AddRange(tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}"));
            }
        });
        listener.Start();
        StubMeter.RecordLookup(time, type, failure);

        Assert.Equal(failureWord is null ? [$"emailauth.dns.record_type={typeWord}"] : [$"emailauth.dns.record_type={typeWord}", $"error.type={failureWord}"], recorded);
    }
}
