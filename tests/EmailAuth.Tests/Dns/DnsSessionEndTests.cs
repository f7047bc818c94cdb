using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>What becomes of a question that waits for its turn, and of one that a message has from its connection.</summary>
public class DnsSessionEndTests
{
    private static readonly DnsQuestion A = Of("a.example");
    private static readonly DnsQuestion B = Of("b.example");

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedResolver _held = ScriptedResolver.Held(new ZoneResolver(new Zone()));

    // SPF asks one question at a time, so the second one waits. The resolver does not stop when it is asked to.
    [Fact]
    public async Task A_question_that_waits_for_its_turn_ends_with_the_session_at_once()
    {
        var deaf = ScriptedResolver.Held(new ZoneResolver(new Zone()), isDeaf: true);
        var session = new DnsSession(deaf, time: _time);
        var dns = session.Begin(DnsPurpose.SpfMailFrom, 10);
        var first = dns.QueryAsync(A, CancellationToken.None).AsTask();
        var second = dns.QueryAsync(B, CancellationToken.None).AsTask();
        Assert.Equal(1, deaf.AskedCount);
        session.Cancel();
        Assert.Equal((false, true), (first.IsCompleted, second.IsCanceled));
        var end = session.EndAsync().AsTask();
        Assert.False(end.IsCompleted);
        deaf.AnswerRound();
        await end.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(1, deaf.AskedCount);
    }

    // The connection's question waits; the message has a turn of its own for it, and ends while the resolver is asked.
    [Fact]
    public async Task A_message_that_ends_while_it_asks_a_question_of_its_connection_gets_no_answer()
    {
        var connection = new DnsSession(_held, time: _time);
        var helo = connection.Begin(DnsPurpose.SpfHelo, 10);
        var first = helo.QueryAsync(A, CancellationToken.None).AsTask();
        var second = helo.QueryAsync(B, CancellationToken.None).AsTask();
        Assert.Equal(1, _held.AskedCount);
        var message = connection.BeginMessage();
        _held.OnQuery = _ => message.Cancel();
        var answer = message.Begin(DnsPurpose.SpfMailFrom, 10).QueryAsync(B, CancellationToken.None).AsTask();
        Assert.Equal((2, true, false), (_held.AskedCount, answer.IsCanceled, second.IsCompleted));
        _held.OnQuery = null;
        _held.AnswerRound();
        Assert.Equal((DnsStatus.NameError, DnsStatus.NameError), ((await first).Status, (await second).Status));
    }

