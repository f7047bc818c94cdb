using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>The limits of checks at their exact values, and what a connection's answers are worth to its messages.</summary>
public class DnsSessionLimitsTests
{
    private static readonly DnsQuestion A = Of("a.example");
    private static readonly DnsQuestion B = Of("b.example");
    private static readonly DnsQuestion C = Of("c.example");
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedResolver _held = ScriptedResolver.Held(new ZoneResolver(new Zone()));

    [Theory]
    [InlineData(null, 60)]
    [InlineData(120, 60)]
    [InlineData(61, 60)]
    [InlineData(60, 60)]
    [InlineData(59, 59)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    public void A_message_uses_its_connections_answer_for_its_TTL_or_a_minute(int? timeToLive, int seconds)
    {
        var resolver = At(DnsResponse.NoData(timeToLive is { } life ? TimeSpan.FromSeconds(life) : null));
        var connection = new DnsSession(resolver, time: _time);
        var helo = connection.Begin(DnsPurpose.SpfHelo, 10);
        var answer = Now(helo.QueryAsync(A, CancellationToken.None));
        Assert.Equal((1, 0, 1), (connection.Lookups, connection.Shared, connection.AnsweredAtOnce));
        _time.Advance(TimeSpan.FromSeconds(seconds));
        var message = connection.BeginMessage();
        Assert.Same(answer, Now(message.Begin(DnsPurpose.DkimKeys, 10).QueryAsync(A, CancellationToken.None)));
        Assert.Same(answer, message.Begin(DnsPurpose.DkimKeys, 10).Known(A));
        Assert.Equal((0, 1, 0), (message.Lookups, message.Shared, message.AnsweredAtOnce));
        _time.Advance(Tick);
        var next = connection.BeginMessage();
        Assert.Null(next.Begin(DnsPurpose.DkimKeys, 10).Known(A));
        Now(next.Begin(DnsPurpose.DkimKeys, 10).QueryAsync(A, CancellationToken.None));
        Assert.Equal((1, 0, 1, 2), (next.Lookups, next.Shared, next.AnsweredAtOnce, resolver.AskedCount));
        Assert.Same(answer, Now(helo.QueryAsync(A, CancellationToken.None))); // the connection's own check has decided
    }

    [Fact]
    public void A_failure_of_a_connection_is_asked_again_by_its_message()
    {
        var resolver = At(DnsResponse.Failed(DnsFailure.Timeout));
        var connection = new DnsSession(resolver, time: _time);
        var failure = Now(connection.Begin(DnsPurpose.SpfHelo, 10).QueryAsync(A, CancellationToken.None));
        Assert.Same(failure, Now(connection.Begin(DnsPurpose.ClientNames, 10).QueryAsync(A, CancellationToken.None)));
        Assert.Equal(1, resolver.AskedCount);
        Now(connection.BeginMessage().Begin(DnsPurpose.SpfMailFrom, 10).QueryAsync(A, CancellationToken.None));
        Assert.Equal(2, resolver.AskedCount);
    }

    [Fact]
    public async Task A_question_of_a_connection_that_waits_for_its_turn_or_runs_is_shared()
    {
        var connection = new DnsSession(_held, time: _time);
        var helo = connection.Begin(DnsPurpose.SpfHelo, 10);
        var running = helo.QueryAsync(A, CancellationToken.None).AsTask();
        var waiting = helo.QueryAsync(B, CancellationToken.None).AsTask();
        Assert.Equal((1, 1), (_held.AskedCount, connection.InFlight));
        var message = connection.BeginMessage();
        var dkim = message.Begin(DnsPurpose.DkimKeys, 10);
        var first = dkim.QueryAsync(A, CancellationToken.None).AsTask();
        var second = dkim.QueryAsync(B, CancellationToken.None).AsTask(); // on a turn of this check
        Assert.Equal((2, 2, 0, 2), (_held.AskedCount, connection.InFlight, message.Lookups, message.Shared));
        Assert.Equal((true, false), (connection.IsRunning, message.IsRunning));
        _held.AnswerRound();
        Assert.Same(await running, await first);
        Assert.Same(await waiting, await second);
        Assert.False(connection.IsRunning);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_check_asks_as_many_questions_as_it_may(int most)
    {
        var session = new DnsSession(At(DnsResponse.NoData()), time: _time);
        var dns = session.Begin(DnsPurpose.DkimKeys, most);
        Assert.Equal((DnsPurpose.DkimKeys, 0, false, false, false), (dns.Purpose, dns.Asked, dns.IsExhausted, dns.IsTimeUp, dns.SumsLookups));
        for (var i = 0; i < most; i++)
        {
            Assert.Equal(DnsStatus.NoData, (await dns.QueryAsync(Of($"n{i}.example"), CancellationToken.None)).Status);
        }

        Assert.Equal((most, false), (dns.Asked, dns.IsExhausted));
        var past = await dns.QueryAsync(A, CancellationToken.None);
        Assert.Equal(
            (DnsFailure.LimitReached, $"the check needs more than {most} DNS lookups", most, true, false, most),
            (past.Failure, past.Detail, dns.Asked, dns.IsExhausted, dns.IsTimeUp, session.Lookups));
        Assert.Equal(DnsFailure.LimitReached, (await dns.QueryAsync(A, CancellationToken.None)).Failure);
    }

    [Fact]
    public void A_check_may_ask_65_535_questions_at_most()
    {
        var session = new DnsSession(At(DnsResponse.NoData()), time: _time);
        foreach (var (most, expected) in new[] { (65_535, 65_535), (65_536, 65_535), (int.MaxValue, 65_535), (65_534, 65_534) })
        {
            Assert.Equal($"the check needs more than {expected} DNS lookups", session.Begin(DnsPurpose.DkimKeys, most).TooMany().Detail);
        }
    }

    // A bit for each purpose: the first question of each check counts, however many have asked before.
    [Fact]
    public void Each_purpose_counts_a_question_once()
    {
        var session = new DnsSession(At(DnsResponse.NoData()), time: _time);
        var askers = Enum.GetValues<DnsPurpose>().Select(purpose => session.Begin(purpose, 2)).ToArray();
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256], askers.Select(static dns => dns.Bit));
        for (var round = 0; round < 2; round++)
        {
            foreach (var dns in askers)
            {
                Now(dns.QueryAsync(A, CancellationToken.None));
                Assert.Equal(1, dns.Asked);
            }
        }

        Assert.Equal((1, 17), (session.Lookups, session.Shared));
    }

