using System.Diagnostics;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>Waits for what other processes do.</summary>
internal static class Eventually
{
    /// <summary>How long: a machine that does much else is slow, and where all goes well nobody waits that long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for a condition.</summary>
    /// <param name="condition">What is to become true.</param>
    /// <param name="otherwise">What to say when it does not.</param>
    /// <param name="patience">How long to wait where <see cref="Patience"/> is too short.</param>
    public static Task True(Func<bool> condition, Func<string> otherwise, TimeSpan? patience = null) =>
        AsyncTrue(() => Task.FromResult(condition()), otherwise, patience);

    /// <inheritdoc cref="True"/>
    public static async Task AsyncTrue(Func<Task<bool>> condition, Func<string> otherwise, TimeSpan? patience = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) >= (patience ?? Patience))
            {
                Assert.Fail(otherwise());
            }

            await Task.Delay(Step);
        }
    }
}
