namespace EmailAuth.Dns;

/// <summary>
/// What every transport has in front of it: answers are kept for as long as their TTL says, in bounded memory, and equal questions at the
/// same time are asked once. Failures are not kept. Thread-safe.
/// </summary>
internal sealed class CachingResolver
{
    private readonly Func<DnsQuestion, CancellationToken, ValueTask<DnsResponse>> _ask;
    private readonly TimeSpan _maxTimeToLive;
    private readonly DnsCache? _cache;
    private readonly QueriesInFlight _inFlight = new();
    private long _lookups;
    private long _cacheHits;

    /// <summary>Makes a resolver.</summary>
    /// <param name="ask">The transport: sends a question; the token ends it.</param>
    /// <param name="maxBytes">About how much memory answers may be kept in, in bytes; 0 keeps none.</param>
    /// <param name="maxTimeToLive">The longest that an answer is kept, whatever its TTL says.</param>
    /// <param name="timeProvider">The clock by which answers expire.</param>
    public CachingResolver(
        Func<DnsQuestion, CancellationToken, ValueTask<DnsResponse>> ask, long maxBytes, TimeSpan maxTimeToLive, TimeProvider timeProvider)
    {
        _ask = maxBytes == 0 ? ask : AskAndKeepAsync;
        Transport = ask;
        _maxTimeToLive = maxTimeToLive;
        _cache = maxBytes == 0 ? null : new DnsCache(maxBytes, timeProvider);
    }

    /// <summary>How many questions were asked so far.</summary>
    public long Lookups => Interlocked.Read(ref _lookups);

    /// <summary>How many of <see cref="Lookups"/> were answered from memory.</summary>
    public long CacheHits => Interlocked.Read(ref _cacheHits);

    /// <summary>About how many bytes the kept answers take.</summary>
    public long CacheBytes => _cache?.Bytes ?? 0;

    private Func<DnsQuestion, CancellationToken, ValueTask<DnsResponse>> Transport { get; }

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

        return _inFlight.AskAsync(question, _ask, cancellationToken);
    }

    private async ValueTask<DnsResponse> AskAndKeepAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        var response = await Transport(question, cancellationToken).ConfigureAwait(false);
        if (response is { Status: not DnsStatus.Failure, TimeToLive: { } timeToLive })
        {
            _cache!.Add(question, response, timeToLive < _maxTimeToLive ? timeToLive : _maxTimeToLive);
        }

        return response;
    }
}