    // CheckTimeout is the time in which at least one question waits.
    [Theory]
    [InlineData(11, 1)]
    [InlineData(12, 0)]
    public async Task A_checks_time_is_up_when_it_has_waited_as_long(int first, int second)
    {
        var session = new DnsSession(_held, new LookupLimits { LookupTimeout = TimeSpan.FromSeconds(50), CheckTimeout = TimeSpan.FromSeconds(12) }, _time);
        var dns = session.Begin(DnsPurpose.DkimKeys, 10);
        var one = dns.QueryAsync(A, CancellationToken.None).AsTask();
        var other = dns.QueryAsync(B, CancellationToken.None).AsTask();
        Assert.Equal(TimeSpan.FromSeconds(12), dns.Remaining());
        _time.Advance(TimeSpan.FromSeconds(first) - Tick);
        Assert.Equal(TimeSpan.FromSeconds(12 - first) + Tick, dns.Remaining());
        Assert.False(one.IsCompleted);
        if (second > 0)
        {
            _held.AnswerOne(0);
            Assert.Equal(DnsStatus.NameError, (await one).Status);
            _time.Advance(TimeSpan.FromSeconds(second)); // the other one still waits
            Assert.Equal(Tick, dns.Remaining());
            Assert.False(other.IsCompleted);
        }

        _time.Advance(Tick);
        Assert.Equal(
            (DnsFailure.LimitReached, "the check has waited 12 s for the DNS (CheckTimeout)", true, true),
            ((await other).Failure, (await other).Detail, dns.IsTimeUp, dns.IsExhausted));
        Assert.Equal(TimeSpan.Zero, dns.Remaining() > TimeSpan.Zero ? dns.Remaining() : TimeSpan.Zero);
        var asked = _held.AskedCount;
        Assert.Equal("the check has waited 12 s for the DNS (CheckTimeout)", (await dns.QueryAsync(C, CancellationToken.None)).Detail);
        Assert.Equal(asked, _held.AskedCount);
        Assert.Equal((0, false), (session.InFlight, session.IsRunning));
    }

    [Fact]
    public async Task Time_without_a_question_does_not_count()
    {
        var session = new DnsSession(_held, new LookupLimits { LookupTimeout = TimeSpan.FromSeconds(50), CheckTimeout = TimeSpan.FromSeconds(10) }, _time);
        var dns = session.Begin(DnsPurpose.DkimKeys, 20);
        for (var i = 1; i <= 9; i++)
        {
            var asking = dns.QueryAsync(Of($"n{i}.example"), CancellationToken.None).AsTask();
            _time.Advance(TimeSpan.FromSeconds(1));
            _held.AnswerRound();
            await asking;
            _time.Advance(TimeSpan.FromHours(1));
            Assert.Equal(TimeSpan.FromSeconds(10 - i), dns.Remaining());
        }

        Assert.False(dns.IsTimeUp);
    }

