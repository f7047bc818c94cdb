namespace EmailAuth.Dns;

/// <content>What becomes of a question once it is its turn: the resolver is asked, and its answer, or what it does instead, is handed on.</content>
internal sealed partial class DnsSession
{
    // Asks the resolver, outside the lock: it may run any code, even ours.
    private DnsResponse? Run(DnsQuery query) => Run(query, out _);

    // The object of a query that was answered at once may be in use again, so its start is passed beside its answer.
    private DnsResponse? Run(DnsQuery query, out long started)
    {
        var session = query.Session;
        // In this order: a check that joins on another thread counts the time since it began as soon as it sees that it has.
        query.Started = started = Time.GetTimestamp();
        query.IsAsked = true;
        if (!ProcessTurns.Shared.TryEnter())
        {
            _ = session.RunLaterAsync(query);
            return null;
        }

        return session.Ask(query);
    }

    private DnsResponse? Ask(DnsQuery query)
    {
        ValueTask<DnsResponse> pending;
        try
        {
            pending = _turns.Resolver.QueryAsync(query.Question, query.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            pending = ValueTask.FromException<DnsResponse>(e);
        }

        if (!pending.IsCompleted)
        {
            _ = AwaitAsync(query, TaskOf(pending));
            return null;
        }

        ProcessTurns.Shared.Exit();
        if (pending.IsCanceled && query.Token.IsCancellationRequested)
        {
            query.TrySetCanceled(query.Token);
            return null;
        }

        // Only a completed answer is read here, so nothing blocks.
        var response = pending.IsCompletedSuccessfully ? pending.GetAwaiter().GetResult() ?? Fault(query, null) : Fault(query, pending.AsTask().Exception);
        return FinishAtOnce(query, response);
    }

    private DnsResponse FinishAtOnce(DnsQuery query, DnsResponse response)
    {
        bool isShared;
        lock (_turns)
        {
            _turns.Remove(query);
            AnsweredAtOnce++;
            isShared = query.IsShared || query.State == DnsQueryState.GivenUp;
            (query.State, query.Response) = (DnsQueryState.Answered, response);
            if (!isShared && _answers is not null)
            {
                _answers.Replace(query, response);
                _answers.GiveBack(query);
            }
        }

        if (isShared)
        {
            query.TrySetResult(response);
        }

        RunWaiting();
        return response;
    }

    private async Task RunLaterAsync(DnsQuery query)
    {
        try
        {
            using var limit = new CancellationTokenSource(Limits.LookupTimeout, Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, query.Token);
            await ProcessTurns.Shared.EnterAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (query.Token.IsCancellationRequested)
            {
                query.TrySetCanceled(query.Token);
            }
            else
            {
                Finish(query, DnsResponse.Failed(
                    DnsFailure.Timeout,
                    $"no turn within {Seconds(Limits.LookupTimeout)} s: {ProcessTurns.MaxInFlight} questions of this process are in flight"));
            }

            return;
        }

        query.IsShared = true;
        Ask(query);
    }

    private async Task AwaitAsync(DnsQuery query, Task<DnsResponse> pending)
    {
        // Our own resolver has a timeout and ends with the token. Others may have neither, so they get a timeout here.
        var isTrusted = _turns.Resolver is StubResolver stub && stub.AnswersWithin(Limits.LookupTimeout, Time);
        if (!isTrusted)
        {
            // Answers and exceptions after the timeout are ignored.
            _ = pending.ContinueWith(
                static task => _ = task.Exception,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
        }

        DnsResponse? response = null;
        var isCanceled = false;
        try
        {
            response = await (isTrusted ? pending : pending.WaitAsync(Limits.LookupTimeout, Time, query.Token)).ConfigureAwait(false) ?? Fault(query, null);
        }
        catch (TimeoutException) when (!pending.IsCompleted)
        {
            query.Cancel();
            response = DnsResponse.Failed(DnsFailure.Timeout, $"no answer within {Seconds(Limits.LookupTimeout)} s (LookupTimeout)");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (query.Token.IsCancellationRequested)
            {
                // The resolver's work ends by the same token. A resolver that ignores it is awaited for no longer than for an answer.
                await ((Task)pending.WaitAsync(Limits.LookupTimeout, Time)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                isCanceled = true;
            }
            else
            {
                response = Fault(query, e);
            }
        }
        finally
        {
            // Whatever was thrown: those that wait for the query have no limit of their own. The turn ends with the wait, not with the resolver: a
            // resolver that never ends its queries would otherwise use up all turns.
            ProcessTurns.Shared.Exit();
            if (isCanceled)
            {
                query.TrySetCanceled(query.Token);
            }
            else
            {
                Finish(query, response ?? DnsResponse.Failed(DnsFailure.ResolverFault));
            }
        }
    }

    private void Finish(DnsQuery query, DnsResponse response)
    {
        lock (_turns)
        {
            _turns.Remove(query);
            query.Elapsed = Time.GetElapsedTime(query.Started);
            (query.State, query.Response) = (DnsQueryState.Answered, response);
        }

        RunWaiting();
        query.TrySetResult(response);
    }

    // Gives free turns to waiting queries.
    private void RunWaiting()
    {
        while (_turns.HasWaiting)
        {
            DnsQuery? next;
            lock (_turns)
            {
                next = _turns.RunNext();
                if (next is not null)
                {
                    next.IsShared = true;
                }
            }

            if (next is null)
            {
                return;
            }

            Run(next);
        }
    }

    private DnsResponse Fault(DnsQuery query, Exception? exception)
    {
        var cause = (exception as AggregateException)?.InnerException ?? exception;
        DnsSessionLog.ResolverFault(_turns.Log, query.Question.ToString(), cause?.Message ?? "it gave no answer", cause);
        return DnsResponse.Failed(DnsFailure.ResolverFault, cause?.Message);
    }

    // A task source that completes twice makes this throw.
    private static Task<DnsResponse> TaskOf(ValueTask<DnsResponse> pending)
    {
        try
        {
            return pending.AsTask();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Task.FromException<DnsResponse>(e);
        }
    }
}
