namespace EmailAuth.Dns;

/// <summary>
/// The questions that wait for their answer, each asked once however many want to know. A query ends when the last of them gives up.
/// Thread-safe.
/// </summary>
/// <remarks>Many equal queries at the same time would make a forged answer as many times as likely to fit one of them (RFC 5452 section 5).</remarks>
internal sealed class QueriesInFlight
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DnsQuestion, Query> _queries = [];

    /// <summary>The answer to a question: that of a query in flight, or of a new one.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="ask">Makes a query; the token ends it.</param>
    /// <param name="cancellationToken">Ends the waiting of this asker.</param>
    public ValueTask<DnsResponse> AskAsync(
        DnsQuestion question, Func<DnsQuestion, CancellationToken, ValueTask<DnsResponse>> ask, CancellationToken cancellationToken)
    {
        var query = Join(question, out var isNew);
        if (isNew)
        {
            _ = RunAsync(question, query, ask);
        }

        return cancellationToken.CanBeCanceled ? WaitAsync(question, query, cancellationToken) : new ValueTask<DnsResponse>(query.Task);
    }

    private async ValueTask<DnsResponse> WaitAsync(DnsQuestion question, Query query, CancellationToken cancellationToken)
    {
        try
        {
            return await query.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Leave(question, query);
            throw;
        }
    }

    private Query Join(DnsQuestion question, out bool isNew)
    {
        lock (_lock)
        {
            isNew = !_queries.TryGetValue(question, out var known);
            var query = known ?? new Query();
            query.Askers++;
            _queries[question] = query;
            return query;
        }
    }

    private async Task RunAsync(DnsQuestion question, Query query, Func<DnsQuestion, CancellationToken, ValueTask<DnsResponse>> ask)
    {
        // The query leaves the table before its askers are told: a question asked after that is a new one.
        try
        {
            var response = await ask(question, query.Cancel.Token).ConfigureAwait(false);
            Remove(question, query);
            query.SetResult(response);
        }
        catch (OperationCanceledException)
        {
            Remove(question, query);
            query.SetCanceled();
        }
        catch (Exception e)
        {
            Remove(question, query);
            query.SetException(e);
        }
    }

    private void Leave(DnsQuestion question, Query query)
    {
        lock (_lock)
        {
            if (--query.Askers > 0)
            {
                return;
            }

            Remove(question, query);
        }

        // Outside the lock: a cancellation runs the code of those it reaches.
        query.Cancel.Cancel();
    }

    // Another query may have taken the place of one that was given up.
    private void Remove(DnsQuestion question, Query query)
    {
        lock (_lock)
        {
            if (_queries.TryGetValue(question, out var current) && ReferenceEquals(current, query))
            {
                _queries.Remove(question);
            }
        }
    }

    private sealed class Query() : TaskCompletionSource<DnsResponse>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        /// <summary>Never disposed of: it has no timer and no links, and a cancellation may come after the end.</summary>
        public CancellationTokenSource Cancel { get; } = new();

        /// <summary>How many wait; guarded by the lock.</summary>
        public int Askers { get; set; }
    }
}
