using System.IO.Pipelines;
using EmailAuth.Milter.Protocol;

namespace EmailAuth.Milter.Dialogue;

/// <summary>The MTA's patience ends after a while without a word; each PROGRESS renews it.</summary>
internal static class ProgressReplies
{
    /// <summary>Waits for a verdict, and says at each interval that there is one to come.</summary>
    /// <exception cref="OperationCanceledException">The connection ends.</exception>
    public static async Task KeepWaitingAsync(
        this PipeWriter output, Task verdict, TimeSpan interval, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        await output.FlushAsync(cancellationToken);
        while (!verdict.IsCompleted)
        {
            await verdict.WaitAsync(interval, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (!verdict.IsCompleted)
            {
                output.WriteReply(MilterReply.Progress);
                await output.FlushAsync(cancellationToken);
            }
        }
    }
}
