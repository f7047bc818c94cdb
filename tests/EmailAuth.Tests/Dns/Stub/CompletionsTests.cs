using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>What follows several answers of one wake-up runs one after the other, and a caller that blocks holds up none of the others.</summary>
public class CompletionsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void They_are_completed_here_in_their_order()
    {
        using var deadlines = new Deadlines(_time, () => { });
        var order = new List<(int, int)>();
        var completions = Of([.. Enumerable.Range(0, Completions.Most).Select(i => (Action)(() => order.Add((i, Environment.CurrentManagedThreadId))))]);
        Assert.True(completions.IsFull);
        deadlines.Complete(completions);
        Assert.Equal(Enumerable.Range(0, Completions.Most).Select(i => (i, Environment.CurrentManagedThreadId)), order);
    }

    // The first waits for the last, the second for the third: each takes a thread of its own, which the clock finds.
    [Fact]
    public async Task Callers_that_block_until_another_one_has_its_answer_get_it()
    {
        using var deadlines = new Deadlines(_time, () => { });
        using var third = new ManualResetEventSlim();
        using var last = new ManualResetEventSlim();
        var begun = 0;
        var ended = 0;
        var completions = Of(
            () => Block(last),
            () => Block(third),
            third.Set,
            last.Set);
        var running = Task.Run(() => deadlines.Complete(completions), TestContext.Current.CancellationToken);
        while (!running.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.Yield();
        }

        await running;
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref ended) == 2, TimeSpan.FromSeconds(20)));
        Assert.Equal(2, begun);

        void Block(ManualResetEventSlim until)
        {
            Interlocked.Increment(ref begun);
            Assert.True(until.Wait(TimeSpan.FromSeconds(60)));
            Interlocked.Increment(ref ended);
        }
    }

    [Fact]
    public void Each_is_completed_once_however_often_the_clock_ticks()
    {
        using var deadlines = new Deadlines(_time, () => { });
        var counts = new int[Completions.Most];
        var completions = Of([.. Enumerable.Range(0, Completions.Most).Select(i => (Action)(() =>
        {
            Interlocked.Increment(ref counts[i]);
            for (var tick = 0; tick < 5; tick++)
            {
                _time.Advance(TimeSpan.FromMilliseconds(20));
            }
        }))]);
        deadlines.Complete(completions);
        Assert.True(SpinWait.SpinUntil(() => counts.All(static count => Volatile.Read(ref count) == 1), TimeSpan.FromSeconds(20)), string.Join(' ', counts));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.All(counts, count => Assert.Equal(1, count));
    }

    // The clock stops with the last one, so that an idle process is not woken.
    [Fact]
    public void An_idle_resolver_is_told_so_after_completions_too()
    {
        var idle = 0;
        using var deadlines = new Deadlines(_time, () => idle++);
        deadlines.Complete(Of(() => { }, () => { }));
        for (var seconds = 0; seconds < 60; seconds += 11)
        {
            _time.Advance(TimeSpan.FromSeconds(11));
        }

        Assert.Equal(1, idle);
    }

    // The tick behind the last one still counts as use; ten seconds begin with the next.
    [Fact]
    public void Ten_seconds_without_use_begin_with_the_first_tick_that_finds_none()
    {
        var idle = 0;
        using var deadlines = new Deadlines(_time, () => idle++);
        deadlines.Complete(Of(() => { }));
        _time.Advance(TimeSpan.FromMilliseconds(20));
        _time.Advance(TimeSpan.FromMilliseconds(20));
        _time.Advance(TimeSpan.FromMilliseconds(9980));
        Assert.Equal(0, idle);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(1, idle);
    }

    private static Completions Of(params Action[] followers)
    {
        var completions = new Completions();
        foreach (var follower in followers)
        {
            var exchange = new Exchange(new AnswerReader(DomainName.Parse("a.example").Value!, DnsRecordType.Txt, false));
            exchange.Begin();
            exchange.WhenEnded(static state => ((Action)state!)(), follower);
            completions.Add(exchange.End(ExchangeEnd.TimedOut));
        }

        return completions;
    }
}
