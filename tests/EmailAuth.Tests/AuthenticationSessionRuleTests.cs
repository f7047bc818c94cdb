using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>Each call of a session at each stage: taken, or refused with what is said.</summary>
public class AuthenticationSessionRuleTests
{
    private static readonly string[] Stages = ["begun", "sender", "field", "header", "body", "completing", "completed", "reported", "reset", "disposed"];

    private static readonly (string Name, Func<AuthenticationSession, Task> Call)[] Calls =
    [
        ("SetHelo", static session => Done(() => session.SetHelo("out.esp.example"))),
        ("SetMailFrom", static session => Done(() => session.SetMailFrom("a@example.com"))),
        ("AddRecipient", static session => Done(() => session.AddRecipient("bob@example.org"))),
        ("AddHeaderField", static session => Done(() => session.AddHeaderField("From"u8, " a@example.com"u8))),
        ("EndOfHeaders", static session => Done(session.EndOfHeaders)),
        ("SetHeader", static session => Done(() => session.SetHeader(HeaderBlock.Parse("From: a@example.com\r\n\r\n"u8.ToArray())))),
        ("AppendBody", static session => Done(() => session.AppendBody("hi\r\n"u8))),
        ("CompleteAsync", static async session => Assert.NotNull(await session.CompleteAsync(TestContext.Current.CancellationToken))),
        ("ReportApplied", static session => Done(() => session.ReportApplied(new AppliedAction { Action = DispositionAction.Accept }))),
        ("Reset", static session => Done(session.Reset)),
        ("DisposeAsync", static session => session.DisposeAsync().AsTask()),
    ];

    [Fact]
    public async Task Each_call_at_each_stage_is_taken_or_refused_as_it_was_approved()
    {
        var lines = new List<string>();
        foreach (var stage in Stages)
        {
            foreach (var (name, call) in Calls)
            {
                var collector = new Collector();
                var (session, release) = await At(stage, collector);
                if (stage == "completing" && name == "DisposeAsync")
                {
                    // Its own tests end a session that is being completed.
                    await release();
                    continue;
                }

                var thrown = await Record.ExceptionAsync(() => call(session));
                lines.Add($"{stage} {name}: {(thrown is ObjectDisposedException ? nameof(ObjectDisposedException) : thrown is null ? "taken" : $"{thrown.GetType().Name}: {thrown.Message}")}; told {collector.Messages.Count}");
                await release();
                await session.DisposeAsync();
            }
        }

        ApprovedPage.Verify("session", "calls.txt", lines);
    }

    // After each stage the session can be made ready for a message that is judged as the first one is.
    [Fact]
    public async Task After_a_reset_the_next_message_is_judged_as_if_it_were_the_first()
    {
        var (whole, _) = await At("completed", new Collector());
        whole.Reset();
        var expected = await JudgeAsync(whole);
        foreach (var stage in Stages.Where(static stage => stage is not ("disposed" or "completing")))
        {
            var (session, release) = await At(stage, new Collector());
            await release();
            session.Reset();
            Assert.Equal(expected, await JudgeAsync(session));
            await session.DisposeAsync();
        }

        await whole.DisposeAsync();
    }

    // What is given before the header: none of it is asked for.
    [Fact]
    public async Task A_message_needs_neither_sender_nor_field_nor_body()
    {
        await using var session = Pipeline(new Collector()).BeginSession(null);
        session.EndOfHeaders();
        var outcome = await session.CompleteAsync(TestContext.Current.CancellationToken);
        Assert.Equal((EmailAuth.Spf.SpfResultCode.None, null, null), (outcome.Spf!.Code, outcome.SpfHelo, outcome.Iprev));
        Assert.Equal(EmailAuth.Dmarc.DmarcResultCode.PermError, outcome.Dmarc!.Code);
    }