    // As if nothing were prefetched: each lookup that the check needs counts with what it took.
    [Theory]
    [InlineData(3, 4, false)]
    [InlineData(3, 5, true)]
    [InlineData(8, 0, true)]
    [InlineData(7, 0, false)]
    public async Task A_sum_of_lookups_is_up_when_it_is_reached(int first, int second, bool isUp)
    {
        foreach (var isPrefetched in new[] { false, true })
        {
            var session = new DnsSession(_held, time: _time);
            var dns = session.Begin(DnsPurpose.SpfMailFrom, 10, TimeSpan.FromSeconds(8), "took too long");
            Assert.True(dns.SumsLookups);
            var last = DnsFailure.None;
            foreach (var (question, seconds) in new[] { (A, first), (B, second) })
            {
                if (isPrefetched)
                {
                    Assert.NotNull(dns.Prefetch(question));
                    _time.Advance(TimeSpan.FromSeconds(seconds));
                    _held.AnswerRound();
                    _time.Advance(TimeSpan.FromHours(1));
                    last = Now(dns.QueryAsync(question, CancellationToken.None)).Failure;
                }
                else
                {
                    var asking = dns.QueryAsync(question, CancellationToken.None).AsTask();
                    _time.Advance(TimeSpan.FromSeconds(seconds));
                    _held.AnswerRound();
                    _time.Advance(TimeSpan.FromHours(1));
                    last = (await asking).Failure;
                }

                Now(dns.QueryAsync(A, CancellationToken.None)); // once is enough
            }

            Assert.Equal((isPrefetched, isUp), (isPrefetched, last == DnsFailure.LimitReached));
            var next = dns.QueryAsync(C, CancellationToken.None);
            Assert.Equal((isUp, isUp, false), (next.IsCompleted, dns.IsTimeUp, dns.IsExhausted));
            if (isUp)
            {
                Assert.Equal("took too long", (await next).Detail);
            }
            else
            {
                Assert.Equal(TimeSpan.FromSeconds(8 - first - second), dns.Remaining());
                _held.AnswerRound();
            }
        }
    }