    // As if the message had asked: the time of SPF is the sum of what its lookups took.
    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    public async Task An_answer_of_the_connection_counts_with_the_time_that_it_took(int seconds, bool isUp)
    {
        var connection = new DnsSession(_held, time: _time);
        var asking = connection.Begin(DnsPurpose.SpfHelo, 10, TimeSpan.FromSeconds(60), "too late for HELO").QueryAsync(A, CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _held.AnswerRound();
        Assert.Equal(DnsStatus.NameError, (await asking).Status);
        var dns = connection.BeginMessage().Begin(DnsPurpose.SpfMailFrom, 10, TimeSpan.FromSeconds(8), "took too long");
        var answer = await dns.QueryAsync(A, CancellationToken.None);
        Assert.Equal((isUp, isUp, 1), (answer.Failure == DnsFailure.LimitReached, dns.IsTimeUp, _held.AskedCount));
        var next = dns.QueryAsync(B, CancellationToken.None).AsTask();
        Assert.Equal((isUp, isUp ? 1 : 2), (next.IsCompleted, _held.AskedCount));
    }

    [Fact]
    public async Task A_check_whose_time_is_up_asks_no_more()
    {
        var session = new DnsSession(_held, new LookupLimits { LookupTimeout = TimeSpan.FromSeconds(9), CheckTimeout = TimeSpan.FromSeconds(5) }, _time);
        var dns = session.Begin(DnsPurpose.DkimKeys, 10);
        var asking = dns.QueryAsync(A, CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(DnsFailure.LimitReached, (await asking).Failure);
        Assert.Equal(DnsFailure.LimitReached, (await dns.QueryAsync(B, CancellationToken.None)).Failure);
        Assert.Equal(1, _held.AskedCount);
    }

    // A resolver that asks a question itself, or another thread meanwhile: the turn is taken, and is given on when the answer is there.
    [Fact]
    public async Task A_question_that_began_to_wait_while_another_one_was_answered_at_once_has_its_turn()
    {
        var resolver = new ScriptedResolver(new Zone());
        var dns = new DnsSession(resolver, time: _time).Begin(DnsPurpose.SpfMailFrom, 10);
        Task<DnsResponse>? second = null;
        resolver.OnQuery = _ => second ??= dns.QueryAsync(B, CancellationToken.None).AsTask();
        Assert.Equal(DnsStatus.NameError, (await dns.QueryAsync(A, CancellationToken.None)).Status);
        Assert.NotNull(second);
        Assert.True(second.IsCompletedSuccessfully);
        Assert.Equal(2, resolver.AskedCount);
    }

    [Fact]
    public async Task What_two_checks_have_asked_is_not_used_for_the_next_question()
    {
        var resolver = new ScriptedResolver(new Zone().Add("a.example", ZoneEntryKind.Txt, "a").Add("b.example", ZoneEntryKind.Txt, "b"));
        var session = new DnsSession(resolver, time: _time);
        var dns = session.Begin(DnsPurpose.ClientNames, 10);
        Task<DnsResponse>? joined = null;
        resolver.OnQuery = _ => joined ??= session.Begin(DnsPurpose.DkimKeys, 10).QueryAsync(A, CancellationToken.None).AsTask();
        Assert.Equal(["a"], (await dns.QueryAsync(A, CancellationToken.None)).Texts);
        Assert.NotNull(joined);
        Assert.True(joined.IsCompletedSuccessfully);
        Assert.Equal(["a"], (await joined).Texts);
        Assert.Equal(["a"], dns.Known(A)!.Texts);
        Assert.Equal(["a"], (await dns.QueryAsync(A, CancellationToken.None)).Texts);
        Assert.Equal((1, 0), (resolver.AskedCount, session.InFlight));
        resolver.OnQuery = null;
        resolver.IsHolding = true;
        var next = dns.QueryAsync(B, CancellationToken.None).AsTask();
        Assert.False(next.IsCompleted);
        resolver.AnswerRound();
        Assert.Equal(["b"], (await next).Texts);
    }

    // The connection's question is answered at once, on another thread, just when the check of the message looks.
    [Fact]
    public async Task A_question_that_a_check_of_a_message_was_too_late_for_is_not_used_for_the_next_one()
    {
        var resolver = new ScriptedResolver(new Zone().Add("a.example", ZoneEntryKind.Txt, "a").Add("b.example", ZoneEntryKind.Txt, "b"));
        var connection = new DnsSession(resolver, time: _time);
        var message = connection.BeginMessage();
        Task<DnsResponse>? late = null;
        resolver.OnQuery = _ => late ??= message.Begin(DnsPurpose.SpfMailFrom, 10, TimeSpan.Zero, "took too long").QueryAsync(A, CancellationToken.None).AsTask();
        var helo = connection.Begin(DnsPurpose.SpfHelo, 10);
        Assert.Equal(["a"], (await helo.QueryAsync(A, CancellationToken.None)).Texts);
        Assert.NotNull(late);
        Assert.Equal(DnsFailure.LimitReached, (await late).Failure);
        Assert.Equal(["b"], (await helo.QueryAsync(B, CancellationToken.None)).Texts);
        Assert.Equal(["a"], (await message.Begin(DnsPurpose.DkimKeys, 10).QueryAsync(A, CancellationToken.None)).Texts);
    }

    [Fact]
    public async Task When_the_last_one_that_waits_gives_up_the_next_question_has_its_turn()
    {
        using var cancel = new CancellationTokenSource();
        var dns = new DnsSession(_held, time: _time).Begin(DnsPurpose.SpfMailFrom, 10);
        var first = dns.QueryAsync(A, cancel.Token).AsTask();
        var second = dns.QueryAsync(B, CancellationToken.None).AsTask();
        Assert.Equal(1, _held.AskedCount);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal((2, 1), (_held.AskedCount, _held.Outstanding));
        _held.AnswerRound();
        Assert.Equal(DnsStatus.NameError, (await second).Status);
    }

    // The other check, which joined it, has its only turn in use.
    [Fact]
    public async Task A_question_that_two_checks_wait_for_has_the_turn_of_the_first_one()
    {
        var session = new DnsSession(_held, time: _time);
        var mailFrom = session.Begin(DnsPurpose.SpfMailFrom, 10);
        var helo = session.Begin(DnsPurpose.SpfHelo, 10);
        var first = mailFrom.QueryAsync(A, CancellationToken.None).AsTask();
        var both = mailFrom.QueryAsync(B, CancellationToken.None).AsTask();
        var other = helo.QueryAsync(Of("c.example"), CancellationToken.None).AsTask();
        var joined = helo.QueryAsync(B, CancellationToken.None).AsTask();
        Assert.Equal(2, _held.AskedCount);
        _held.AnswerOne(0);
        Assert.Equal(DnsStatus.NameError, (await first).Status);
        Assert.Equal(["a.example", "c.example", "b.example"], _held.Names);
        _held.AnswerRound();
        Assert.Equal((DnsStatus.NameError, DnsStatus.NameError, DnsStatus.NameError), ((await other).Status, (await both).Status, (await joined).Status));
    }

    [Fact]
    public void A_prefetch_that_gives_way_to_one_that_is_needed_is_cancelled()
    {
        var session = new DnsSession(_held, time: _time);
        var early = session.Begin(DnsPurpose.DkimKeys, 100);
        for (var i = 0; i < DnsTurns.MaxInFlight; i++)
        {
            Assert.NotNull(early.Prefetch(Of($"n{i}.example")));
        }

        Assert.NotNull(session.Begin(DnsPurpose.ArcKeys, 10).Prefetch(A, isNeeded: true));
        Assert.Equal((DnsTurns.MaxInFlight + 1, DnsTurns.MaxInFlight), (_held.AskedCount, _held.Outstanding));
        session.Cancel();
        Assert.Equal(0, _held.Outstanding);
    }

    // What it knew goes to the next session.
    [Fact]
    public async Task A_session_that_has_ended_knows_no_answer()
    {
        var resolver = new ScriptedResolver(new Zone());
        var ended = new DnsSession(resolver, time: _time);
        var dns = ended.Begin(DnsPurpose.ClientNames, 10);
        await dns.QueryAsync(A, CancellationToken.None);
        Assert.NotNull(dns.Known(A));
        ended.Cancel();
        Assert.Null(dns.Known(A));
        await new DnsSession(resolver, time: _time).Begin(DnsPurpose.ClientNames, 10).QueryAsync(B, CancellationToken.None);
        Assert.Null(dns.Known(B));
    }

    // The questions before it take ten seconds each, and the check has twenty.
    [Fact]
    public async Task A_question_waits_for_its_turn_no_longer_than_its_check_may()
    {
        var dns = new DnsSession(_held, time: _time).Begin(DnsPurpose.SpfMailFrom, 10);
        Task<DnsResponse>[] asked = [.. new[] { A, B, Of("c.example") }.Select(question => dns.QueryAsync(question, CancellationToken.None).AsTask())];
        _time.Advance(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(10));
        var last = await asked[2].WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal((DnsFailure.LimitReached, DnsFailure.Timeout), (last.Failure, (await asked[0]).Failure));
    }

    // Its time counts from the beginning of the lookup, not from when the check joined it.
    [Fact]
    public async Task A_check_that_joins_a_lookup_waits_for_the_rest_of_its_time()
    {
        var session = new DnsSession(_held, time: _time);
        var first = session.Begin(DnsPurpose.ClientNames, 10).QueryAsync(A, CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromSeconds(5));
        var joined = session.Begin(DnsPurpose.SpfHelo, 10, TimeSpan.FromSeconds(8), "took too long").QueryAsync(A, CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromSeconds(3));
        var response = await joined.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal((DnsFailure.LimitReached, "took too long", false), (response.Failure, response.Detail, first.IsCompleted));
        _held.AnswerRound();
        Assert.Equal(DnsStatus.NameError, (await first).Status);
    }

    private static DnsQuestion Of(string name) => new(DomainName.Parse(name).Value!, DnsRecordType.Txt);
}
