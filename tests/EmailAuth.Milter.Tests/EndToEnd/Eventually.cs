using System.Diagnostics;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>Waits for what other processes do.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public static Task True(Func<bool> condition, TimeSpan patience, Func<string> otherwise) =>
        AsyncTrue(() => Task.FromResult(condition()), patience, otherwise);

    public static async Task AsyncTrue(Func<Task<bool>> condition, TimeSpan patience, Func<string> otherwise)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < patience, otherwise());
            await Task.Delay(Step);
        }
    }
}
