using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using EmailAuth.Hosting;
using EmailAuth.Policy;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EmailAuth.Tests.Hosting;

/// <summary>Observers that call the session which tells them, and calls that come at the same time as the end of a session.</summary>
public class ObserverReentryTests
{
    private static readonly AppliedAction Accepted = new() { Action = DispositionAction.Accept };

    [Theory]
    [InlineData("reset")]
    [InlineData("helo")]
    [InlineData("mail")]
    [InlineData("report")]
    [InlineData("dispose")]
    public async Task A_session_that_an_observer_disposes_of_stays_disposed(string call)
    {
        var observer = new Calls();
        var session = Pipeline(observer).BeginSession(TypicalMessage.Envelope.ClientAddress, "out.esp.example");
        observer.Do = () => _ = session.DisposeAsync().AsTask();
        await FeedAsync(session);
        var thrown = await Record.ExceptionAsync(async () =>
        {
            switch (call)
            {
                case "reset":
                    session.Reset();
                    break;
                case "helo":
                    session.SetHelo("other.example");
                    break;
                case "mail":
                    session.SetMailFrom("b@example.com");
                    break;
                case "report":
                    session.ReportApplied(Accepted);
                    break;
                default:
                    await session.DisposeAsync();
                    break;
            }
        });

        Assert.True(thrown is null or ObjectDisposedException, thrown?.ToString());
        Assert.Throws<ObjectDisposedException>(() => session.SetMailFrom("c@example.com"));
        Assert.Throws<ObjectDisposedException>(() => session.ReportApplied(Accepted));
        Assert.Single(observer.Messages);
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("mail")]
    [InlineData("report")]
    public async Task A_message_that_an_observer_begins_is_not_told_of_as_the_one_before(string call)
    {
        var observer = new Calls();
        await using var session = Pipeline(observer).BeginSession(TypicalMessage.Envelope.ClientAddress, "out.esp.example");
        observer.Do = () =>
        {
            observer.Do = null;
            switch (call)
            {
                case "reset":
                    session.Reset();
                    break;
                case "mail":
                    session.SetMailFrom("<>");
                    session.AddRecipient("other@example.org");
                    break;
                default:
                    session.ReportApplied(Accepted);
                    break;
            }
        };
        await FeedAsync(session);
        session.SetMailFrom("b@example.com");
        session.Reset();
        await FeedAsync(session);
        session.ReportApplied(Accepted);
        Assert.Equal([null, Accepted], observer.Messages.Select(message => message.Applied));
        Assert.All(observer.Messages, message => Assert.Equal(["bob@example.org"], message.Envelope.Recipients));
    }

    // One thread completes and reports, another ends the session: the message that has an outcome is told of once.
    [Fact]
    public async Task Each_message_is_told_of_once_whoever_ends_its_session_meanwhile()
    {
        var observer = new Calls();
        var pipeline = Pipeline(observer);
        for (var round = 0; round < 500; round++)
        {
            var session = pipeline.BeginSession(null);
            await FeedAsync(session);
            var (ready, isRefused) = (0, false);
            await Task.WhenAll(Task.Run(EndAsync, TestContext.Current.CancellationToken), Task.Run(Report, TestContext.Current.CancellationToken));
            Assert.Equal(round + 1, observer.Messages.Count);
            Assert.True(!isRefused || observer.Messages[round].Applied is null);
            Assert.Throws<ObjectDisposedException>(session.Reset);

            async Task EndAsync()
            {
                Meet(ref ready);
                await session.DisposeAsync();
            }

            void Report()
            {
                Meet(ref ready);
                try
                {
                    session.ReportApplied(Accepted);
                }
                catch (ObjectDisposedException)
                {
                    isRefused = true; // the other may not have told of it yet
                }
            }
        }
    }

