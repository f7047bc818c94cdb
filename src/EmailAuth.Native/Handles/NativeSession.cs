using System.Net;

namespace EmailAuth.Native.Handles;

/// <summary>
/// A session for C callers. Calls may come from any thread, but only one at a time: a second call at the same time is refused. While a
/// completion is running, only <see cref="Abort"/> is allowed.
/// </summary>
internal sealed class NativeSession
{
    private const int Idle = 0;
    private const int Called = 1;
    private const int Completing = 2;
    private const int Freed = 3;

    private readonly AuthenticationSession _session;
    private readonly Lock _polled = new();
    private CancellationTokenSource? _completion;
    private EventDescriptor? _descriptor;
    private PolledCompletion? _waiting;
    private int _gate;

    public NativeSession(AuthenticationPipeline pipeline, IPAddress? client, string? helo) => _session = pipeline.BeginSession(client, helo);

    /// <summary>Reserves the session for one call; <see cref="Leave"/> releases it.</summary>
    public AuthenticationSession Enter()
    {
        Take(Called);
        return _session;
    }

    public void Leave() => Volatile.Write(ref _gate, Idle);

    /// <summary>Prepares the session for the next message.</summary>
    public void Reset()
    {
        Take(Called);
        try
        {
            _session.Reset();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Completes the message, and waits for the result.</summary>
    public AuthenticationOutcome Complete()
    {
        var aborted = true;
        var pending = Start();

        // A call out of order is detected here, at once. A later failure is not the caller's mistake.
        var isOutOfOrder = pending.IsFaulted;
        try
        {
            // Blocking is allowed here: the caller asked to wait on its own thread, and the work runs on threads of the library.
            var outcome = pending.IsCompleted ? pending.GetAwaiter().GetResult() : pending.AsTask().GetAwaiter().GetResult();
            aborted = false;
            return outcome;
        }
        catch (InvalidOperationException mistake) when (isOutOfOrder)
        {
            aborted = false;
            throw OutOfOrder(mistake);
        }
        finally
        {
            End(aborted);
        }
    }

    /// <summary>
    /// Completes the message without waiting. When the session is free for further calls, <paramref name="done"/> is called on a thread of the
    /// library.
    /// </summary>
    public void Complete(Action<AuthenticationOutcome?, Exception?> done)
    {
        var pending = Start().AsTask();
        ThrowIfOutOfOrder(pending);
        _ = FinishAsync(pending, done);
    }

    /// <summary>
    /// Completes the message without waiting. The descriptor becomes readable at the end; until <see cref="TakeResult"/> the session stays reserved. The
    /// session closes the descriptor when it is freed, and uses the same one for each message.
    /// </summary>
    public int CompleteByDescriptor()
    {
        Take(Completing);
        try
        {
            _descriptor ??= EventDescriptor.Create();
        }
        catch
        {
            Leave();
            throw;
        }

        var pending = Begin().AsTask();
        ThrowIfOutOfOrder(pending);
        var waiting = new PolledCompletion(pending);
        Volatile.Write(ref _waiting, waiting);
        _ = SignalAsync(waiting, _descriptor);
        return _descriptor.Number;
    }

    /// <summary>The result of <see cref="CompleteByDescriptor"/>, once; afterwards the session is free for further calls.</summary>
    public AuthenticationOutcome TakeResult()
    {
        PolledCompletion waiting;
        lock (_polled)
        {
            waiting = Volatile.Read(ref _waiting) ?? throw new InteropException(Status.State, "No result waits: call emailauth_session_complete_descriptor first.");
            if (!waiting.HasEnded)
            {
                throw new InteropException(Status.Busy, "The session's completion is running: its descriptor is not readable yet.");
            }

            _waiting = null;
            _descriptor!.Clear();
        }

        End(aborted: !waiting.Pending.IsCompletedSuccessfully);
        return waiting.Pending.GetAwaiter().GetResult();
    }

    /// <summary>Ends a running completion, which then reports that it was aborted. When no completion is running, abandons the message.</summary>
    public void Abort()
    {
        while (true)
        {
            switch (Volatile.Read(ref _gate))
            {
                case Completing when Volatile.Read(ref _completion) is { } completion:
                    completion.Cancel();
                    return;
                case Completing:
                    // Another thread has entered the session, but has not started its completion yet: a few instructions remain.
                    Thread.Yield();
                    break;
                default:
                    Reset();
                    return;
            }
        }
    }

    /// <summary>Reserves the session and never releases it: the session is being freed.</summary>
    public void Take() => Take(Freed);

    /// <summary>Ends the session. When this returns, no work of the session is running.</summary>
    public void End()
    {
        _descriptor?.Close();
        var end = _session.DisposeAsync();
        if (end.IsCompleted)
        {
            end.GetAwaiter().GetResult();
        }
        else
        {
            end.AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>The session reports a call out of order by this exception.</summary>
    public static InteropException OutOfOrder(InvalidOperationException mistake) => new(Status.State, mistake.Message);

    private ValueTask<AuthenticationOutcome> Start()
    {
        Take(Completing);
        return Begin();
    }

    private ValueTask<AuthenticationOutcome> Begin()
    {
        var completion = new CancellationTokenSource();
        Volatile.Write(ref _completion, completion);
        return _session.CompleteAsync(completion.Token);
    }

    // A call out of order is detected at once, and this call itself reports it.
    private void ThrowIfOutOfOrder(Task<AuthenticationOutcome> pending)
    {
        if (pending.IsFaulted)
        {
            try
            {
                pending.GetAwaiter().GetResult();
            }
            catch (InvalidOperationException mistake)
            {
                throw OutOfOrder(mistake);
            }
            finally
            {
                End(aborted: false);
            }
        }
    }

    private async Task SignalAsync(PolledCompletion waiting, EventDescriptor descriptor)
    {
        await ((Task)waiting.Pending).ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);

        // Under the lock: a result that is taken at once lets the session be freed, which closes the descriptor.
        lock (_polled)
        {
            waiting.HasEnded = true;
            descriptor.Signal();
        }
    }

    private async Task FinishAsync(Task<AuthenticationOutcome> pending, Action<AuthenticationOutcome?, Exception?> done)
    {
        // The callback never runs on the thread of the completing or the aborting caller: each may hold a lock that the callback needs.
        await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        AuthenticationOutcome? outcome = null;
        Exception? error = null;
        if (pending.IsCompletedSuccessfully)
        {
            outcome = await pending.ConfigureAwait(false);
        }
        else
        {
            error = pending.Exception?.InnerException ?? new OperationCanceledException();
        }

        End(aborted: error is not null);
        done(outcome, error);
    }

    private void End(bool aborted)
    {
        Volatile.Write(ref _completion, null);
        if (aborted)
        {
            _session.Reset();
        }

        Leave();
    }

    private void Take(int purpose)
    {
        switch (Interlocked.CompareExchange(ref _gate, purpose, Idle))
        {
            case Idle:
                return;
            case Completing:
                throw new InteropException(
                    Status.Busy,
                    "The session's completion is running, or its result was not taken yet; only emailauth_session_abort and _take_result may be called.");
            case Freed:
                throw new InteropException(Status.Handle, "The session is being freed.");
            default:
                throw new InteropException(Status.Busy, "A call on this session is running on another thread.");
        }
    }

    // A completion by descriptor; HasEnded is read and written under the lock.
    private sealed class PolledCompletion(Task<AuthenticationOutcome> pending)
    {
        public Task<AuthenticationOutcome> Pending => pending;

        public bool HasEnded { get; set; }
    }
}
