using System.Net;

namespace EmailAuth.Native.Handles;

/// <summary>
/// A session as C sees it. Calls may come from any thread, one at a time: a call that meets another is refused. Only
/// <see cref="Abort"/> may come while a completion is on its way.
/// </summary>
internal sealed class NativeSession
{
    private const int Idle = 0;
    private const int Called = 1;
    private const int Completing = 2;
    private const int Freed = 3;

    private readonly AuthenticationSession _session;
    private CancellationTokenSource? _completion;
    private int _gate;

    public NativeSession(AuthenticationPipeline pipeline, IPAddress? client, string? helo) => _session = pipeline.BeginSession(client, helo);

    /// <summary>Takes the session for one call; <see cref="Leave"/> gives it back.</summary>
    public AuthenticationSession Enter()
    {
        Take(Called);
        return _session;
    }

    public void Leave() => Volatile.Write(ref _gate, Idle);

    /// <summary>Makes ready for the next message.</summary>
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

    /// <summary>Completes, and waits for it.</summary>
    public AuthenticationOutcome Complete()
    {
        var aborted = true;
        var pending = Start();

        // Known at once; whatever fails later is no mistake of the caller's.
        var isOutOfOrder = pending.IsFaulted;
        try
        {
            // The thread is the caller's, and it asked to wait; what it waits for runs on threads of the library.
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

    /// <summary>Completes; <paramref name="done"/> is called on a thread of the library, when the session is free for further calls.</summary>
    public void Complete(Action<AuthenticationOutcome?, Exception?> done)
    {
        var pending = Start().AsTask();
        if (pending.IsFaulted)
        {
            // Out of order: known at once, and answered by the call itself.
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

        _ = FinishAsync(pending, done);
    }

    /// <summary>Ends a completion that is on its way, which then answers that it was aborted; else abandons the message.</summary>
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
                    // Between the gate and the completion lie a few instructions of another thread.
                    Thread.Yield();
                    break;
                default:
                    Reset();
                    return;
            }
        }
    }

    /// <summary>Takes the session for good.</summary>
    public void Take() => Take(Freed);

    /// <summary>Ends it; when it returns nothing of it runs any more.</summary>
    public void End()
    {
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

    /// <summary>The session tells a call out of order by this exception.</summary>
    public static InteropException OutOfOrder(InvalidOperationException mistake) => new(Status.State, mistake.Message);

    private ValueTask<AuthenticationOutcome> Start()
    {
        Take(Completing);
        var completion = new CancellationTokenSource();
        Volatile.Write(ref _completion, completion);
        return _session.CompleteAsync(completion.Token);
    }

    private async Task FinishAsync(Task<AuthenticationOutcome> pending, Action<AuthenticationOutcome?, Exception?> done)
    {
        // Never on the thread of the caller, nor on that of one who aborts: both may hold a lock that the callback wants.
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
                throw new InteropException(Status.Busy, "The session's completion is on its way; only emailauth_session_abort may be called.");
            case Freed:
                throw new InteropException(Status.Handle, "The session is being freed.");
            default:
                throw new InteropException(Status.Busy, "Another thread's call on this session is under way.");
        }
    }
}
