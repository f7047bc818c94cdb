using System.Text;
using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Hosting;

/// <summary>Whom the library tells of a message, when, and of what.</summary>
public class ObserverTests
{
    private const string Header = "From: a@example.com\r\nSubject: x\r\n";

    private static readonly DateTimeOffset Now = new(2026, 7, 6, 10, 0, 0, TimeSpan.Zero);
    private static readonly AppliedAction Refused = new() { Action = DispositionAction.Reject, SmtpReply = "550 5.7.26 no", Reason = "why" };
    private readonly Collector _collector = new();

    [Fact]
    public async Task A_message_at_hand_is_told_of_at_its_end_with_its_envelope()
    {
        var envelope = TypicalMessage.Envelope.Changed(e => e.Recipients, ["bob@example.org"]);
        var outcome = await Pipeline().AuthenticateAsync(envelope, Message(), TestContext.Current.CancellationToken);

        var message = Assert.Single(_collector.Messages);
        Assert.Same(outcome, message.Outcome);
        Assert.Same(envelope, message.Envelope);
        Assert.Equal((Now, null, null), (message.ReceivedAt, message.Applied, message.Header));
    }

    [Fact]
    public async Task What_the_host_did_is_told_at_once_and_once()
    {
        var pipeline = Pipeline();
        var session = Begin(pipeline);
        var outcome = await FeedAsync(session);
        Assert.Empty(_collector.Messages);

        session.ReportApplied(Refused);

        var message = Assert.Single(_collector.Messages);
        Assert.Same(outcome, message.Outcome);
        Assert.Same(Refused, message.Applied);
        Assert.Throws<InvalidOperationException>(() => session.ReportApplied(Refused));
        session.Reset();
        await session.DisposeAsync();
        Assert.Single(_collector.Messages);
    }