    [Fact]
    public void A_lookup_that_is_answered_at_once_counts_with_what_the_resolver_took()
    {
        var slow = new ScriptedResolver(new Zone()) { OnQuery = _ => _time.Advance(TimeSpan.FromSeconds(3)) };
        var session = new DnsSession(slow, time: _time);
        var dns = session.Begin(DnsPurpose.SpfMailFrom, 10, TimeSpan.FromSeconds(7), "took too long");
        var other = session.Begin(DnsPurpose.DkimKeys, 10);
        Now(dns.QueryAsync(A, CancellationToken.None));
        Now(other.QueryAsync(B, CancellationToken.None));
        Assert.Equal((TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20)), (dns.Remaining(), other.Remaining())); // the other one has not waited
        Now(dns.QueryAsync(A, CancellationToken.None));
        Assert.Equal(TimeSpan.FromSeconds(4), dns.Remaining());
        Now(dns.QueryAsync(C, CancellationToken.None));
        Assert.Equal("took too long", Now(dns.QueryAsync(Of("d.example"), CancellationToken.None)).Detail);
    }

    [Theory]
    [InlineData(0.1234567, "0.123")]
    [InlineData(2.5, "2.5")]
    [InlineData(3, "3")]
    public async Task A_lookups_time_is_said_in_seconds(double seconds, string said)
    {
        var session = new DnsSession(_held, new LookupLimits { LookupTimeout = TimeSpan.FromSeconds(seconds) }, _time);
        var asking = session.Begin(DnsPurpose.DkimKeys, 10).QueryAsync(A, CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(Math.Floor(seconds * 1000)) - Tick);
        Assert.False(asking.IsCompleted);
        _time.Advance(Tick);
        Assert.Equal((DnsFailure.Timeout, $"no answer within {said} s (LookupTimeout)"), ((await asking).Failure, (await asking).Detail));
        Assert.Equal(0, _held.Outstanding);
    }

    [Fact]
    public void What_is_prefetched_has_a_count_of_its_own()
    {
        var session = new DnsSession(_held, time: _time);
        var dns = session.Begin(DnsPurpose.SpfMailFrom, 2);
        var first = dns.Prefetch(A);
        Assert.NotNull(first);
        Assert.Same(first, dns.Prefetch(A)); // in flight
        Assert.NotNull(dns.Prefetch(B));
        Assert.Null(dns.Prefetch(C)); // past the count
        Assert.Equal((0, 2, 2), (dns.Asked, session.Lookups, _held.AskedCount));
        Assert.Equal((0, false, false), (first.Waiting, first.IsNeeded, dns.IsExhausted));
        var asking = dns.QueryAsync(A, CancellationToken.None);
        Assert.Equal((1, true, true, 1, 1), (first.Waiting, first.IsNeeded, first.IsShared, dns.Asked, session.Shared));
        dns.End(); // what nobody needs is cancelled
        Assert.Equal((1, false), (_held.Outstanding, asking.IsCompleted));
        _held.AnswerRound();
        Assert.Equal((0, 1), (first.Waiting, session.Begin(DnsPurpose.Bimi, 1).Known(A) is null ? 0 : 1));
        Assert.Null(dns.Prefetch(A)); // known
        Assert.Null(dns.Known(B));
        Assert.False(session.IsRunning);
        session.Cancel();
        session.Cancel();
        Assert.Null(dns.Prefetch(C));
    }

    [Fact]
    public void What_is_needed_for_sure_counts_when_it_is_prefetched()
    {
        var session = new DnsSession(_held, time: _time);
        var dns = session.Begin(DnsPurpose.DmarcAuthor, 2);
        var early = dns.Prefetch(A);
        Assert.NotNull(dns.Prefetch(B, isNeeded: true));
        Assert.Equal((1, false), (dns.Asked, early!.IsNeeded));
        Assert.Same(early, dns.Prefetch(A, isNeeded: true));
        Assert.True(early.IsNeeded);
        Assert.NotNull(dns.Prefetch(C, isNeeded: true));
        Assert.Equal((2, false), (dns.Asked, dns.IsExhausted));
        Assert.Null(dns.Prefetch(Of("d.example"), isNeeded: true));
        Assert.Equal((2, true, 3), (dns.Asked, dns.IsExhausted, _held.AskedCount));
        dns.End(); // these are not mere prefetches
        Assert.Equal(3, _held.Outstanding);
        session.Cancel();
        Assert.Equal((0, 0), (_held.Outstanding, session.InFlight));
    }

    [Theory]
    [InlineData("null", "it gave no answer")]
    [InlineData("null later", "it gave no answer")]
    [InlineData("throws", "broken")]
    [InlineData("fails", "broken")]
    [InlineData("fails later", "broken")]
    [InlineData("fails with others", "broken")]
    public async Task A_resolver_that_breaks_is_logged_with_its_cause(string how, string message)
    {
        var log = new ListLogger();
        var later = new TaskCompletionSource<DnsResponse>();
        var broken = new IOException("broken");
        var resolver = new ScriptedResolver(new Zone())
        {
            Script = (_, _, _) => () => how switch
            {
                "null" => new ValueTask<DnsResponse>((DnsResponse)null!),
                "throws" => throw broken,
                "fails" => ValueTask.FromException<DnsResponse>(broken),
                "fails with others" => new ValueTask<DnsResponse>(FailedTask(broken)),
                _ => new ValueTask<DnsResponse>(later.Task),
            },
        };
        var asking = new DnsSession(resolver, time: _time, log: log).Begin(DnsPurpose.DkimKeys, 10).QueryAsync(A, CancellationToken.None).AsTask();
        if (how == "null later")
        {
            later.SetResult(null!);
        }

        later.TrySetException(broken);
        var response = await asking.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal((DnsFailure.ResolverFault, how.StartsWith("null", StringComparison.Ordinal) ? null : message), (response.Failure, response.Detail));
        var (level, text, exception) = Assert.Single(log.Entries);
        Assert.Equal((Microsoft.Extensions.Logging.LogLevel.Warning, $"The resolver failed on TXT of a.example: {message}"), (level, text));
        Assert.Same(how.StartsWith("null", StringComparison.Ordinal) ? null : broken, exception);
    }

    [Fact]
    public async Task A_session_that_has_ended_waits_for_what_it_cancelled()
    {
        var deaf = ScriptedResolver.Held(new ZoneResolver(new Zone()), isDeaf: true);
        var session = new DnsSession(deaf, time: _time);
        var asking = session.Begin(DnsPurpose.DkimKeys, 10).QueryAsync(A, CancellationToken.None).AsTask();
        var ending = session.EndAsync().AsTask();
        Assert.Equal((true, false, 0), (session.IsRunning, ending.IsCompleted, session.InFlight));
        deaf.AnswerRound();
        await ending.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.False(session.IsRunning);
        Assert.True(new DnsSession(deaf).EndAsync().AsTask().IsCompletedSuccessfully);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Begin(DnsPurpose.DkimKeys, 10).QueryAsync(A, CancellationToken.None).AsTask());
    }

    private static Task<DnsResponse> FailedTask(Exception exception)
    {
        var source = new TaskCompletionSource<DnsResponse>();
        source.SetException([exception, new InvalidOperationException("another")]);
        return source.Task;
    }

    private static ScriptedResolver At(DnsResponse response) => new(new Zone()) { Script = (_, _, _) => () => new ValueTask<DnsResponse>(response) };

    private static DnsResponse Now(ValueTask<DnsResponse> answer)
    {
        Assert.True(answer.IsCompletedSuccessfully);
        return answer.Result;
    }

    private static DnsQuestion Of(string name) => new(DomainName.Parse(name).Value!, DnsRecordType.Txt);
}
