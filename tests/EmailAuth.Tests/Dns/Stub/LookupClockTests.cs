using System.Diagnostics.Metrics;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>What happens between two tries of a question, when its clock is read.</summary>
public sealed class LookupClockTests : IDisposable
{
    private readonly HookedTime _time = new();
    private readonly HandServer _hand = HandServer.Listening();
    private readonly Deadlines _deadlines;
    private readonly DnsServer _server;
    private readonly Func<QueryInFlight, Lookup> _newLookup;
    private readonly CachingResolver _resolver;

    public LookupClockTests()
    {
        _deadlines = new Deadlines(_time, static () => { });
        var options = new StubResolverOptions { Timeout = TimeSpan.FromSeconds(12), Retries = 0, DatagramReceiver = static () => null };
        var context = new StubContext(options, _time, _deadlines, new RandomNumbers(), new StubCounters());
        _server = new DnsServer(_hand.EndPoint, context);
        var set = new ServerSet([_server], new ResolvConf());
        _newLookup = query => new Lookup(query, set, context);
        _resolver = new CachingResolver(query => _newLookup(query).Start(), 0, TimeSpan.FromDays(1), _time);
    }

    private static DnsQuestion A { get; } = new(DomainName.Parse("a.example").Value!, DnsRecordType.Txt);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _server.Dispose();
        _hand.Dispose();
        _deadlines.Dispose();
    }

    // No other lookup takes just as long.
    [Fact]
    public async Task A_clock_that_breaks_ends_the_question_and_it_is_recorded_once()
    {
        var took = TimeSpan.FromSeconds(7.7707);
        using var recorded = new Recorded(took);
        var asking = Ask(Token);
        var (question, client) = _hand.Next();
        _time.Advance(took);
        _time.Hook = static () => throw new InvalidOperationException("the clock is broken");
        _hand.Udp.SendTo(question.Reply(0, 2, [], []).Bytes, client);
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => asking.WaitAsync(TimeSpan.FromSeconds(60), Token));
        Assert.Equal(("the clock is broken", 1), (thrown.Message, recorded.Count));
    }

    // Called by hand: so the test knows when the lookup has done all that it does.
    [Fact]
    public async Task After_a_fault_a_lookup_gives_no_second_end()
    {
        var took = TimeSpan.FromSeconds(6.6606);
        using var recorded = new Recorded(took);
        var asked = new QueryInFlight(_resolver, A) { Started = _time.GetTimestamp() };
        var lookup = _newLookup(asked);
        _time.Advance(took);
        _time.Hook = static () => throw new InvalidOperationException("the clock is broken");
        await GoOn(lookup).WaitAsync(TimeSpan.FromSeconds(60), Token);
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => asked.Task);
        Assert.Equal(("the clock is broken", 1), (thrown.Message, recorded.Count));
    }

    // There is nothing to cancel when the askers give up: the answer over UDP is there, and nothing is asked over TCP yet.
    [Fact]
    public async Task A_question_that_is_given_up_between_two_tries_waits_no_longer()
    {
        using var cancel = new CancellationTokenSource();
        var asking = Ask(cancel.Token);
        Truncate(cancel.Cancel);
        using var connection = _hand.Accept();
        Assert.NotNull(HandServer.NextOf(connection));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.True(SpinWait.SpinUntil(() => _deadlines.Count == 0, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_question_that_is_given_up_before_it_is_sent_does_not_wait()
    {
        using var cancel = new CancellationTokenSource();
        _time.Hook = cancel.Cancel;
        var asking = Ask(cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(0, _deadlines.Count);
    }

    [Fact]
    public async Task A_connection_on_which_no_answer_came_has_no_further_question()
    {
        var asking = Ask(Token);
        Truncate();
        using var silent = _hand.Accept();
        Assert.NotNull(HandServer.NextOf(silent));
        _time.Advance(TimeSpan.FromSeconds(13));
        Assert.Equal(DnsFailure.Timeout, (await asking.WaitAsync(TimeSpan.FromSeconds(60), Token)).Failure);

        var next = Ask(Token);
        Truncate();
        Assert.True(_hand.Tcp.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead));
        using var other = _hand.Accept();
        var question = HandServer.NextOf(other);
        Assert.NotNull(question);
        HandServer.SendFrame(other, question.Reply(LoopbackDnsServer.Text(question.Name, "x")).Bytes);
        Assert.Equal(["x"], (await next.WaitAsync(TimeSpan.FromSeconds(60), Token)).Texts);
    }

    // It was closed when there was no time left to ask again.
    [Fact]
    public async Task A_connection_that_is_closed_at_the_end_of_the_time_is_not_tried_again()
    {
        var asking = Ask(Token);
        Truncate();
        var accepted = _hand.Accept();
        Assert.NotNull(HandServer.NextOf(accepted));
        _time.Hook = () => _time.Advance(TimeSpan.FromSeconds(12));
        accepted.Dispose();
        Assert.Equal(DnsFailure.Unreachable, (await asking.WaitAsync(TimeSpan.FromSeconds(10), Token)).Failure);
    }

    [Fact]
    public async Task An_answer_at_the_first_try_ends_the_silence_of_a_server()
    {
        _server.Note(ExchangeEnd.TimedOut);
        _server.Note(ExchangeEnd.TimedOut);
        var asking = Ask(Token);
        var (question, client) = _hand.Next();
        _hand.Udp.SendTo(question.Reply(LoopbackDnsServer.Text(question.Name, "x")).Bytes, client);
        Assert.Equal(["x"], (await asking).Texts);
        _server.Note(ExchangeEnd.TimedOut);
        Assert.False(_server.IsResting);
        _server.Note(ExchangeEnd.TimedOut);
        _server.Note(ExchangeEnd.TimedOut);
        Assert.True(_server.IsResting);
    }

    // The answer over UDP says that it is cut short.
    private void Truncate(Action? meanwhile = null)
    {
        var (question, client) = _hand.Next();
        _time.Hook = meanwhile;
        _hand.Udp.SendTo(question.Reply(0x200, 0, [], []).Bytes, client);
    }

    private Task<DnsResponse> Ask(CancellationToken cancellationToken) =>
        _resolver.QueryAsync(A, cancellationToken).AsTask();

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GoOnAsync")]
    private static extern Task GoOn(Lookup lookup);

    /// <summary>Counts the lookups that are recorded with one time.</summary>
    private sealed class Recorded : IDisposable
    {
        private readonly MeterListener _listener = new();
        private int _count;

        public Recorded(TimeSpan took)
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "emailauth.dns.lookup.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => Interlocked.Add(ref _count, seconds.Equals(took.TotalSeconds) ? 1 : 0));
            _listener.Start();
        }

        public int Count => Volatile.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
