using System.Diagnostics.Metrics;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>The words that people and metrics have for what came of a question.</summary>
public class DnsWordsTests
{
    [Fact]
    public void Each_kind_of_answer_has_words() =>
        Assert.Equal(["found", "no such record", "no such name", "no answer"], Enum.GetValues<DnsStatus>().Select(static status => status.Keyword()));

    [Fact]
    public void Each_failure_has_words_of_its_own_unless_the_resolver_has_others()
    {
        Assert.Equal(
            [
                null, "no answer came in time", "SERVFAIL", "REFUSED", "a malformed answer", "no server could be reached", "a limit was reached", "the resolver failed",
            ],
            ((DnsFailure[])[DnsFailure.None, DnsFailure.Timeout, DnsFailure.ServerFailure, DnsFailure.Refused, DnsFailure.Malformed, DnsFailure.Unreachable, DnsFailure.LimitReached, DnsFailure.ResolverFault])
                .Select(static failure => failure == DnsFailure.None ? DnsResponse.NoData().Reason : DnsResponse.Failed(failure).Reason));
        Assert.Equal("no answer from 192.0.2.53", DnsResponse.Failed(DnsFailure.Timeout, "no answer from 192.0.2.53").Reason);
        Assert.Equal("SERVFAIL", DnsResponse.Failed(DnsFailure.ServerFailure, " ").Reason);
        Assert.Equal("the resolver failed", DnsResponse.Failed(DnsFailure.ResolverFault, "secret").Reason);
    }

    [Fact]
    public void A_question_has_a_name_and_a_type()
    {
        Assert.Throws<ArgumentNullException>(() => new DnsQuestion(null!, DnsRecordType.Txt));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DnsQuestion(DomainName.Parse("a.example").Value!, (DnsRecordType)99));
    }

    // Three silences in a row, or one connection that cannot be made; any answer begins the count again.
    [Theory]
    [InlineData("TTT", true)]
    [InlineData("TT", false)]
    [InlineData("TATT", false)]
    [InlineData("TTATT", false)]
    [InlineData("TTTA", false)]
    [InlineData("TATTT", true)]
    [InlineData("TTNT", true)]
    [InlineData("TTMTT", false)]
    [InlineData("U", true)]
    [InlineData("C", true)]
    [InlineData("UA", false)]
    [InlineData("N", false)]
    public void A_server_that_is_silent_rests(string ends, bool isResting)
    {
        var time = new FakeTimeProvider();
        using var deadlines = new Deadlines(time, static () => { });
        using var server = new DnsServer(
            new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 53), new StubContext(new StubResolverOptions(), time, deadlines, new RandomNumbers(), new StubCounters()));
        foreach (var end in ends)
        {
            server.Note(end switch
            {
                'T' => ExchangeEnd.TimedOut,
                'A' => ExchangeEnd.Answered,
                'M' => ExchangeEnd.Truncated,
                'U' => ExchangeEnd.Unreachable,
                'C' => ExchangeEnd.Closed,
                _ => ExchangeEnd.Canceled,
            });
        }

        Assert.Equal(isResting, server.IsResting);
        time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Equal(isResting, server.IsResting);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.False(server.IsResting);
    }

    [Theory]
    [InlineData("192.0.2.1", "1.2.0.192.in-addr.arpa")]
    [InlineData("::ffff:192.0.2.1", "1.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::a", "a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public void An_address_has_one_name_to_look_up(string address, string name) => Assert.Equal(name, ReverseName.Of(System.Net.IPAddress.Parse(address)).ToString());

    // RFC 1035 section 5.1, in texts that are not UTF-8: "\DDD" is an octet, and only the quote has a backslash of its own.
    [Theory]
    [InlineData(@"\255\""", "\u00ff\"")]
    [InlineData(@"\255\", @"\u00ff\")]
    [InlineData(@"\255x\25", @"\u00ffx\25")]
    [InlineData(@"\255\2a5", @"\u00ff\2a5")]
    [InlineData(@"\255\065", "\u00ffA")]
    [InlineData(@"\195\169\""", "\u00e9\"")]
    public void A_text_of_DnsClient_reads_as_the_octets_that_came(string escaped, string expected)
    {
        var record = new DnsClient.Protocol.TxtRecord(
            new DnsClient.Protocol.ResourceRecordInfo("a.example", DnsClient.Protocol.ResourceRecordType.TXT, DnsClient.QueryClass.IN, 0, 0), [escaped], ["\ufffd"]);
        Assert.Equal(expected.Replace(@"\u00ff", "\u00ff", StringComparison.Ordinal), DnsNames.ReadText(record));
    }

    [Fact]
    public void A_resolvers_fault_is_an_event_of_its_own()
    {
        var log = new EventLogger();
        DnsSessionLog.ResolverFault(log, "TXT of a.example", "broken", null);
        Assert.Equal("Warning 4 ResolverFault The resolver failed on TXT of a.example: broken", Assert.Single(log.Events));
    }

    [Fact]
    public void Mail_hosts_are_equal_when_both_parts_are()
    {
        var host = new MailHost(10, DomainName.Parse("mx.example").Value);
        object same = new MailHost(10, DomainName.Parse("MX.example").Value);
        Assert.True(host.Equals(same));
        Assert.Equal(host.GetHashCode(), same.GetHashCode());
        Assert.False(host.Equals((object)new MailHost(11, host.Exchange)));
        Assert.False(host.Equals((object)new MailHost(10, null)));
        Assert.False(host.Equals((object?)null));
        Assert.False(host.Equals((object)"10 mx.example"));
        Assert.Equal(("10 mx.example", "0 ."), (host.ToString(), new MailHost(0, null).ToString()));
    }

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

    private sealed class EventLogger : ILogger
    {
        public List<string> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Events.Add($"{logLevel} {eventId.Id} {eventId.Name} {formatter(state, exception)}");
    }
}
