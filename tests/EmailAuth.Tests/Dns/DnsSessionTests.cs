using System.Net;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns;

public partial class DnsSessionTests
{
    private static readonly DnsQuestion Example = Text("example.com");
    private static readonly DnsQuestion Other = Text("example.net");

    private readonly ScriptedResolver _inner = ScriptedResolver.Gated();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Answers_that_come_in_any_order_reach_those_that_asked(int seed)
    {
        var held = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        var session = new DnsSession(held);
        var dns = session.Begin(DnsPurpose.SpfMailFrom, 300);
        var questions = Enumerable.Range(0, 300).Select(i => Text($"n{i}.example")).ToArray();
        var asked = Array.ConvertAll(questions, question => dns.QueryAsync(question, CancellationToken.None).AsTask());
        var random = new Random(seed);
        while (held.Waiting > 0)
        {
            Assert.InRange(held.Outstanding, 1, DnsTurns.MaxInFlight);
            held.AnswerOne(random.Next(held.Waiting));
        }

        Assert.All(asked, answer => Assert.Equal(TaskStatus.RanToCompletion, answer.Status));
        Assert.Equal(300, held.AskedCount);
        Assert.False(session.IsRunning);
    }

    [Fact]
    public async Task An_answered_question_is_not_asked_again()
    {
        var dns = Begin(_inner);
        _inner.Answer("TXT example.com", DnsResponse.NameError());
        var first = await dns.QueryAsync(Example, Token);
        Assert.Same(first, await dns.QueryAsync(Text("EXAMPLE.com"), Token));
        Assert.Single(_inner.Asked);
    }

    [Fact]
    public async Task A_message_sees_the_answers_of_its_connection_and_the_connection_none_of_a_messages()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        var connection = new DnsSession(held, time: _time);
        var helo = connection.Begin(DnsPurpose.SpfHelo, 10);
        var answer = helo.QueryAsync(Example, Token);
        var message = connection.BeginMessage();
        var mailFrom = message.Begin(DnsPurpose.SpfMailFrom, 10);
        var joined = mailFrom.QueryAsync(Example, Token); // in flight
        held.AnswerRound();
        Assert.Same(await answer, await joined);
        Assert.True(IsAnswered(mailFrom.QueryAsync(Example, Token))); // answered
        Assert.Equal(1, held.AskedCount);

        _ = mailFrom.QueryAsync(Other, CancellationToken.None).AsTask();
        held.AnswerRound();
        _ = helo.QueryAsync(Other, CancellationToken.None).AsTask();
        Assert.Equal(3, held.AskedCount);

