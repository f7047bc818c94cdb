namespace EmailAuth.Dns;

/// <summary>A question in flight to the servers: the transport's side of it, and its first asker. Later askers of the same question join it.</summary>
internal sealed class QueryInFlight(CachingResolver owner, DnsQuestion question) : QueryAsker
{
    private QueryAsker? _lastJoined;
    private Action<object>? _whenGivenUp;
    private object? _transport;
    private bool _isGivenUp;

    public CachingResolver Owner { get; } = owner;

    public DnsQuestion Question { get; } = question;

    /// <summary>When it began, by the owner's clock; 0 when its time is not measured.</summary>
    public long Started { get; init; }

    /// <summary>How many askers wait. Guarded, as is joining, by the owner.</summary>
    public int Askers { get; set; } = 1;

    /// <summary>Whether no asker waits.</summary>
    public bool IsGivenUp => Volatile.Read(ref _isGivenUp);

    public QueryAsker Join()
    {
        Askers++;
        return _lastJoined = new QueryAsker(this, _lastJoined);
    }

    /// <summary>Sets what ends the transport's work when no asker waits; it may be called more than once, and after the end.</summary>
    public void WhenGivenUp(Action<object> end, object transport)
    {
        _transport = transport;
        Interlocked.Exchange(ref _whenGivenUp, end);
        if (IsGivenUp)
        {
            end(transport);
        }
    }

    /// <summary>Ends the transport's work.</summary>
    public void GiveUp()
    {
        Volatile.Write(ref _isGivenUp, true);
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _whenGivenUp)?.Invoke(_transport!);
    }

    /// <summary>Ends the query with its answer. A transport calls this or <see cref="Fail"/>, once, unless the query is given up.</summary>
    public void Complete(DnsResponse response) => Owner.End(this, response, null);

    /// <summary>Ends the query without an answer: the transport broke.</summary>
    public void Fail(Exception fault) => Owner.End(this, null, fault);

    /// <summary>Completes all askers, the first one last: its continuation runs here.</summary>
    public void TellAll(DnsResponse? response, Exception? fault)
    {
        for (var asker = _lastJoined; asker is not null; asker = asker.Former)
        {
            asker.Tell(response, fault);
        }

        Tell(response, fault);
    }
}
