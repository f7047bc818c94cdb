using System.Runtime.InteropServices;

namespace EmailAuth.Composition;

/// <summary>A check that was started and may be awaited later, more than once or never. It allocates nothing when the result is there at once.</summary>
/// <typeparam name="T">What the check results in.</typeparam>
[StructLayout(LayoutKind.Auto)]
internal readonly struct StartedCheck<T>
    where T : class
{
    private readonly T? _result;
    private readonly Task<T>? _task;

    private StartedCheck(T? result, Task<T>? task)
    {
        _result = result;
        _task = task;
    }

    /// <summary>Whether the check was started.</summary>
    public bool IsStarted => _result is not null || _task is not null;

    /// <summary>The running check, for a caller that must wait for its end; null when it has ended or was never started.</summary>
    public Task? Running => _task is { IsCompleted: false } ? _task : null;

    public static implicit operator StartedCheck<T>(T result) => new(result, null);

    public static StartedCheck<T> Start(ValueTask<T> check) =>
        check.IsCompletedSuccessfully ? new(check.GetAwaiter().GetResult(), null) : new(null, check.AsTask());

    /// <summary>The result, or null when the check was never started.</summary>
    public ValueTask<T?> GetAsync(CancellationToken cancellationToken)
    {
        if (_task is null)
        {
            return new ValueTask<T?>(_result);
        }

        return new ValueTask<T?>((cancellationToken.CanBeCanceled ? _task.WaitAsync(cancellationToken) : _task)!);
    }
}

/// <summary>Waiting for the end of a check whose result is not needed.</summary>
internal static class EndingChecks
{
    /// <summary>Waits for the end of a check and ignores its result; null has ended.</summary>
    public static ValueTask WaitIgnoringResultAsync(this Task? check) => check is null ? default : WaitAsync(check);

    private static async ValueTask WaitAsync(Task check) => await check.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