        // What was answered when the connection began says nothing of a message an hour later.
        _time.Advance(TimeSpan.FromHours(1));
        _ = connection.BeginMessage().Begin(DnsPurpose.SpfMailFrom, 10).QueryAsync(Example, CancellationToken.None).AsTask();
        Assert.Equal(4, held.AskedCount);
        await EndAsync(connection, held);
    }

    [Fact]
    public async Task A_message_that_ends_leaves_the_question_of_its_connection_alone()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        var connection = new DnsSession(held);
        var helo = connection.Begin(DnsPurpose.SpfHelo, 10).QueryAsync(Example, CancellationToken.None);
        var message = connection.BeginMessage();
        var joined = message.Begin(DnsPurpose.SpfMailFrom, 10).QueryAsync(Example, CancellationToken.None).AsTask();
        await message.EndAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joined);
        Assert.Equal(1, held.Outstanding);
        held.AnswerRound();
        Assert.Equal(DnsStatus.NameError, (await helo).Status);
    }

    // The table of answers goes to the next session, whichever that is.
    [Fact]
    public async Task A_late_answer_of_a_message_that_is_over_reaches_no_other()
    {
        var deaf = ScriptedResolver.Held(new ZoneResolver(new Zone().Add("example.com", ZoneEntryKind.Txt, "late")), isDeaf: true);
        var over = new DnsSession(deaf);
        var dropped = over.Begin(DnsPurpose.ClientNames, 10).QueryAsync(Example, CancellationToken.None).AsTask();
        over.Cancel();
        var dns = Begin(_inner);
        var asked = dns.QueryAsync(Example, CancellationToken.None);
        deaf.AnswerRound();
        _inner.Answer("TXT example.com", DnsResponse.OfTexts(["next"]));
        Assert.Equal(["next"], (await asked).Texts);
        Assert.Equal(["next"], (await dns.QueryAsync(Example, Token)).Texts);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dropped);
    }

    [Fact]
    public void Messages_side_by_side_and_one_after_the_other_never_mix_their_answers()
    {
        var zones = Enumerable.Range(0, 7).Select(number => new ZoneResolver(new Zone()
            .Add("example.com", ZoneEntryKind.Txt, $"{number}").Add("example.net", ZoneEntryKind.Txt, $"other {number}"))).ToArray();
        Parallel.For(0, 20_000, run =>
        {
            var number = run % zones.Length;
            var session = new DnsSession(zones[number]);
            var dns = session.Begin(DnsPurpose.ClientNames, 10);
            Assert.Equal($"{number}", TextOf(dns.QueryAsync(Example, CancellationToken.None)));
            Assert.Equal($"other {number}", TextOf(dns.QueryAsync(Other, CancellationToken.None)));
            Assert.Equal($"{number}", TextOf(dns.QueryAsync(Example, CancellationToken.None)));
            Assert.Equal((2, 1), (session.Lookups, session.Shared));
            session.Cancel();
        });

        static string TextOf(ValueTask<DnsResponse> answer) =>
            answer.IsCompletedSuccessfully ? Assert.Single(answer.Result.Texts) : throw new InvalidOperationException("A zone in memory answers at once.");
    }

    [Fact]
    public async Task A_session_that_ends_while_a_question_is_being_put_gives_no_answer_any_more()
    {
        DnsSession? session = null;
        var ending = new ScriptedResolver(new Zone().Add("example.com", ZoneEntryKind.Txt, "x")) { OnQuery = _ => session!.Cancel() };
        session = new DnsSession(ending);
        var dns = session.Begin(DnsPurpose.ClientNames, 10);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dns.QueryAsync(Example, Token).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dns.QueryAsync(Other, Token).AsTask());
        Assert.False(session.IsRunning);
    }

    [Fact]
    public async Task A_resolver_that_asks_the_session_itself_does_not_block()
    {
        DnsAsker? dns = null;
        var asking = new ScriptedResolver(new Zone().Add("example.net", ZoneEntryKind.Txt, "x"))
        {
            Script = (_, question, cancellationToken) => question == Example ? () => dns!.QueryAsync(Other, cancellationToken) : null,
        };
        dns = new DnsSession(asking).Begin(DnsPurpose.DkimKeys, 10);
        Assert.Equal(["x"], (await dns.QueryAsync(Example, Token)).Texts);
        Assert.Equal(2, asking.AskedCount);
    }

    [Fact]
    public async Task Types_and_names_are_questions_of_their_own()
    {
        var counting = new ScriptedResolver(new Zone());
        var dns = Begin(counting);
        var name = Example.Name;
        DnsQuestion[] questions =
        [
            Example,
            new(name, DnsRecordType.Mx),
            new(name, DnsRecordType.A),
            new(name, DnsRecordType.Aaaa),
            DnsQuestion.Pointers(IPAddress.Parse("192.0.2.1")),
            DnsQuestion.Pointers(IPAddress.Parse("::ffff:192.0.2.1")), // the same address
            Other,
        ];
        foreach (var question in questions)
        {
            Assert.Equal(DnsStatus.NameError, (await dns.QueryAsync(question, Token)).Status);
        }

        Assert.Equal(6, counting.AskedCount);
    }

    [Fact]
    public async Task A_question_past_a_checks_allowance_has_failed_and_takes_nothing_from_another_check()
    {
        var session = new DnsSession(new ZoneResolver(new Zone()));
        var dns = session.Begin(DnsPurpose.DkimKeys, 2);
        await dns.QueryAsync(Example, Token);
        await dns.QueryAsync(Example, Token); // asked before: not a new question
        await dns.QueryAsync(Other, Token);
        var third = await dns.QueryAsync(Text("c.example"), Token);
        Assert.Equal((DnsFailure.LimitReached, "the check needs more than 2 DNS lookups"), (third.Failure, third.Reason));
        Assert.Equal((2, true), (session.Lookups, dns.IsExhausted));

        // What another check asked counts for this one too, so that nobody's asking changes where its allowance ends.
        var other = session.Begin(DnsPurpose.ArcKeys, 1);
        Assert.Equal(DnsStatus.NameError, (await other.QueryAsync(Example, Token)).Status);
        Assert.Equal(DnsFailure.LimitReached, (await other.QueryAsync(Other, Token)).Failure);
    }

    [Fact]
    public async Task A_lookup_past_its_time_has_failed_and_is_cancelled()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        var session = new DnsSession(held, new LookupLimits { LookupTimeout = TimeSpan.FromSeconds(3) }, _time);
        var dns = session.Begin(DnsPurpose.ClientNames, 10);
        var slow = dns.QueryAsync(Example, Token).AsTask();
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(slow.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        var response = await slow;
        Assert.Equal((DnsFailure.Timeout, "no answer within 3 s (LookupTimeout)"), (response.Failure, response.Reason));
        Assert.Equal((0, 0), (held.Outstanding, session.InFlight));
        Assert.Same(response, await dns.QueryAsync(Example, Token)); // the failure holds for this message
    }

    [Fact]
    public async Task A_checks_time_counts_only_while_it_waits_and_is_its_own()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        var limits = new LookupLimits { LookupTimeout = TimeSpan.FromSeconds(10), CheckTimeout = TimeSpan.FromSeconds(12) };
        var session = new DnsSession(held, limits, _time);
        var dns = session.Begin(DnsPurpose.DkimKeys, 10);
        var first = dns.QueryAsync(Example, Token).AsTask();
        _time.Advance(TimeSpan.FromSeconds(8));
        held.AnswerRound();
        await first;
        _time.Advance(TimeSpan.FromMinutes(5)); // the body arrives slowly

        var second = dns.QueryAsync(Other, Token).AsTask();
        var stranger = session.Begin(DnsPurpose.ArcKeys, 10).QueryAsync(Other, Token).AsTask();
        _time.Advance(TimeSpan.FromSeconds(4)); // less than a lookup may take; this check has no more, and the other one has
        Assert.Equal("the check has waited 12 s for the DNS (CheckTimeout)", (await second).Reason);
        Assert.Equal(DnsFailure.LimitReached, (await dns.QueryAsync(Text("c.example"), Token)).Failure);
        held.AnswerRound();
        Assert.Equal(DnsStatus.NameError, (await stranger).Status);
    }

    [Fact]
    public async Task A_cancelled_token_asks_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Begin(_inner).QueryAsync(Example, new CancellationToken(canceled: true)).AsTask());
        Assert.Empty(_inner.Asked);
    }

    [Fact]
    public async Task The_end_leaves_nothing_running()
    {
        var session = new DnsSession(_inner);
        var dns = session.Begin(DnsPurpose.DmarcAuthor, 10);
        var waiting = dns.QueryAsync(Example, CancellationToken.None).AsTask();
        var other = dns.QueryAsync(Other, Token).AsTask();
        Assert.Equal(2, session.InFlight);
        await session.EndAsync();
        Assert.Equal((0, 0, false), (_inner.Outstanding, session.InFlight, session.IsRunning));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
    }

    [Fact]
    public async Task A_resolver_that_breaks_its_contract_has_failed_and_its_words_reach_only_the_log()
    {
        foreach (var fault in new[] { Threats.Fault.Throws, Threats.Fault.ThrowsLater, Threats.Fault.AnswersNull, Threats.Fault.CancelsByItself, Threats.Fault.AnswersTwice })
        {
            var log = new ListLogger();
            var session = new DnsSession(Faults.At(new ZoneResolver(new Zone()), 1, fault), log: log);
            var response = await session.Begin(DnsPurpose.ClientNames, 10).QueryAsync(Example, Token);
            Assert.Equal((DnsFailure.ResolverFault, "the resolver failed"), (response.Failure, response.Reason));
            var (level, message, exception) = Assert.Single(log.Entries);
            Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Warning, level);
            Assert.StartsWith("The resolver failed on TXT of example.com: ", message, StringComparison.Ordinal);
            if (fault is Threats.Fault.Throws or Threats.Fault.ThrowsLater)
            {
                Assert.Contains("a secret of the resolver", message, StringComparison.Ordinal);
                Assert.NotNull(exception?.StackTrace);
            }
        }
    }

    // Without an answer the message would wait for good, and a turn of the process would be lost.
    [Theory]
    [InlineData(Threats.Fault.Throws)]
    [InlineData(Threats.Fault.ThrowsLater)]
    [InlineData(Threats.Fault.AnswersNull)]
    public async Task A_resolver_that_fails_has_failed_even_if_the_log_throws(Threats.Fault fault)
    {
        var session = new DnsSession(Faults.At(new ZoneResolver(new Zone()), 1, fault), log: new FaultyLogger());
        var asking = session.Begin(DnsPurpose.ClientNames, 10).QueryAsync(Example, Token).AsTask();
        Assert.Equal(DnsFailure.ResolverFault, (await asking.WaitAsync(TimeSpan.FromSeconds(60), Token)).Failure);
        Assert.False(session.IsRunning);
    }

    [Fact]
    public void Answers_at_once_allocate_nothing_but_the_session()
    {
        var zone = new Zone().Add("example.com", ZoneEntryKind.Txt, "x").Add("example.com", ZoneEntryKind.MX, "mx.example.com");
        var resolver = new ZoneResolver(zone);
        long Message()
        {
            var session = new DnsSession(resolver);
            var dns = session.Begin(DnsPurpose.SpfMailFrom, 10, TimeSpan.FromSeconds(20), "late");
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(IsAnswered(dns.QueryAsync(Example, CancellationToken.None)));
            Assert.True(IsAnswered(dns.QueryAsync(new DnsQuestion(Example.Name, DnsRecordType.Mx), CancellationToken.None)));
            Assert.Null(dns.Prefetch(new DnsQuestion(Other.Name, DnsRecordType.A)));
            Assert.True(IsAnswered(dns.QueryAsync(new DnsQuestion(Other.Name, DnsRecordType.A), CancellationToken.None)));
            Assert.True(IsAnswered(dns.QueryAsync(Example, CancellationToken.None)));
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            session.Cancel();
            return allocated;
        }

        // Pools fill up and other tests use them too: the least of many counts.
        Assert.Equal(0, Enumerable.Range(0, 50).Min(_ => Message()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3601)]
    public void Limits_have_ranges(int seconds)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LookupLimits { LookupTimeout = TimeSpan.FromSeconds(seconds) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LookupLimits { CheckTimeout = TimeSpan.FromSeconds(seconds) });
    }

    private static bool IsAnswered(ValueTask<DnsResponse> answer) => answer.IsCompletedSuccessfully;

    private static DnsQuestion Text(string name) => new(DomainName.Parse(name).Value!, DnsRecordType.Txt);

    private static DnsAsker Begin(IDnsResolver resolver) => new DnsSession(resolver).Begin(DnsPurpose.ClientNames, 100);

    private static async Task EndAsync(DnsSession session, ScriptedResolver held)
    {
        await session.EndAsync();
        held.AnswerRound();
    }
}
