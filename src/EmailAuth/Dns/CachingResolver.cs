using EmailAuth.Dns.Stub;

namespace EmailAuth.Dns;

/// <summary>
/// The cache in front of a transport. It keeps answers for as long as their TTL says, in bounded memory, and asks equal questions at the
/// same time once. It does not keep failures. A query ends when the last of its askers gives up. Thread-safe.
/// </summary>
/// <remarks>Each further equal query in flight would raise the chance that a forged answer fits one of them (RFC 5452 section 5).</remarks>
internal sealed class CachingResolver
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DnsQuestion, QueryInFlight> _queries = [];
    private readonly Action<QueryInFlight> _send;
    private readonly TimeSpan _maxTimeToLive;
    private readonly DnsCache? _cache;
    private readonly TimeProvider _time;
    private long _lookups;
    private long _cacheHits;

    /// <summary>Makes a resolver.</summary>
    /// <param name="send">The transport: sends the question, and completes the query or fails it, once.</param>
    /// <param name="maxBytes">About how much memory answers may be kept in, in bytes; 0 keeps none.</param>
    /// <param name="maxTimeToLive">The longest that an answer is kept, whatever its TTL says.</param>
    /// <param name="timeProvider">The clock by which answers expire.</param>
    public CachingResolver(Action<QueryInFlight> send, long maxBytes, TimeSpan maxTimeToLive, TimeProvider timeProvider)
    {
        _send = send;
        _maxTimeToLive = maxTimeToLive;
        _time = timeProvider;
        _cache = maxBytes == 0 ? null : new DnsCache(maxBytes, timeProvider);
    }

    /// <summary>How many questions were asked so far.</summary>
    public long Lookups => Interlocked.Read(ref _lookups);

    /// <summary>How many of <see cref="Lookups"/> were answered from memory.</summary>
    public long CacheHits => Interlocked.Read(ref _cacheHits);

    /// <summary>About how many bytes the kept answers take.</summary>
    public long CacheBytes => _cache?.Bytes ?? 0;

    /// <summary>The answer from memory, of a query in flight, or of a new one.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="cancellationToken">Ends the waiting; the query too, when nobody else waits for it.</param>
    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<DnsResponse>(cancellationToken);
        }

        Interlocked.Increment(ref _lookups);
        if (_cache is not null && _cache.TryGet(question, out var known))
        {
            Interlocked.Increment(ref _cacheHits);
            return new ValueTask<DnsResponse>(known);
        }

        var asker = Join(question);
        if (cancellationToken.CanBeCanceled)
        {
            asker.GiveUpWith(cancellationToken);
        }

        // The first asker is the query itself.
        if (asker is QueryInFlight { IsGivenUp: false } query)
        {
            Send(query);
        }

        return new ValueTask<DnsResponse>(asker.Task);
    }

    private void Send(QueryInFlight query)
    {
        try
        {
            _send(query);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            query.Fail(e);
        }
    }

    private QueryAsker Join(DnsQuestion question)
    {
        lock (_lock)
        {
            if (_queries.TryGetValue(question, out var known))
            {
                return known.Join();
            }

            var query = new QueryInFlight(this, question) { Started = StubMeter.MeasuresLookups ? _time.GetTimestamp() : 0 };
            _queries.Add(question, query);
            return query;
        }
    }

    /// <summary>Keeps the answer and completes the askers. The query leaves the table first, so a later equal question is a new query.</summary>
    internal void End(QueryInFlight query, DnsResponse? response, Exception? fault)
    {
        if (query.IsGivenUp)
        {
            return; // no asker is left, and it has left the table
        }

        if (_cache is not null && response is { Status: not DnsStatus.Failure, TimeToLive: { } timeToLive })
        {
            _cache.Add(query.Question, response, timeToLive < _maxTimeToLive ? timeToLive : _maxTimeToLive);
        }

        lock (_lock)
        {
            Remove(query);
        }

        if (query.Started != 0)
        {
            StubMeter.RecordLookup(_time.GetElapsedTime(query.Started), query.Question.Type, response?.Failure ?? DnsFailure.ResolverFault);
        }

        query.TellAll(response, fault);
    }

    /// <summary>Removes an asker that has given up.</summary>
    internal void Leave(QueryInFlight query)
    {
        lock (_lock)
        {
            if (--query.Askers > 0)
            {
                return;
            }

            Remove(query);
        }

        // Outside the lock: this runs a transport's code.
        query.GiveUp();
    }

    // Called under the lock. Another query may have replaced one that was given up.
    private void Remove(QueryInFlight query)
    {
        if (_queries.Remove(query.Question, out var current) && !ReferenceEquals(current, query))
        {
            _queries.Add(query.Question, current);
        }
    }
}
