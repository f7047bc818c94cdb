using EmailAuth.Dns;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>Turns of few, apart from those of the process.</summary>
public class TurnsOfItsOwnTests
{
    [Fact]
    public async Task A_turn_that_is_given_back_goes_to_the_one_that_waits()
    {
        var turns = new ProcessTurns(1);
        Assert.True(turns.TryEnter());
        Assert.False(turns.TryEnter());
        var waiting = turns.EnterAsync(CancellationToken.None).AsTask();
        Assert.Equal((false, 1), (waiting.IsCompleted, turns.Running));
        turns.Exit();
        Assert.Equal(1, turns.Running);
        await waiting.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        turns.Exit();
        Assert.Equal(0, turns.Running);
        Assert.True(turns.EnterAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Those_that_wait_have_their_turns_in_order()
    {
        var turns = new ProcessTurns(2);
        Assert.True(turns.TryEnter() && turns.TryEnter());
        var waiting = Enumerable.Range(0, 3).Select(_ => turns.EnterAsync(CancellationToken.None).AsTask()).ToArray();
        for (var i = 0; i < waiting.Length; i++)
        {
            turns.Exit();
            await waiting[i].WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            Assert.Equal((2, waiting.Length - i - 1), (turns.Running, waiting.Count(static one => !one.IsCompleted)));
        }
    }
}