    // The verdict is there, but a server that does not hear of the cancellation keeps a lookup that was asked for nothing from ending.
    [Fact]
    public async Task Observers_get_a_message_whose_session_ends_after_its_verdict_and_before_its_lookups_end()
    {
        var observer = new Calls();
        var client = TypicalMessage.Envelope.ClientAddress!;
        var zone = new Zone().Add("example.com", ZoneEntryKind.Txt, "v=spf1 a:first.example.net a:second.example.net -all").Add("first.example.net", ZoneEntryKind.A, client.ToString());
        var deaf = ScriptedResolver.Held(new ZoneResolver(zone), isDeaf: true);
        var pipeline = new AuthenticationPipeline(deaf, TypicalMessage.Options with { Methods = AuthenticationMethods.Spf }, observers: [observer]);
        var outcome = await Task.Run(
            async () =>
            {
                var session = pipeline.BeginSession(client);
                var completing = FeedAsync(session).AsTask();
                deaf.AnswerOne(0); // the record
                deaf.AnswerOne(0); // the address that matches
                Assert.Equal((1, false, 0), (deaf.Waiting, completing.IsCompleted, observer.Messages.Count));
                var disposing = session.DisposeAsync().AsTask();
                deaf.AnswerRound();
                await disposing;
                return await completing;
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(EmailAuth.Spf.SpfResultCode.Pass, outcome.Spf!.Code);
        Assert.Same(outcome, Assert.Single(observer.Messages).Outcome);
    }

    [Fact]
    public void An_observer_that_is_null_is_the_callers_mistake() =>
        Assert.Equal("observers", Assert.Throws<ArgumentException>(() => Pipeline(null!)).ParamName);

    [Fact]
    public async Task A_log_that_cannot_say_whether_it_listens_harms_nobody()
    {
        var pipeline = new AuthenticationPipeline(new ZoneResolver(new Zone()), TypicalMessage.Options, new BrokenLog());
        var outcome = await pipeline.AuthenticateAsync(TypicalMessage.Envelope, "From: a@example.com\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.NotNull(outcome.Dmarc);
    }

    // Who listens to a meter runs on the thread that counts.
    [Fact]
    public async Task Who_listens_to_the_count_of_failures_harms_nobody()
    {
        var thread = Environment.CurrentManagedThreadId;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "emailauth.observer.failures")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            if (Environment.CurrentManagedThreadId == thread)
            {
                throw new InvalidOperationException("thrown by the test");
            }
        });
        listener.Start();
        var told = new Calls();
        var throws = new Calls { Do = () => throw new OperationCanceledException("thrown by the test") };
        await using var session = new AuthenticationPipeline(new ZoneResolver(new Zone()), TypicalMessage.Options, observers: [throws, told]).BeginSession(null);
        var feeding = FeedAsync(session);
        Assert.True(feeding.IsCompleted); // on this thread
        await feeding;
        session.ReportApplied(Accepted);
        Assert.Single(told.Messages);
    }

    [Fact]
    public async Task A_session_that_waits_for_the_next_message_holds_nothing_of_the_last()
    {
        var observer = new Forgets();
        await using var session = Pipeline(observer).BeginSession(null);
        await FeedSignedAsync(session);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(observer.Signature!.IsAlive);
        session.Reset();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task FeedSignedAsync(AuthenticationSession session)
    {
        session.AddHeaderField("From"u8, " a@example.com"u8);
        session.AddHeaderField("DKIM-Signature"u8, " v=1; a=rsa-sha256; d=example.com; s=s; h=from; bh=AAAA; b=AAAA"u8);
        session.EndOfHeaders();
        await session.CompleteAsync(TestContext.Current.CancellationToken);
        session.ReportApplied(Accepted);
    }

    private static void Meet(ref int ready)
    {
        Interlocked.Increment(ref ready);
        while (Volatile.Read(ref ready) < 2)
        {
            Thread.SpinWait(1);
        }
    }

    private static AuthenticationPipeline Pipeline(IEvaluatedMessageObserver observer) =>
        new(new ZoneResolver(new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")), TypicalMessage.Options, observers: [observer]);

    private static ValueTask<AuthenticationOutcome> FeedAsync(AuthenticationSession session)
    {
        session.SetMailFrom("a@example.com");
        session.AddRecipient("bob@example.org");
        session.AddHeaderField("From"u8, " a@example.com"u8);
        session.EndOfHeaders();
        return session.CompleteAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Calls : IEvaluatedMessageObserver
    {
        private readonly Lock _lock = new();

        public List<EvaluatedMessage> Messages { get; } = [];

        public Action? Do { get; set; }

        public void OnEvaluated(EvaluatedMessage message)
        {
            lock (_lock)
            {
                Messages.Add(message);
            }

            Do?.Invoke();
        }
    }

    private sealed class Forgets : IEvaluatedMessageObserver
    {
        public WeakReference? Signature { get; private set; }

        public void OnEvaluated(EvaluatedMessage message) => Signature = new WeakReference(message.Outcome.Dkim!.Signatures[0].Signature);
    }

    private sealed class BrokenLog : ILogger<AuthenticationPipeline>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => throw new IOException("the disk is full");

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("the disk is full");
    }
}
