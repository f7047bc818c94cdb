namespace EmailAuth.Dns;

/// <summary>
/// The questions that wait for their answer, each asked once however many want to know. A query ends when the last of them gives up.
/// Thread-safe.
/// </summary>
/// <remarks>Many equal queries at the same time would make a forged answer as many times as likely to fit one of them (RFC 5452 section 5).</remarks>
internal sealed class QueriesInFlight
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DnsQuestionKey, object> _queries = [];

    /// <summary>The answer to a question: that of a query in flight, or of a new one.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="ask">Makes a query; the token ends it.</param>
    /// <param name="cancellationToken">Ends the waiting of this asker.</param>
    public async ValueTask<DnsResponse<T>> AskAsync<T>(
        DnsQuestionKey question, Func<CancellationToken, ValueTask<DnsResponse<T>>> ask, CancellationToken cancellationToken)
    {
        var query = Join<T>(question, out var isNew);
        if (isNew)
        {
            _ = RunAsync(question, query, ask);
        }

        try
        {
            return await query.Answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Leave(question, query);
            throw;
        }
    }

    private Query<T> Join<T>(DnsQuestionKey question, out bool isNew)
    {
        lock (_lock)
        {
            isNew = !_queries.TryGetValue(question, out var known);
            var query = isNew ? new Query<T>() : (Query<T>)known!;
            query.Askers++;
            _queries[question] = query;
            return query;
        }
    }

    private async Task RunAsync<T>(DnsQuestionKey question, Query<T> query, Func<CancellationToken, ValueTask<DnsResponse<T>>> ask)
    {
        // Whatever comes of it, it is over before anybody hears of it: who asks from then on asks anew.
        try
        {
            var response = await ask(query.Cancel.Token).ConfigureAwait(false);
            Remove(question, query);
            query.Answer.SetResult(response);
        }
        catch (OperationCanceledException)
        {
            Remove(question, query);
            query.Answer.SetCanceled();
        }
        catch (Exception e)
        {
            Remove(question, query);
            query.Answer.SetException(e);
        }
    }

    private void Leave<T>(DnsQuestionKey question, Query<T> query)
    {
        lock (_lock)
        {
            if (--query.Askers > 0)
            {
                return;
            }

            Remove(question, query);
        }

        // Outside the lock: a cancellation runs the code of whoever it reaches.
        query.Cancel.Cancel();
    }

    // Another query may have taken the place of one that was given up.
    private void Remove<T>(DnsQuestionKey question, Query<T> query)
    {
        lock (_lock)
        {
            if (_queries.TryGetValue(question, out var current) && ReferenceEquals(current, query))
            {
                _queries.Remove(question);
            }
        }
    }

    private sealed class Query<T>
    {
        public TaskCompletionSource<DnsResponse<T>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Never disposed of: it has no timer and no links, and who cancels may come after the end.</summary>
        public CancellationTokenSource Cancel { get; } = new();

        /// <summary>How many wait; guarded by the lock.</summary>
        public int Askers { get; set; }
    }
}
