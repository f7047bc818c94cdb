using System.Diagnostics.Metrics;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>What happens between two tries of a question, when its clock is read.</summary>
public sealed class LookupClockTests : IDisposable
{
    private readonly HookedTime _time = new();
    private readonly HandServer _hand = HandServer.Listening();
    private readonly Deadlines _deadlines;
    private readonly DnsServer _server;
    private readonly CachingResolver _resolver;

    public LookupClockTests()
    {
        _deadlines = new Deadlines(_time, static () => { });
        var options = new StubResolverOptions { Timeout = TimeSpan.FromSeconds(12), Retries = 0, DatagramReceiver = static () => null };
        var context = new StubContext(options, _time, _deadlines, new RandomNumbers(), new StubCounters());
        _server = new DnsServer(_hand.EndPoint, context);
        var set = new ServerSet([_server], new ResolvConf());
        _resolver = new CachingResolver(query => new Lookup(query, set, context).Start(), 0, TimeSpan.FromDays(1), _time);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _server.Dispose();
        _hand.Dispose();
        _deadlines.Dispose();
    }

    [Fact]
    public async Task A_clock_that_breaks_ends_the_question_and_it_is_recorded_once()
    {
        // No other lookup takes just as long.
        var took = TimeSpan.FromSeconds(7.7707);
        var recorded = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "emailauth.dns.lookup.duration")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => Interlocked.Add(ref recorded, seconds.Equals(took.TotalSeconds) ? 1 : 0));
        listener.Start();
        var asking = Ask(Token);
        var (question, client) = _hand.Next();
        _time.Advance(took);
        _time.Hook = static () => throw new InvalidOperationException("the clock is broken");
        _hand.Udp.SendTo(question.Reply(0, 2, [], []).Bytes, client);
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => asking.WaitAsync(TimeSpan.FromSeconds(60), Token));
        Assert.Equal(("the clock is broken", 1), (thrown.Message, Volatile.Read(ref recorded)));
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
        _resolver.QueryAsync(new DnsQuestion(DomainName.Parse("a.example").Value!, DnsRecordType.Txt), cancellationToken).AsTask();

    /// <summary>Calls what is hooked to it once, at the next look at it.</summary>
    private sealed class HookedTime : FakeTimeProvider
    {
        private Action? _hook;

        public Action? Hook
        {
            get => Volatile.Read(ref _hook);
            set => Volatile.Write(ref _hook, value);
        }

        public override long GetTimestamp()
        {
            Interlocked.Exchange(ref _hook, null)?.Invoke();
            return base.GetTimestamp();
        }
    }
}
