namespace EmailAuth.Dns;

/// <summary>A caller that waits for the answer to a query in flight. Its task is the answer.</summary>
/// <remarks>
/// The first asker of a query, nearly always the only one, continues on the thread that brings the answer: a hop to another thread costs as
/// much as the rest. Askers that join continue on threads of their own, so that none can delay another.
/// </remarks>
internal class QueryAsker : TaskCompletionSource<DnsResponse>
{
    private readonly QueryInFlight _query;
    private CancellationTokenRegistration _registration;

    protected QueryAsker() => _query = (QueryInFlight)this;

    /// <summary>Joins a query.</summary>
    public QueryAsker(QueryInFlight query, QueryAsker? former)
        : base(TaskCreationOptions.RunContinuationsAsynchronously) => (_query, Former) = (query, former);

    /// <summary>The asker that joined before.</summary>
    public QueryAsker? Former { get; }

    /// <summary>Gives up when a token is cancelled; at once when it is already.</summary>
    public void GiveUpWith(CancellationToken cancellationToken)
    {
        _registration = cancellationToken.UnsafeRegister(static (state, token) => ((QueryAsker)state!).GiveUp(token), this);
        if (Task.IsCompleted)
        {
            _registration.Unregister();
        }
    }

    /// <summary>Completes the asker, unless it has given up.</summary>
    public void Tell(DnsResponse? response, Exception? fault)
    {
        _registration.Unregister(); // does not wait, as disposing of it may
        _ = fault is null ? TrySetResult(response!) : TrySetException(fault);
    }

    // Removed first: when the task's continuations run, the query has ended with its last asker.
    private void GiveUp(CancellationToken token)
    {
        if (!Task.IsCompleted)
        {
            _query.Owner.Leave(_query);
            TrySetCanceled(token);
        }
    }
}
