namespace EmailAuth.Dns;

/// <summary>Limits how many questions of all sessions of the process are in flight; further ones wait for their turn, in order. Thread-safe.</summary>
/// <param name="capacity">How many may run.</param>
internal sealed class ProcessTurns(int capacity)
{
    /// <summary>How many questions of the process may be in flight.</summary>
    public const int MaxInFlight = 4096;

    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _running;
    private int _waitingCount;

    /// <summary>The turns of the process.</summary>
    public static ProcessTurns Shared { get; } = new(MaxInFlight);

    /// <summary>How many run.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Takes a turn if one is free. Each turn ends with <see cref="Exit"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _running) <= capacity)
        {
            return true;
        }

        Exit();
        return false;
    }

    /// <summary>Takes a turn when one is free.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_lock)
        {
            // Counted before the attempt: a turn that is given back from here on finds this one waiting.
            Interlocked.Increment(ref _waitingCount);
            if (TryTake())
            {
                Interlocked.Decrement(ref _waitingCount);
                return;
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
        }

        var cancellation = cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn);
        await using (cancellation.ConfigureAwait(false))
        {
            await turn.Task.ConfigureAwait(false);
        }
    }

    /// <summary>Gives a turn back.</summary>
    public void Exit()
    {
        Interlocked.Decrement(ref _running);
        if (Volatile.Read(ref _waitingCount) == 0)
        {
            return;
        }

        lock (_lock)
        {
            while (_waiting.Count > 0 && TryTake())
            {
                Interlocked.Decrement(ref _waitingCount);
                if (!_waiting.Dequeue().TrySetResult())
                {
                    Interlocked.Decrement(ref _running);
                }
            }
        }
    }

    private bool TryTake()
    {
        if (Interlocked.Increment(ref _running) <= capacity)
        {
            return true;
        }

        Interlocked.Decrement(ref _running);
        return false;
    }
}
