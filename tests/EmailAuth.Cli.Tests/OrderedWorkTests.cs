using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>How much is in progress at a time, and the order of the results.</summary>
public class OrderedWorkTests
{
    [Theory]
    [InlineData(1, 1, 10, 1)]
    [InlineData(1, 100, 10, 100)] // more than the threads: most of them wait
    [InlineData(2, 1024, 10, 300)]
    [InlineData(1, 1024, 8 * 1024 * 1024, 7)] // 129 blocks of 64 KB each, of 1,024
    [InlineData(1, 2, 1024 * 1024 * 1024, 1)] // one that is larger than all the room
    public async Task As_many_are_in_progress_as_the_limits_allow(int jobs, int inFlight, int length, int expected)
    {
        var begun = 0;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var results = OrderedWork.RunAsync(
            Numbers(300),
            async number =>
            {
                if (Interlocked.Increment(ref begun) == expected)
                {
                    full.SetResult();
                }

                await gate.Task;
                return number;
            },
            _ => length,
            jobs,
            inFlight,
            TestContext.Current.CancellationToken);
        var reading = results.ToListAsync(TestContext.Current.CancellationToken).AsTask();
        await full.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        for (var i = 0; i < 100; i++)
        {
            await Task.Yield();
        }

        Assert.Equal(expected, Volatile.Read(ref begun));
        gate.SetResult();
        Assert.Equal(Enumerable.Range(0, 300), await reading);
    }

    private static async IAsyncEnumerable<int> Numbers(int count)
    {
        await Task.Yield();
        for (var i = 0; i < count; i++)
        {
            yield return i;
        }
    }
}