    // Observers alone need the envelope.
    [Fact]
    public async Task An_observer_gets_the_whole_of_a_message()
    {
        var collector = new Collector();
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 7, 6, 10, 0, 0, TimeSpan.Zero));
        var options = TypicalMessage.Options with { KeepHeader = true, TimeProvider = clock };
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), options, observers: [collector]);
        await using var session = pipeline.BeginSession(TypicalMessage.Envelope.ClientAddress, "first.example");
        session.IsAuthenticatedSubmission = true;
        session.SetHelo("out.esp.example");
        session.AddRecipient("lost@example.org"); // MAIL begins with no recipients
        session.SetMailFrom("<a@example.com>");
        session.AddRecipient("<bob@example.org>");
        session.AddHeaderField("From"u8, " a@example.com"u8);
        session.AddHeaderField("Auto-Submitted"u8, " auto-replied"u8);
        session.EndOfHeaders();
        clock.Advance(TimeSpan.FromSeconds(3));
        var outcome = await session.CompleteAsync(TestContext.Current.CancellationToken);
        Assert.Empty(collector.Messages);
        var applied = new AppliedAction { Action = DispositionAction.Quarantine, Reason = "why" };
        session.ReportApplied(applied);

        var message = Assert.Single(collector.Messages);
        Assert.Same(outcome, message.Outcome);
        Assert.Same(applied, message.Applied);
        Assert.Equal(("<a@example.com>", "out.esp.example", TypicalMessage.Envelope.ClientAddress, true, 0), (message.Envelope.MailFrom, message.Envelope.Helo, message.Envelope.ClientAddress, message.Envelope.IsAuthenticatedSubmission, message.Envelope.UnlistedRecipients));
        Assert.Equal(["<bob@example.org>"], message.Envelope.Recipients);
        Assert.Equal(clock.GetUtcNow(), message.ReceivedAt);
        Assert.Equal("From: a@example.com\r\nAuto-Submitted: auto-replied\r\n", System.Text.Encoding.ASCII.GetString(message.Header!.Value.Span));
        Assert.Equal("message of example.com: quarantine", message.ToString());
        Assert.Equal(TimeSpan.FromSeconds(3), outcome.Elapsed);
    }

    [Theory]
    [InlineData(" text/plain", false)]
    [InlineData(" multipart/report; report-type=feedback-report", true)]
    public async Task An_observer_learns_whether_a_message_is_a_report(string type, bool isReport)
    {
        var collector = new Collector();
        await using var session = Pipeline(collector).BeginSession(null);
        session.AddHeaderField("Content-Type"u8, System.Text.Encoding.ASCII.GetBytes(type));
        session.EndOfHeaders();
        await session.CompleteAsync(TestContext.Current.CancellationToken);
        session.Reset();
        Assert.Equal(isReport, Assert.Single(collector.Messages).IsReport);
    }

    [Fact]
    public async Task A_session_of_a_pipeline_without_observers_asks_and_says_the_same()
    {
        var expected = await JudgeAsync(Pipeline(new Collector()).BeginSession(TypicalMessage.Envelope.ClientAddress, "out.esp.example"));
        await using var session = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options).BeginSession(TypicalMessage.Envelope.ClientAddress, "out.esp.example");
        Assert.Equal(expected, await JudgeAsync(session));
        session.ReportApplied(new AppliedAction { Action = DispositionAction.Accept });
    }

    [Fact]
    public async Task What_was_done_is_reported_for_each_message_of_a_session()
    {
        var collector = new Collector();
        await using var session = Pipeline(collector).BeginSession(null);
        foreach (var action in (DispositionAction[])[DispositionAction.Reject, DispositionAction.Accept])
        {
            await JudgeAsync(session);
            session.ReportApplied(new AppliedAction { Action = action });
        }

        Assert.Equal([DispositionAction.Reject, DispositionAction.Accept], collector.Messages.Select(static message => message.Applied!.Action));
    }

    private static async Task<string> JudgeAsync(AuthenticationSession session)
    {
        session.SetMailFrom("bounce@news.example.com");
        session.AddHeaderField("From"u8, " a@news.example.com"u8);
        session.EndOfHeaders();
        session.AppendBody("Hi\r\n"u8);
        return (await session.CompleteAsync(TestContext.Current.CancellationToken)).ToJsonWithoutTimes();
    }

    private static async Task<(AuthenticationSession Session, Func<Task> Release)> At(string stage, Collector collector)
    {
        var held = new ScriptedResolver(new ZoneResolver(TypicalMessage.Zone())) { IsHolding = stage == "completing" };
        var session = Pipeline(collector, held).BeginSession(TypicalMessage.Envelope.ClientAddress, "out.esp.example");
        var reached = Array.IndexOf(Stages, stage);
        Func<Task> release = static () => Task.CompletedTask;
        if (reached >= 1 && stage != "disposed")
        {
            session.SetMailFrom("bounce@news.example.com");
        }

        if (reached >= 2 && stage != "disposed")
        {
            session.AddHeaderField("From"u8, " a@news.example.com"u8);
        }

        if (reached >= 3 && stage != "disposed")
        {
            session.EndOfHeaders();
        }

        if (reached >= 4 && stage != "disposed")
        {
            session.AppendBody("Hi\r\n"u8);
        }

        if (stage == "completing")
        {
            var pending = session.CompleteAsync(TestContext.Current.CancellationToken).AsTask();
            Assert.False(pending.IsCompleted);
            release = async () =>
            {
                while (held.Waiting > 0)
                {
                    held.AnswerRound();
                }

                await pending;
            };
        }
        else if (reached > 5 && stage != "disposed")
        {
            await session.CompleteAsync(TestContext.Current.CancellationToken);
        }

        switch (stage)
        {
            case "reported":
                session.ReportApplied(new AppliedAction { Action = DispositionAction.Reject });
                break;
            case "reset":
                session.Reset();
                break;
            case "disposed":
                await session.DisposeAsync();
                break;
            default:
                break;
        }

        return (session, release);
    }

    private static AuthenticationPipeline Pipeline(Collector collector, EmailAuth.Dns.IDnsResolver? resolver = null) =>
        new(resolver ?? new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options, observers: [collector]);

    private static Task Done(Action call)
    {
        call();
        return Task.CompletedTask;
    }

    private sealed class Collector : IEvaluatedMessageObserver
    {
        public List<EvaluatedMessage> Messages { get; } = [];

        public void OnEvaluated(EvaluatedMessage message) => Messages.Add(message);
    }
}
