using EmailAuth.Dns.Stub;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>When tries end, and when the timer runs.</summary>
public class DeadlinesTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly RecordingTime _time = new();
    private int _idles;

    [Fact]
    public async Task A_try_ends_with_the_first_tick_at_or_past_its_deadline()
    {
        using var deadlines = Make();
        var carrier = new Carrier();
        TimeSpan[] waits = [TimeSpan.FromTicks(1), Tick - TimeSpan.FromTicks(1), Tick, Tick + TimeSpan.FromTicks(1), 2 * Tick, TimeSpan.FromSeconds(1)];
        var tries = waits.Select(static _ => StubParts.Ask()).ToArray();
        for (var i = 0; i < waits.Length; i++)
        {
            deadlines.Add(tries[i].Exchange, carrier, (ushort)(i + 100), waits[i]);
            Assert.Equal((i + 1, true), (deadlines.Count, tries[i].Exchange.IsWaiting));
        }

        _time.Advance(Tick - TimeSpan.FromTicks(1));
        Assert.Empty(carrier.Abandoned);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal((3, "100 101 102"), (deadlines.Count, carrier.Said));
        _time.Advance(Tick);
        Assert.Equal((1, "100 101 102 103 104"), (deadlines.Count, carrier.Said));
        _time.Advance(TimeSpan.FromSeconds(1) - (3 * Tick));
        Assert.Equal(1, deadlines.Count);
        _time.Advance(Tick);
        Assert.Equal((0, "100 101 102 103 104 105"), (deadlines.Count, carrier.Said));
        foreach (var (exchange, end) in tries)
        {
            Assert.Equal(ExchangeEnd.TimedOut, await StubParts.Soon(end));
            Assert.Equal((false, null, null, null), (exchange.IsWaiting, exchange.Carrier, exchange.Next, exchange.Previous));
        }
    }

    // Each of four leaves first, then each of the others: the rest stay in the list.
    [Fact]
    public void Each_may_leave_and_the_others_wait_on()
    {
        for (var first = 0; first < 4; first++)
        {
            for (var second = 0; second < 4; second++)
            {
                using var deadlines = Make();
                var carrier = new Carrier();
                var tries = Enumerable.Range(0, 4).Select(static _ => StubParts.Ask().Exchange).ToArray();
                for (var i = 0; i < 4; i++)
                {
                    deadlines.Add(tries[i], carrier, (ushort)i, Tick);
                }

                deadlines.Remove(tries[first]);
                Assert.Equal(3, deadlines.Count);
                deadlines.Remove(tries[first]); // no longer there
                Assert.Equal(3, deadlines.Count);
                deadlines.Remove(tries[second]);
                Assert.Equal(second == first ? 3 : 2, deadlines.Count);
                _time.Advance(Tick);
                Assert.Equal((0, string.Join(' ', Enumerable.Range(0, 4).Where(i => i != first && i != second))), (deadlines.Count, carrier.Said));
            }
        }
    }

    [Fact]
    public void A_try_that_is_added_again_is_the_new_one_alone()
    {
        using var deadlines = Make();
        var (before, carrier) = (new Carrier(), new Carrier());
        var exchange = StubParts.Ask().Exchange;
        deadlines.Add(exchange, before, 1, Tick);
        deadlines.Add(exchange, carrier, 2, 2 * Tick);
        Assert.Equal(1, deadlines.Count);
        _time.Advance(Tick);
        Assert.Equal((1, "", ""), (deadlines.Count, before.Said, carrier.Said));
        _time.Advance(Tick);
        Assert.Equal((0, "", "2"), (deadlines.Count, before.Said, carrier.Said));
    }

    [Fact]
    public void Cancelling_ends_the_try_here_unless_something_else_has_ended_it()
    {
        using var deadlines = Make();
        var (carrier, over) = (new Carrier(), new Carrier { Gives = false });
        var (exchange, end) = StubParts.Ask();
        var (ended, later) = StubParts.Ask();
        deadlines.Cancel(exchange); // it does not wait
        Assert.False(end.IsCompleted);
        deadlines.Add(exchange, carrier, 7, Tick);
        deadlines.Add(ended, over, 8, Tick);
        deadlines.Cancel(exchange);
        Assert.Equal((1, "7", true), (deadlines.Count, carrier.Said, end.IsCompletedSuccessfully));
        Assert.Equal(ExchangeEnd.Canceled, exchange.Result);
        deadlines.Cancel(exchange);
        deadlines.Cancel(ended);
        Assert.Equal((0, "7", "8", false), (deadlines.Count, carrier.Said, over.Said, later.IsCompleted));
    }

    [Fact]
    public void What_its_carrier_has_ended_does_not_time_out()
    {
        using var deadlines = Make();
        var carrier = new Carrier { Gives = false };
        var (exchange, end) = StubParts.Ask();
        deadlines.Add(exchange, carrier, 7, Tick);
        _time.Advance(Tick);
        Assert.Equal((0, "7"), (deadlines.Count, carrier.Said));
        exchange.End(ExchangeEnd.Answered).Execute(); // throws if it had ended
        Assert.Equal(TaskStatus.RanToCompletion, end.Status);
    }

    // 20 ms while something waits or was asked since the last tick, then ten seconds once, then not at all.
    [Fact]
    public void The_timer_runs_only_as_long_as_it_is_needed()
    {
        using var deadlines = Make();
        Assert.Equal("made", _time.Said);
        var exchange = StubParts.Ask().Exchange;
        deadlines.Add(exchange, new Carrier(), 1, TimeSpan.FromSeconds(9));
        deadlines.Add(StubParts.Ask().Exchange, new Carrier(), 2, Tick);
        Assert.Equal("made 20", _time.Said);
        _time.Advance(3 * Tick);
        Assert.Equal("made 20", _time.Said);
        deadlines.Remove(exchange);
        _time.Advance(Tick);
        Assert.Equal("made 20 10000", _time.Said);
        _time.Advance(TimeSpan.FromMilliseconds(9999));
        Assert.Equal((0, "made 20 10000"), (_idles, _time.Said));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((1, "made 20 10000 -1"), (_idles, _time.Said));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((1, "made 20 10000 -1"), (_idles, _time.Said));

        // Asked and answered between two ticks: used.
        deadlines.Add(exchange, new Carrier(), 1, TimeSpan.FromSeconds(9));
        deadlines.Remove(exchange);
        _time.Advance(Tick);
        Assert.Equal("made 20 10000 -1 20", _time.Said);
        _time.Advance(Tick);
        Assert.Equal("made 20 10000 -1 20 10000", _time.Said);

        // Asked during the ten seconds.
        _time.Advance(TimeSpan.FromSeconds(9));
        deadlines.Add(exchange, new Carrier(), 1, Tick);
        _time.Advance(Tick);
        Assert.Equal("made 20 10000 -1 20 10000 20", _time.Said);
        _time.Advance(Tick);
        Assert.Equal((1, "made 20 10000 -1 20 10000 20 10000"), (_idles, _time.Said));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((2, "made 20 10000 -1 20 10000 20 10000 -1"), (_idles, _time.Said));
    }

    [Fact]
    public void The_timer_runs_while_tries_are_completed()
    {
        using var deadlines = Make();
        var said = new List<string>();
        var completions = new Completions();
        var exchange = StubParts.Ask().Exchange;
        exchange.Begin();
        exchange.WhenEnded(
            _ =>
            {
                said.Add(_time.Said);
                _time.Advance(TimeSpan.FromMinutes(1));
                said.Add($"{_time.Said}, idle {_idles}");
            },
            "");
        completions.Add(exchange.End(ExchangeEnd.Answered));
        deadlines.Complete(completions);
        Assert.Equal(["made 20", "made 20, idle 0"], said);
        _time.Advance(Tick);
        Assert.Equal("made 20 10000", _time.Said);
    }

    [Fact]
    public async Task At_the_end_all_tries_end_and_the_timer_with_them()
    {
        var deadlines = Make();
        var carrier = new Carrier();
        var tries = Enumerable.Range(0, 3).Select(static _ => StubParts.Ask()).ToArray();
        Array.ForEach(tries, one => deadlines.Add(one.Exchange, carrier, 5, TimeSpan.FromSeconds(9)));
        deadlines.Dispose();
        Assert.Equal((0, "5 5 5", 0), (deadlines.Count, carrier.Said, _time.Disposed));
        foreach (var (_, end) in tries)
        {
            Assert.Equal(ExchangeEnd.Unreachable, await StubParts.Soon(end));
        }

        _time.Advance(Tick);
        Assert.Equal((0, "made 20", 0), (_idles, _time.Said, _time.Disposed));

        // One that comes later ends with the next tick.
        var (late, lateEnd) = StubParts.Ask();
        deadlines.Add(late, carrier, 6, TimeSpan.FromSeconds(9));
        _time.Advance(Tick);
        Assert.Equal(ExchangeEnd.TimedOut, await StubParts.Soon(lateEnd));
        Assert.Equal((0, 0), (_idles, _time.Disposed));
        _time.Advance(Tick);
        Assert.Equal((1, "made 20 -1", 1), (_idles, _time.Said, _time.Disposed));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((1, 1), (_idles, _time.Disposed));
    }

    [Fact]
    public void One_that_was_never_used_ends_with_a_tick()
    {
        var deadlines = Make();
        deadlines.Dispose();
        Assert.Equal(("made 20", 0), (_time.Said, _time.Disposed));
        _time.Advance(Tick);
        Assert.Equal((1, "made 20 -1", 1), (_idles, _time.Said, _time.Disposed));
    }

    private Deadlines Make()
    {
        _time.Clear();
        return new Deadlines(_time, () => _idles++);
    }

    private sealed class Carrier : IExchangeCarrier
    {
        public List<ushort> Abandoned { get; } = [];

        public bool Gives { get; init; } = true;

        public string Said => string.Join(' ', Abandoned.Order());

        public bool TryAbandon(Exchange exchange, ushort id)
        {
            Abandoned.Add(id);
            return Gives;
        }
    }

    /// <summary>Notes the periods, in milliseconds, that its timer gets.</summary>
    private sealed class RecordingTime : FakeTimeProvider
    {
        private readonly List<string> _periods = [];

        public string Said => string.Join(' ', _periods);

        public int Disposed { get; private set; }

        public void Clear() => _periods.Clear();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal((Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan), (dueTime, period));
            _periods.Add("made");
            return new RecordingTimer(this, base.CreateTimer(callback, state, dueTime, period));
        }

        private sealed class RecordingTimer(RecordingTime time, ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Assert.Equal(dueTime, period);
                time._periods.Add($"{dueTime.TotalMilliseconds}");
                return inner.Change(dueTime, period);
            }

            public void Dispose()
            {
                time.Disposed++;
                inner.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
