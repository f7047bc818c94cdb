using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>The groups that a clock looks after.</summary>
public class RunningCompletionsTests
{
    [Fact]
    public void Each_group_may_leave_and_the_others_stay()
    {
        for (var first = 0; first < 4; first++)
        {
            for (var second = 0; second < 4; second++)
            {
                if (second == first)
                {
                    continue;
                }

                var running = new RunningCompletions();
                var groups = Enumerable.Range(0, 4).Select(static _ => new Completions()).ToArray();
                for (var i = 0; i < 4; i++)
                {
                    running.Add(groups[i]);
                    Assert.Equal((i + 1, i), (running.Count, groups[i].Place));
                }

                running.Remove(groups[first]);
                running.Remove(groups[second]);
                Assert.Equal(2, running.Count);
                Assert.Equal([0, 1], groups.Where((_, i) => i != first && i != second).Select(static group => group.Place).Order());
                foreach (var group in groups.Where((_, i) => i != first && i != second))
                {
                    running.Remove(group);
                }

                Assert.Equal(0, running.Count);
            }
        }
    }

    // A group that has not gone on since the tick before goes to another thread, once, as long as nothing is taken of it.
    [Fact]
    public async Task A_tick_reaches_each_group_that_does_not_go_on()
    {
        var running = new RunningCompletions();
        var ends = new List<Task<ExchangeEnd>>();
        foreach (var size in new[] { 1, 2, Completions.Most })
        {
            var group = new Completions();
            Assert.Equal((0, false), (group.Count, group.IsFull));
            for (var i = 0; i < size; i++)
            {
                var (exchange, end) = StubParts.Ask();
                group.Add(exchange.End(ExchangeEnd.Answered));
                ends.Add(end);
            }

            Assert.Equal((size, size == 8), (group.Count, group.IsFull));
            running.Add(group);
        }

        running.OnTick();
        foreach (var end in ends)
        {
            Assert.Equal(ExchangeEnd.Answered, await StubParts.Soon(end));
        }

        running.OnTick();
        running.OnTick(); // there is nothing left
        Assert.Equal(8, Completions.Most);
    }
}
