using System.Collections.Immutable;
using System.Net;
using EmailAuth.Hosting;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>The checks of a connection: made once, counted once, and ended when nobody needs them.</summary>
public class ConnectionChecksTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");
    private static readonly AuthenticationOptions Options = new() { AuthservId = "mx.example.org" };

    private static readonly Zone World = new Zone()
        .Add("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "h.example").Add("h.example", ZoneEntryKind.A, "192.0.2.1")
        .Add("h.example", ZoneEntryKind.Txt, "v=spf1 a -all")
        .Add("g.example", ZoneEntryKind.Txt, "v=spf1 include:h.example -all")
        .Add("a.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
        .Add("_dmarc.a.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_question_is_counted_by_one_message(bool isHeld)
    {
        var (resolver, seen) = (new ScriptedResolver(World) { IsHolding = isHeld }, new Seen());
        await using var session = new AuthenticationPipeline(resolver, Options, observers: [seen]).BeginSession(Client, "h.example");
        List<int> asked = [];
        List<string> found = [];
        foreach (var helo in (string?[])[null, null, "h.example", "g.example", null])
        {
            if (helo is not null)
            {
                session.SetHelo(helo);
            }

            var outcome = await JudgeAsync(session, resolver, "joe@a.example");
            asked.Add(resolver.AskedCount);
            found.Add($"{outcome.LookupCount}, iprev={outcome.Iprev!.Code}, helo {outcome.SpfHelo!.Helo}={outcome.SpfHelo.Code}, {outcome.Dmarc!.Code}");
            session.Reset(); // now observers are told
            Assert.Equal(asked[^1], seen.Messages.Select(static message => message.Outcome.LookupCount).Sum());
            Assert.Equal(isHeld ? 0 : outcome.LookupCount, seen.Messages[^1].LookupsAnsweredAtOnce);
            Assert.Equal(helo ?? (found.Count > 3 ? "g.example" : "h.example"), seen.Messages[^1].Envelope.Helo);
        }

        ApprovedPage.Verify("results", $"connection-{(isHeld ? "held" : "at-once")}.txt", [.. found, string.Join(", ", resolver.Asked)]);
    }

    [Fact]
    public async Task A_name_that_comes_again_is_not_checked_again_and_one_that_is_replaced_is_given_up()
    {
        var held = new ScriptedResolver(World) { IsHolding = true };
        var session = new AuthenticationPipeline(held, Options).BeginSession(Client, "h.example");
        Assert.Equal(["PTR 192.0.2.1", "TXT h.example"], held.Asked);
        session.SetHelo("h.example");
        Assert.Equal((2, 2), (held.AskedCount, held.Outstanding));
        session.SetHelo("g.example");
        Assert.Equal((3, 2, "TXT g.example"), (held.AskedCount, held.Outstanding, held.Asked[^1]));
        session.SetHelo("G.example");
        Assert.Equal(2, held.Outstanding);
        session.SetHelo("h.example");
        Assert.Equal(2, held.Outstanding);
        while (held.Waiting > 0)
        {
            held.AnswerRound();
        }

        var outcome = await JudgeAsync(session, held, "joe@a.example");
        Assert.Equal(("h.example", SpfResultCode.Pass), (outcome.SpfHelo!.Helo, outcome.SpfHelo.Code));

        // Now that its result is known, the same name costs nothing, and another one is looked up.
        var asked = held.AskedCount;
        session.SetHelo("h.example");
        Assert.Equal(asked, held.AskedCount);
        await session.DisposeAsync();
    }

    [Theory]
    [InlineData(AuthenticationMethods.Spf, "TXT h.example")]
    [InlineData(AuthenticationMethods.Iprev, "PTR 192.0.2.1")]
    [InlineData(AuthenticationMethods.Dkim, "")]
    public async Task Only_what_is_switched_on_is_asked_and_the_name_is_kept(AuthenticationMethods methods, string asked)
    {
        var (resolver, seen) = (new ScriptedResolver(World) { IsHolding = true }, new Seen());
        await using var session = new AuthenticationPipeline(resolver, Options with { Methods = methods }, observers: [seen]).BeginSession(Client);
        session.SetHelo("x.example");
        session.SetHelo("h.example");
        Assert.Equal(asked, string.Join(", ", resolver.Asked.Where(static question => question != "TXT x.example")));
        await JudgeAsync(session, resolver, string.Empty);
        session.Reset();
        Assert.Equal("h.example", Assert.Single(seen.Messages).Envelope.Helo);
    }

    [Fact]
    public async Task Without_a_client_nothing_is_asked_of_it()
    {
        var resolver = new ScriptedResolver(World);
        await using var session = new AuthenticationPipeline(resolver, Options).BeginSession(null, "h.example");
        Assert.Empty(resolver.Asked);
        var outcome = await JudgeAsync(session, resolver, "joe@a.example");
        Assert.Equal((null, null, SpfResultCode.None), (outcome.Iprev, outcome.SpfHelo, outcome.Spf!.Code));
        Assert.DoesNotContain(resolver.Asked, static question => question.Contains("h.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_relay_is_not_asked_about()
    {
        var resolver = new ScriptedResolver(World);
        await using var session = new AuthenticationPipeline(resolver, Options with { Relays = [Relay.Parse("192.0.2.1")!] }).BeginSession(Client, "h.example");
        session.SetMailFrom("joe@a.example");
        Assert.Empty(resolver.Asked);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("relay.example")]
    public async Task Without_a_client_no_relay_is_looked_for(string relay)
    {
        var resolver = new ScriptedResolver(World);
        await using var session = new AuthenticationPipeline(resolver, Options with { Relays = [Relay.Parse(relay)!] }).BeginSession(null, "h.example");
        var outcome = await JudgeAsync(session, resolver, "joe@a.example");
        Assert.Equal((null, SpfResultCode.None), (outcome.Relay, outcome.Spf!.Code));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public async Task A_reverse_path_that_is_replaced_is_given_up(int times)
    {
        var held = new ScriptedResolver(World) { IsHolding = true };
        await using var session = new AuthenticationPipeline(held, Options with { Methods = AuthenticationMethods.Spf }).BeginSession(Client);
        for (var i = 0; i < times; i++)
        {
            session.SetMailFrom($"joe@n{i}.example");
            Assert.Equal((i + 1, 1), (held.AskedCount, held.Outstanding));
        }

        session.SetMailFrom("joe@a.example");
        var outcome = await JudgeAsync(session, held, null);
        Assert.Equal(("a.example", SpfResultCode.Pass, 0), (outcome.Spf!.Domain?.ToString(), outcome.Spf.Code, held.Outstanding));
    }

    // What it found would otherwise stay until the connection ends, of each of any number of names.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_found_for_a_replaced_name_or_reverse_path_is_not_kept(bool isMailFrom)
    {
        var resolver = new ScriptedResolver(World);
        await using var session = new AuthenticationPipeline(resolver, Options with { Methods = AuthenticationMethods.Spf }).BeginSession(Client);
        foreach (var name in (string[])["a.example", "g.example", "a.example"])
        {
            if (isMailFrom)
            {
                session.SetMailFrom($"joe@{name}");
            }
            else
            {
                session.SetHelo(name);
            }
        }

        Assert.Equal("TXT a.example, TXT g.example, TXT h.example, A h.example, TXT a.example", string.Join(", ", resolver.Asked));
    }

    // A resolver that does not stop when it is asked to: its answers are waited for, of whatever was asked and given up before.
    [Fact]
    public async Task The_end_waits_for_every_answer_that_is_still_to_come()
    {
        var deaf = ScriptedResolver.Held(new ZoneResolver(World), isDeaf: true);
        var session = new AuthenticationPipeline(deaf, Options).BeginSession(Client, "h.example");
        session.SetHelo("x.example");
        session.SetHelo("y.example");
        for (var i = 0; i < 12; i++)
        {
            session.SetMailFrom($"joe@n{i}.example");
            session.SetMailFrom($"joe@m{i}.example");
            session.Reset();
        }

        session.SetMailFrom("joe@k.example");
        session.SetMailFrom("joe@l.example");
        var end = session.DisposeAsync();
        Assert.True(deaf.Waiting > 10);
        while (deaf.Waiting > 0)
        {
            Assert.False(end.IsCompleted);
            deaf.AnswerOne(deaf.Waiting - 1);
        }

        await end;
        Assert.Equal(0, deaf.Outstanding);
    }

    // The same of a client that a relay recorded: its checks are the message's.
    [Theory]
    [InlineData(false, "PTR 192.0.2.9, TXT h.example, TXT a.example")]
    [InlineData(true, "PTR 192.0.2.9, TXT h.example")]
    public async Task The_end_of_a_relayed_message_waits_for_the_checks_of_its_client(bool isReset, string asked)
    {
        var deaf = ScriptedResolver.Held(new ZoneResolver(World), isDeaf: true);
        var options = Options with { Relays = [Relay.Parse("192.0.2.1")!], Methods = AuthenticationMethods.Spf | AuthenticationMethods.Iprev };
        var session = new AuthenticationPipeline(deaf, options).BeginSession(Client, "g.example");
        Assert.Empty(deaf.Asked);
        if (!isReset)
        {
            session.SetMailFrom("joe@a.example");
        }

        session.AddHeaderField("Received"u8, " from h.example (x [192.0.2.9]) by g.example (Postfix) with ESMTP id 1; x"u8);
        session.AddHeaderField("From"u8, " joe@a.example"u8);
        session.EndOfHeaders();
        Assert.Equal(asked.Split(", ").Order(StringComparer.Ordinal), deaf.Asked.Order(StringComparer.Ordinal));
        if (isReset)
        {
            session.Reset();
        }

        var end = session.DisposeAsync();
        while (deaf.Waiting > 0)
        {
            Assert.False(end.IsCompleted);
            deaf.AnswerOne(deaf.Waiting - 1);
        }

        await end;
        Assert.Equal(0, deaf.Outstanding);
    }

    // On the thread of the test, so that what is held is all that is waited for.
    private static async Task<AuthenticationOutcome> JudgeAsync(AuthenticationSession session, ScriptedResolver resolver, string? mailFrom)
    {
        if (mailFrom is not null)
        {
            session.SetMailFrom(mailFrom);
        }

        session.AddHeaderField("From"u8, " joe@a.example"u8);
        session.EndOfHeaders();
        session.AppendBody("Hi\r\n"u8);
        var outcome = session.CompleteAsync(TestContext.Current.CancellationToken).AsTask();
        while (resolver.Waiting > 0)
        {
            resolver.AnswerRound();
        }

        return await outcome;
    }

    private sealed class Seen : IEvaluatedMessageObserver
    {
        public ImmutableArray<EvaluatedMessage> Messages { get; private set; } = [];

        public void OnEvaluated(EvaluatedMessage message) => Messages = Messages.Add(message);
    }
}
