using System.Diagnostics;
using System.Diagnostics.Metrics;
using EmailAuth.Hosting;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Hosting;

public class EmailAuthTelemetryTests
{
    [Theory]
    [InlineData("joe@lame.example.com", "x@other.example", "policy_record")]
    [InlineData("joe@example.com", "x@lame.example.com", "spf")]
    public async Task A_message_that_a_failed_query_leaves_undecided_is_counted_by_cause(string from, string mailFrom, string cause)
    {
        var zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
            .Add("lame.example.com", ZoneEntryKind.ServFail).Add("_dmarc.lame.example.com", ZoneEntryKind.ServFail);
        var counts = await CountAsync(() => new AuthenticationPipeline(new ZoneResolver(zone), TypicalMessage.Options).AuthenticateAsync(
            new SmtpEnvelope(System.Net.IPAddress.Parse("192.0.2.1"), "mail.other.example", mailFrom),
            System.Text.Encoding.ASCII.GetBytes($"From: {from}\r\n\r\nhi\r\n"),
            TestContext.Current.CancellationToken).AsTask());

        Assert.Equal(1, counts[$"emailauth.dmarc.undecided emailauth.cause={cause} emailauth.action=tempfail"]);
        Assert.Single(counts.Keys, key => key.StartsWith("emailauth.dmarc.undecided", StringComparison.Ordinal));
    }