    public static TheoryData<string> Ends => ["reset", "helo", "mail", "dispose"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_host_that_says_nothing_has_it_told_when_the_next_message_begins_or_the_session_ends(string end)
    {
        var session = Begin(Pipeline());
        await FeedAsync(session);
        Assert.Empty(_collector.Messages);
        switch (end)
        {
            case "reset":
                session.Reset();
                break;
            case "helo":
                session.SetHelo("other.example");
                break;
            case "mail":
                session.SetMailFrom("next@example.com");
                break;
            default:
                await session.DisposeAsync();
                break;
        }

        var message = Assert.Single(_collector.Messages);
        Assert.Null(message.Applied);
        Assert.Equal(("out.esp.example", "a@example.com"), (message.Envelope.Helo, message.Envelope.MailFrom));
        await session.DisposeAsync();
        Assert.Single(_collector.Messages);
    }

    // What the connection says of itself later is not of this message.
    [Fact]
    public async Task The_envelope_is_that_of_the_message()
    {
        var session = Begin(Pipeline());
        await FeedAsync(session, "<bob@example.org>", "carol@example.org");
        session.IsAuthenticatedSubmission = true;
        await FeedAsync(session, "dave@example.org");
        await session.DisposeAsync();

        Assert.Equal([false, true], _collector.Messages.Select(message => message.Envelope.IsAuthenticatedSubmission));
        Assert.Equal(["<bob@example.org>,carol@example.org", "dave@example.org"], _collector.Messages.Select(message => string.Join(',', message.Envelope.Recipients)));
        Assert.All(_collector.Messages, message => Assert.Equal(TypicalMessage.Envelope.ClientAddress, message.Envelope.ClientAddress));
    }

    [Fact]
    public async Task A_second_MAIL_begins_with_no_recipients()
    {
        var session = Begin(Pipeline());
        session.SetMailFrom("a@example.com");
        session.AddRecipient("bob@example.org");
        await FeedAsync(session, "carol@example.org");
        await session.DisposeAsync();
        Assert.Equal(["carol@example.org"], Assert.Single(_collector.Messages).Envelope.Recipients);
    }

    [Theory]
    [InlineData(3, 3, 0)]
    [InlineData(4, 3, 1)]
    [InlineData(10, 3, 7)]
    public async Task Past_the_limit_recipients_are_counted_only(int named, int listed, int unlisted)
    {
        var session = Begin(Pipeline(options => options with { MessageLimits = new MessageLimits { MaxRecipients = 3 } }));
        await FeedAsync(session, [.. Enumerable.Range(0, named).Select(n => $"r{n}@example.org")]);
        await session.DisposeAsync();
        var envelope = Assert.Single(_collector.Messages).Envelope;
        Assert.Equal((listed, unlisted), (envelope.Recipients.Length, envelope.UnlistedRecipients));
    }

    [Fact]
    public async Task The_recipients_of_a_whole_message_are_told_as_they_were_given()
    {
        var envelope = new SmtpEnvelope(null, null, "a@example.com") { Recipients = ["bob@example.org"], UnlistedRecipients = 7 };
        await Pipeline().AuthenticateAsync(envelope, "From: a@example.com\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var told = Assert.Single(_collector.Messages).Envelope;
        Assert.Equal(("bob@example.org", 7), (Assert.Single(told.Recipients), told.UnlistedRecipients));
    }

    [Fact]
    public async Task Calls_out_of_order_are_the_callers_mistake()
    {
        var session = Begin(Pipeline());
        Assert.Throws<InvalidOperationException>(() => session.ReportApplied(Refused));
        session.SetMailFrom("a@example.com");
        session.AddHeaderField("From"u8, " a@example.com"u8);
        Assert.Throws<InvalidOperationException>(() => session.AddRecipient("bob@example.org"));
        session.EndOfHeaders();
        Assert.Throws<InvalidOperationException>(() => session.ReportApplied(Refused));
        await session.CompleteAsync(TestContext.Current.CancellationToken);
        Assert.Throws<InvalidOperationException>(() => session.AddRecipient("bob@example.org"));
        await session.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => session.ReportApplied(Refused));
        Assert.Single(_collector.Messages);
    }

    [Fact]
    public async Task A_message_without_an_outcome_is_not_told_of()
    {
        var pipeline = new AuthenticationPipeline(ScriptedResolver.Held(new ZoneResolver(new Zone())), Options(), observers: [_collector]);
        using var cancel = new CancellationTokenSource();
        var session = Begin(pipeline);
        var pending = FeedAsync(session, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        session.ReportApplied(Refused);
        session.Reset();
        session.SetMailFrom("a@example.com"); // abandoned
        session.Reset();
        await session.DisposeAsync();
        Assert.Empty(_collector.Messages);
    }

    [Fact]
    public async Task One_that_throws_harms_nobody_and_is_logged()
    {
        var log = new Lines();
        var pipeline = new AuthenticationPipeline(Zone(), Options(), log, [new Throws(), _collector, new Throws()]);
        var outcome = await pipeline.AuthenticateAsync(TypicalMessage.Envelope, Message(), TestContext.Current.CancellationToken);
        Assert.Same(outcome, Assert.Single(_collector.Messages).Outcome);
        Assert.Equal(2, log.Entries.Count(line => line.StartsWith("Error: Throws failed", StringComparison.Ordinal)));
        Assert.Contains(log.Entries, line => line.StartsWith("Information: Message of example.com: spf=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_that_throws_harms_nobody_either()
    {
        var pipeline = new AuthenticationPipeline(Zone(), Options(), new Lines { Throws = true }, [_collector]);
        await pipeline.AuthenticateAsync(TypicalMessage.Envelope, Message(), TestContext.Current.CancellationToken);
        Assert.Single(_collector.Messages);
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("session")]
    [InlineData("stream of LF")]
    public async Task The_header_is_kept_for_who_asks(string form)
    {
        var pipeline = Pipeline(options => options with { KeepHeader = true });
        switch (form)
        {
            case "whole":
                await pipeline.AuthenticateAsync(TypicalMessage.Envelope, Message(), TestContext.Current.CancellationToken);
                break;
            case "session":
                await using (var session = Begin(pipeline))
                {
                    await FeedAsync(session);
                }

                break;
            default:
                using (var stream = new MemoryStream(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(Message()).Replace("\r", "", StringComparison.Ordinal))))
                {
                    await pipeline.AuthenticateAsync(TypicalMessage.Envelope, stream, TestContext.Current.CancellationToken);
                }

                break;
        }

        // The first message's bytes are its own: another one's do not overwrite them.
        await pipeline.AuthenticateAsync(TypicalMessage.Envelope, "From: zzz@other.example\r\nSubject: y\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal(Header, Encoding.ASCII.GetString(_collector.Messages[0].Header!.Value.Span));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(2000)]
    public async Task A_kept_header_is_no_longer_than_what_is_read(int most)
    {
        var pipeline = Pipeline(options => options with { KeepHeader = true, MessageLimits = new MessageLimits { MaxHeaderBytes = most } });
        var message = Encoding.ASCII.GetBytes(Header + string.Concat(Enumerable.Range(0, 100).Select(n => $"X-{n}: {new string('y', 50)}\r\n")) + "\r\nhi\r\n");
        await pipeline.AuthenticateAsync(TypicalMessage.Envelope, message, TestContext.Current.CancellationToken);
        var kept = Assert.Single(_collector.Messages);
        Assert.NotNull(kept.Outcome.HeaderLimit);
        Assert.InRange(kept.Header!.Value.Length, most - 60, most);
    }

    [Fact]
    public void A_channel_that_is_full_drops_and_counts()
    {
        var channel = new ChannelObserver(capacity: 2);
        var messages = Enumerable.Range(0, 5).Select(_ => Made()).ToList();
        messages.ForEach(channel.OnEvaluated);
        Assert.Equal(3, channel.DroppedCount);
        Assert.True(channel.Reader.TryRead(out var first));
        Assert.True(channel.Reader.TryRead(out var second));
        Assert.False(channel.Reader.TryRead(out _));
        Assert.Equal(messages.Take(2), [first, second]);
        channel.Complete();
        channel.OnEvaluated(messages[0]);
        Assert.Equal(4, channel.DroppedCount);
        Assert.True(channel.Reader.Completion.IsCompleted);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChannelObserver(0));
    }

    [Fact]
    public async Task Observers_are_registered_as_services()
    {
        var services = new ServiceCollection();
        services.AddEmailAuth(options =>
        {
            options.Authentication = Options();
            options.Resolver = Zone();
        });
        services.AddEmailAuthObserver<Collector>().AddSingleton<IEvaluatedMessageObserver>(_collector);
        await using var provider = services.BuildServiceProvider();
        var pipeline = provider.GetRequiredService<AuthenticationPipeline>();
        await pipeline.AuthenticateAsync(TypicalMessage.Envelope, Message(), TestContext.Current.CancellationToken);
        Assert.Same(Assert.Single(provider.GetRequiredService<Collector>().Messages), Assert.Single(_collector.Messages));
    }

    // Two parts of a host may register the same one; and a host may have made it itself, before or afterwards.
    [Theory]
    [InlineData("twice")]
    [InlineData("made before")]
    [InlineData("made after")]
    public async Task An_observer_that_is_registered_again_is_one_and_is_told_once(string order)
    {
        var services = new ServiceCollection();
        services.AddEmailAuth(options =>
        {
            options.Authentication = Options();
            options.Resolver = Zone();
        });
        if (order == "made before")
        {
            services.AddSingleton(_collector);
        }

        services.AddEmailAuthObserver<Collector>();
        switch (order)
        {
            case "twice":
                services.AddEmailAuthObserver<Collector>();
                break;
            case "made after":
                services.AddSingleton(_collector);
                break;
            default:
                break;
        }

        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<AuthenticationPipeline>().AuthenticateAsync(TypicalMessage.Envelope, Message(), TestContext.Current.CancellationToken);
        var collector = provider.GetRequiredService<Collector>();
        Assert.Single(collector.Messages);
        Assert.Equal(order != "twice", ReferenceEquals(collector, _collector));
    }

    [Fact]
    public void What_was_done_reads_as_a_line()
    {
        Assert.Equal("reject: 550 5.7.26 no", Refused.ToString());
        Assert.Equal("accept", new AppliedAction { Action = DispositionAction.Accept }.ToString());
        Assert.Equal("message of unknown: accept (advised)", Made().ToString());
    }

    private static EvaluatedMessage Made() => new(
        TypicalMessage.Envelope,
        new AuthenticationOutcome
        {
            AuthservId = "mx.example.org",
            Author = new Author(),
            Disposition = new Disposition { Action = DispositionAction.Accept, Reason = "made by hand" },
            Header = "Authentication-Results: mx.example.org; none",
        })
    {
        ReceivedAt = Now,
    };

    private static byte[] Message() => Encoding.ASCII.GetBytes(Header + "\r\nhi\r\n");

    private static ZoneResolver Zone() => new(new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject"));

    private static AuthenticationOptions Options() => TypicalMessage.Options with { TimeProvider = new FakeTimeProvider(Now) };

    private static AuthenticationSession Begin(AuthenticationPipeline pipeline) =>
        pipeline.BeginSession(TypicalMessage.Envelope.ClientAddress, "out.esp.example");

    private static ValueTask<AuthenticationOutcome> FeedAsync(AuthenticationSession session, params string[] recipients) =>
        FeedAsync(session, TestContext.Current.CancellationToken, recipients);

    private static ValueTask<AuthenticationOutcome> FeedAsync(AuthenticationSession session, CancellationToken cancellationToken, params string[] recipients)
    {
        session.SetMailFrom("a@example.com");
        foreach (var recipient in recipients)
        {
            session.AddRecipient(recipient);
        }

        session.AddHeaderField("From"u8, " a@example.com"u8);
        session.AddHeaderField("Subject"u8, " x"u8);
        session.EndOfHeaders();
        session.AppendBody("hi\r\n"u8);
        return session.CompleteAsync(cancellationToken);
    }

    private AuthenticationPipeline Pipeline(Func<AuthenticationOptions, AuthenticationOptions>? change = null) =>
        new(Zone(), change is null ? Options() : change(Options()), observers: [_collector]);

    private sealed class Collector : IEvaluatedMessageObserver
    {
        public List<EvaluatedMessage> Messages { get; } = [];

        public void OnEvaluated(EvaluatedMessage message) => Messages.Add(message);
    }

    private sealed class Throws : IEvaluatedMessageObserver
    {
        public void OnEvaluated(EvaluatedMessage message) => throw new InvalidOperationException("thrown by the test");
    }

    private sealed class Lines : ILogger<AuthenticationPipeline>
    {
        public List<string> Entries { get; } = [];

        public bool Throws { get; init; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (Throws)
            {
                throw new IOException("the disk is full");
            }

            Entries.Add($"{logLevel}: {formatter(state, exception)}");
        }
    }
}
