namespace EmailAuth.Dns;

/// <summary>One who waits for the answer to a query in flight. Its task is the answer.</summary>
/// <remarks>
/// The first asker of a query, who is nearly always the only one, goes on where the answer is brought: a hop to another thread costs as much
/// as the rest. Those who join go on elsewhere each, so that none can hold up another.
/// </remarks>
internal class QueryAsker : TaskCompletionSource<DnsResponse>
{
    private readonly QueryInFlight _query;
    private CancellationTokenRegistration _registration;

    protected QueryAsker() => _query = (QueryInFlight)this;

    /// <summary>Joins a query.</summary>
    public QueryAsker(QueryInFlight query, QueryAsker? former)
        : base(TaskCreationOptions.RunContinuationsAsynchronously) => (_query, Former) = (query, former);

    /// <summary>The one who joined before.</summary>
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

    /// <summary>Tells the asker, unless it has given up.</summary>
    public void Tell(DnsResponse? response, Exception? fault)
    {
        _registration.Unregister(); // which waits for nobody, as disposing of it may
        _ = fault is null ? TrySetResult(response!) : TrySetException(fault);
    }

    // Counted out first: when those that wait for the task go on, the query has ended with its last asker.
    private void GiveUp(CancellationToken token)
    {
        if (!Task.IsCompleted)
        {
            _query.Owner.Leave(_query);
            TrySetCanceled(token);
        }
    }
}