    [Fact]
    public void The_time_of_a_message_has_buckets_for_milliseconds()
    {
        Histogram<double>? duration = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument is Histogram<double> { Name: "emailauth.message.duration" } found)
                {
                    duration = found;
                }
            },
        };
        listener.Start();

        _ = EmailAuthTelemetry.StartMessage();

        Assert.Equal((0.001, 30), (duration!.Advice!.HistogramBucketBoundaries![0], duration.Advice.HistogramBucketBoundaries[^1]));
    }

    [Fact]
    public async Task A_message_is_counted_by_method_result_and_action()
    {
        AuthenticationOutcome? outcome = null;
        var counts = await CountAsync(async () => outcome = await new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options)
            .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.TwoSignatures, TestContext.Current.CancellationToken));

        Assert.Equal(2, counts["emailauth.results emailauth.method=dkim emailauth.result=pass"]);
        Assert.Equal(1, counts["emailauth.results emailauth.method=spf emailauth.result=pass emailauth.identity=mailfrom"]);
        Assert.Equal(1, counts["emailauth.results emailauth.method=spf emailauth.result=pass emailauth.identity=helo"]);
        Assert.Equal(1, counts["emailauth.results emailauth.method=dmarc emailauth.result=pass"]);
        Assert.Equal(1, counts["emailauth.messages emailauth.action=accept"]);
        Assert.Equal(outcome!.LookupCount, counts["emailauth.dns.lookups"]);
        Assert.Equal(outcome.LookupCount, counts["emailauth.dns.cache_hits"]);
        Assert.Equal(outcome.Elapsed.TotalSeconds, counts["emailauth.message.duration"]);
        Assert.DoesNotContain(counts.Keys, key => key.StartsWith("emailauth.dmarc.undecided", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mail.other.example", "pass", "none")]
    [InlineData("other.example", "none", "pass")]
    public async Task The_results_of_SPF_are_counted_by_their_identity(string domain, string helo, string mailFrom)
    {
        var zone = new Zone().Add(domain, ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all");
        var counts = await CountAsync(() => new AuthenticationPipeline(new ZoneResolver(zone), TypicalMessage.Options).AuthenticateAsync(
            new SmtpEnvelope(System.Net.IPAddress.Parse("192.0.2.1"), "mail.other.example", "x@other.example"),
            System.Text.Encoding.ASCII.GetBytes("From: joe@example.com\r\n\r\nhi\r\n"),
            TestContext.Current.CancellationToken).AsTask());

        Assert.Equal(1, counts[$"emailauth.results emailauth.method=spf emailauth.result={helo} emailauth.identity=helo"]);
        Assert.Equal(1, counts[$"emailauth.results emailauth.method=spf emailauth.result={mailFrom} emailauth.identity=mailfrom"]);
    }

    [Fact]
    public async Task A_pipeline_that_only_looks_for_fields_counts_and_traces_nothing()
    {
        var ended = new List<Activity>();
        using var parent = new Activity("test").Start();
        using var listener = Listen(parent, ended);
        var counts = await CountAsync(() => new AuthenticationPipeline(
            new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options with { RecordsTelemetry = false })
            .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.TwoSignatures, TestContext.Current.CancellationToken).AsTask());

        Assert.Empty(counts);
        Assert.DoesNotContain(ended, activity => activity.TraceId == parent.TraceId);
    }

    [Fact]
    public async Task A_message_that_is_given_up_is_not_counted()
    {
        var counts = await CountAsync(async () =>
        {
            var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options);
            await using var session = pipeline.BeginSession(TypicalMessage.Envelope.ClientAddress, TypicalMessage.Envelope.Helo);
            session.SetMailFrom("bounce@news.example.com");
            session.AddHeaderField("From"u8, " joe@example.com"u8);
            session.EndOfHeaders();
            session.Reset();
            session.SetMailFrom("bounce@news.example.com");
        });

        Assert.DoesNotContain(counts.Keys, key => key.StartsWith("emailauth.messages", StringComparison.Ordinal) || key.StartsWith("emailauth.results", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_silence_before_a_message_does_not_count_as_its_time()
    {
        var ended = new List<Activity>();
        using var parent = new Activity("test").Start();
        using var listener = Listen(parent, ended);
        var clock = new FakeTimeProvider();
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options with { TimeProvider = clock });
        await using (var session = pipeline.BeginSession(TypicalMessage.Envelope.ClientAddress, TypicalMessage.Envelope.Helo))
        {
            for (var message = 0; message < 2; message++)
            {
                clock.Advance(TimeSpan.FromMinutes(10));
                session.SetMailFrom("bounce@news.example.com");
                clock.Advance(TimeSpan.FromSeconds(1));
                session.AddHeaderField("From"u8, " joe@example.com"u8);
                session.EndOfHeaders();
                Assert.Equal(TimeSpan.FromSeconds(1), (await session.CompleteAsync(TestContext.Current.CancellationToken)).Elapsed);
                session.Reset();
            }
        }

        // What a session holds ready for a message that never comes is not a message.
        Assert.Equal(2, ended.Count(activity => activity.TraceId == parent.TraceId));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_message_of_a_session_is_part_of_what_the_caller_does(bool isGivenUp)
    {
        var ended = new List<Activity>();
        using var parent = new Activity("connection").Start();
        using var listener = Listen(parent, ended);
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options);
        await using var session = pipeline.BeginSession(TypicalMessage.Envelope.ClientAddress, TypicalMessage.Envelope.Helo);
        for (var message = 0; message < 3; message++)
        {
            session.SetMailFrom("bounce@news.example.com");
            Assert.Same(parent, Activity.Current);
            session.AddHeaderField("From"u8, " joe@example.com"u8);
            session.EndOfHeaders();
            Assert.Same(parent, Activity.Current);
            if (!isGivenUp)
            {
                await session.CompleteAsync(TestContext.Current.CancellationToken);
            }

            Assert.Same(parent, Activity.Current);

            // An activity of the caller that begins while the message lasts stays, too.
            using var own = new Activity("own").Start();
            session.Reset();
            Assert.Same(own, Activity.Current);
        }

        var messages = ended.Where(activity => activity.TraceId == parent.TraceId).ToList();
        Assert.Equal(3, messages.Count);
        Assert.All(messages, activity => Assert.Equal(parent.SpanId, activity.ParentSpanId));
    }

    private static ActivityListener Listen(Activity parent, List<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EmailAuthTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == parent.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                lock (ended)
                {
                    ended.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static async Task<Dictionary<string, double>> CountAsync(Func<Task> work)
    {
        var id = Guid.NewGuid().ToString("N")[..12];
        var counts = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == EmailAuthTelemetry.Name)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };

        // Other tests run beside this one: only what this flow of control records is counted.
        var flow = new AsyncLocal<string> { Value = id };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Count(instrument, value, tags));
        listener.Start();
        await work();
        return counts;

        void Count(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (flow.Value != id)
            {
                return;
            }

            var key = instrument.Name;
            foreach (var tag in tags)
            {
                key += $" {tag.Key}={tag.Value}";
            }

            counts[key] = counts.GetValueOrDefault(key) + value;
        }
    }

    [Fact]
    public async Task A_message_is_one_activity_with_its_verdicts()
    {
        var ended = new List<Activity>();
        using var parent = new Activity("test").Start();
        using var listener = Listen(parent, ended);
        await new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options)
            .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.TwoSignatures, TestContext.Current.CancellationToken);

        var activity = Assert.Single(ended, a => a.TraceId == parent.TraceId);
        Assert.Equal("emailauth.message", activity.OperationName);
        Assert.Equal("pass", activity.GetTagItem("emailauth.dmarc"));
        Assert.Equal("accept", activity.GetTagItem("emailauth.action"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_listener_to_activities_that_throws_does_not_reach_the_host(bool isAtStart)
    {
        using var parent = new Activity("test").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EmailAuthTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId != parent.TraceId ? ActivitySamplingResult.None
                : isAtStart ? throw new IOException("the disk is full")
                : ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == parent.TraceId)
                {
                    throw new IOException("the disk is full");
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var outcome = await new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options)
            .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.TwoSignatures, TestContext.Current.CancellationToken);
        Assert.Contains("dmarc=pass", outcome.Header, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_generic_host_gives_the_pipeline_with_its_logger()
    {
        var lines = new List<string>();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(new ListLogger(lines));
        builder.Services.AddEmailAuth(options =>
        {
            options.Authentication = TypicalMessage.Options;
            options.Resolver = new ZoneResolver(TypicalMessage.Zone());
        });
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var pipeline = host.Services.GetRequiredService<AuthenticationPipeline>();
        Assert.Same(pipeline, host.Services.GetRequiredService<AuthenticationPipeline>());
        await pipeline.AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.TwoSignatures, TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Contains(lines, line => line.StartsWith("Message of a.news.example.com: spf=pass dkim=pass arc=none dmarc=pass bimi=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_without_options_does_not_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddEmailAuth(_ => { });
        using var host = builder.Build();
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("AuthservId", exception.Message, StringComparison.Ordinal);
    }

    private sealed class ListLogger(List<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
