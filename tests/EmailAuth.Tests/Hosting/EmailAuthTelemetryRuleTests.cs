using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using EmailAuth.Hosting;
using EmailAuth.Policy;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Hosting;

/// <summary>Every instrument, alone and with the others, and every attribute of what it counts.</summary>
public class EmailAuthTelemetryRuleTests
{
    private static readonly string[] All =
    [
        "emailauth.dkim.unsigned_copies emailauth.field=subject: 1",
        "emailauth.dmarc.undecided emailauth.cause=policy_record emailauth.action=accept: 1",
        "emailauth.dns.cache_hits: 5",
        "emailauth.dns.lookups: 5",
        "emailauth.message.duration: 2.5",
        "emailauth.messages emailauth.action=accept: 1",
        "emailauth.policy.exceptions emailauth.exception_action=skip: 1",
    ];

    public static TheoryData<string> Instruments => ["emailauth.results", .. All.Select(static line => line.Split(' ', ':')[0])];

    [Fact]
    public void Each_instrument_has_its_unit_and_its_description()
    {
        var found = new List<string>();
        double[] bounds = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == EmailAuthTelemetry.Name && (Instruments.Any(row => row.Data == instrument.Name) || instrument.Name.StartsWith("emailauth.observer", StringComparison.Ordinal)))
                {
                    found.Add($"{instrument.GetType().Name[..^2]} {instrument.Name} {instrument.Unit} {instrument.Description}");
                    bounds = instrument is Histogram<double> histogram ? [.. histogram.Advice!.HistogramBucketBoundaries!] : bounds;
                    Assert.Equal(typeof(EmailAuthTelemetry).Assembly.GetName().Version!.ToString(3), instrument.Meter.Version);
                }
            },
        };
        listener.Start();
        _ = EmailAuthTelemetry.IsListening;
        Assert.Equal(
            [
                "Counter emailauth.dkim.unsigned_copies {signature} Signatures that hold while the message has a further, differing and unsigned instance of a field they sign, by field (RFC 6376 section 8.15).",
                "Counter emailauth.dmarc.undecided {message} Messages of which a failed DNS query left DMARC undecided, by cause and action.",
                "Counter emailauth.dns.cache_hits {lookup} DNS lookups that were answered at once, as from a cache.",
                "Counter emailauth.dns.lookups {lookup} DNS lookups made.",
                "Counter emailauth.messages {message} Messages by the action they lead to.",
                "Counter emailauth.observer.dropped {message} Messages that an observer had no room for.",
                "Counter emailauth.observer.failures {message} Messages of which an observer threw, by observer.",
                "Counter emailauth.policy.exceptions {exception} Exceptions of the operator that changed something for a message, by action.",
                "Counter emailauth.results {result} Results by method and result (RFC 8601 section 2.7).",
                "Histogram emailauth.message.duration s Time from the start of a message to its outcome.",
            ],
            found.Order(StringComparer.Ordinal));
        Assert.Equal([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30], bounds);
    }

    [Theory]
    [MemberData(nameof(Instruments))]
    public async Task One_instrument_that_is_listened_to_counts_what_it_counts_among_all(string name)
    {
        var counts = await CountAsync(instrument => instrument == name);
        Assert.Equal(
            name == "emailauth.results"
                ? [
                    "emailauth.results emailauth.method=dkim emailauth.result=policy: 1",
                    "emailauth.results emailauth.method=dmarc emailauth.result=temperror: 1",
                    "emailauth.results emailauth.method=spf emailauth.result=none emailauth.identity=helo: 1",
                    "emailauth.results emailauth.method=spf emailauth.result=none emailauth.identity=mailfrom: 1",
                ]
                : All.Where(line => line.Split(' ', ':')[0] == name),
            counts);
    }

    [Fact]
    public async Task A_message_is_counted_by_each_instrument() =>
        Assert.Equal(All, (await CountAsync(static _ => true)).Where(static line => !line.StartsWith("emailauth.results", StringComparison.Ordinal)));

    // A signature that does not hold says nothing of the copies of its fields.
    [Theory]
    [InlineData("Subject: x", "Subject: y")]
    [InlineData("hi", "ho")]
    public async Task A_copy_beside_a_signature_that_does_not_hold_is_not_counted(string what, string by)
    {
        var counts = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = Listener(static name => name == "emailauth.dkim.unsigned_copies", counts, new AsyncLocal<bool> { Value = true });
        await JudgeAsync(what, by);
        Assert.Empty(counts);
        await JudgeAsync();
        Assert.Equal(["emailauth.dkim.unsigned_copies emailauth.field=subject: 1"], Lines(counts));
    }

    [Fact]
    public void What_an_observer_drops_or_throws_is_counted()
    {
        var counts = new Dictionary<string, double>(StringComparer.Ordinal);
        var flow = new AsyncLocal<bool> { Value = true };
        using var listener = Listener(static name => name.StartsWith("emailauth.observer", StringComparison.Ordinal), counts, flow);
        var channel = new ChannelObserver(1);
        for (var count = 0; count < 3; count++)
        {
            channel.OnEvaluated(new EvaluatedMessage(TypicalMessage.Envelope, null!));
        }

        EmailAuthTelemetry.CountFailure(typeof(string));
        Assert.Equal(["emailauth.observer.dropped: 2", "emailauth.observer.failures emailauth.observer=String: 1"], Lines(counts));
    }

    [Fact]
    public async Task An_activity_has_the_first_result_of_each_method()
    {
        var ended = new List<Activity>();
        using var parent = new Activity("test").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == EmailAuthTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId == parent.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await JudgeAsync();
        var activity = Assert.Single(ended, activity => activity.TraceId == parent.TraceId);
        Assert.Equal(
            "emailauth.spf=none emailauth.dkim=policy emailauth.dmarc=temperror emailauth.action=accept emailauth.dns.lookups=5",
            string.Join(' ', activity.TagObjects.Select(static tag => string.Create(CultureInfo.InvariantCulture, $"{tag.Key}={tag.Value}"))));
        Assert.Equal(("emailauth.message", EmailAuthTelemetry.Name, typeof(EmailAuthTelemetry).Assembly.GetName().Version!.ToString(3)), (activity.OperationName, activity.Source.Name, activity.Source.Version));
    }

    // A message with a result of each kind that is counted: a signed copy, a policy that cannot be looked up, an exception.
    private static async Task JudgeAsync(string what = "hi", string by = "hi")
    {
        var zone = new Zone()
            .Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
            .Add("_dmarc.lame.example", ZoneEntryKind.ServFail);
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 7, 6, 10, 0, 0, TimeSpan.Zero));
        var message = "Subject: Other\r\n" + Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign("From: joe@lame.example\r\nSubject: x\r\n\r\nhi\r\n", "from:subject")).Replace(what, by, StringComparison.Ordinal);
        var options = TypicalMessage.Options with
        {
            TimeProvider = clock,
            Methods = AuthenticationMethods.Spf | AuthenticationMethods.Dkim | AuthenticationMethods.Dmarc,
            ExtendedResults = ExtendedResults.None,
            LocalPolicy = new LocalPolicy { Exceptions = PolicyExceptions.Parse("lame.example skip iprev # it is known\n").Value!, OnUndecided = DispositionAction.TempFail },
        };
        await using var session = new AuthenticationPipeline(new ZoneResolver(zone), options).BeginSession(System.Net.IPAddress.Parse("192.0.2.1"), "mail.other.example");
        session.SetMailFrom("x@other.example");
        var header = EmailAuth.Messages.HeaderBlock.Parse(TestSigner.Bytes(message));
        for (var index = 0; index < header.Count; index++)
        {
            session.AddHeaderField(header[index].Name, header[index].Value);
        }

        clock.Advance(TimeSpan.FromSeconds(2.5));
        session.EndOfHeaders();
        session.AppendBody(TestSigner.Bytes(message).AsSpan(header.BodyOffset));
        await session.CompleteAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<List<string>> CountAsync(Func<string, bool> isMeant)
    {
        var counts = new Dictionary<string, double>(StringComparer.Ordinal);

        // Other tests run beside this one: only what this flow of control records is counted.
        var flow = new AsyncLocal<bool> { Value = true };
        using var listener = Listener(isMeant, counts, flow);
        await JudgeAsync();
        return Lines(counts);
    }

    private static List<string> Lines(Dictionary<string, double> counts) =>
        [.. counts.Select(static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}: {pair.Value}")).Order(StringComparer.Ordinal)];

    private static MeterListener Listener(Func<string, bool> isMeant, Dictionary<string, double> counts, AsyncLocal<bool> flow)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == EmailAuthTelemetry.Name && isMeant(instrument.Name))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Count(instrument, value, tags));
        listener.Start();
        return listener;

        void Count(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (flow.Value)
            {
                var key = instrument.Name;
                foreach (var tag in tags)
                {
                    key += $" {tag.Key}={tag.Value}";
                }

                counts[key] = counts.GetValueOrDefault(key) + value;
            }
        }
    }
}
