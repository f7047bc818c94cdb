using EmailAuth.Dns.Stub;

namespace EmailAuth.Dns;

/// <summary>
/// Asks recursive DNS servers. An answer counts only when it comes from the address and port that were asked, over a socket with a random port,
/// with a random ID and the question repeated (RFC 5452 section 9); anything else is ignored while the wait goes on. Thread-safe; meant to be
/// one per process.
/// </summary>
/// <remarks>
/// Over UDP with EDNS (RFC 6891), without it where a server refuses it, and over kept TCP connections (RFC 7766) when an answer is cut short or
/// when more than 16 messages come that answer nothing asked. Equal questions at the same time are asked once. Answers are kept for as long as
/// their TTL says, negative ones as RFC 2308 section 5 says, in bounded memory; failures are not kept. Names are asked for as they are: no
/// search list is applied. Sockets and connections close when nothing was asked for ten seconds.
/// </remarks>
public sealed class StubResolver : IDnsResolver, IDisposable, IAsyncDisposable
{
    private readonly StubContext _context;
    private readonly ServerList _servers;
    private readonly CachingResolver _answers;
    private bool _isDisposed;

    /// <summary>Makes a resolver. No socket is opened before the first question.</summary>
    /// <param name="options">Which servers, and how; null for the system's servers.</param>
    /// <param name="timeProvider">The clock of waits and of expiry; null for the system's.</param>
    public StubResolver(StubResolverOptions? options = null, TimeProvider? timeProvider = null)
    {
        options ??= StubResolverOptions.Default;
        var time = timeProvider ?? TimeProvider.System;
        _context = new StubContext(options, time, new Deadlines(time, () => _servers?.Idle()), new RandomNumbers(), new StubCounters());
        _servers = new ServerList(_context);
        var memory = options.MemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        _answers = new CachingResolver(Send, Math.Min(options.MaxCacheBytes, memory / 8), options.MaxTimeToLive, time);
    }

    /// <summary>How many questions were asked of this resolver so far.</summary>
    internal long Lookups => _answers.Lookups;

    /// <summary>How many of <see cref="Lookups"/> were answered from memory.</summary>
    internal long CacheHits => _answers.CacheHits;

    /// <summary>About how many bytes the kept answers take.</summary>
    internal long CacheBytes => _answers.CacheBytes;

    /// <summary>Counts of events on the wire.</summary>
    internal StubCounters Counters => _context.Counters;

    /// <summary>The servers as they are now.</summary>
    internal ServerSet Servers => _servers.Current;

    /// <summary>Asks a question.</summary>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Records, no records, or a coded failure, whatever servers and networks do.</returns>
    /// <exception cref="ObjectDisposedException">The resolver is disposed of.</exception>
    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _answers.QueryAsync(question, cancellationToken);
    }

    /// <summary>Whether every answer, or the failure in its place, comes within a time by a clock.</summary>
    internal bool AnswersWithin(TimeSpan limit, TimeProvider time) => _context.Options.Timeout <= limit && ReferenceEquals(_context.Time, time);

    /// <summary>Closes all sockets and connections. Callers that still wait get a failure.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _servers.Dispose();
        _context.Deadlines.Dispose();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Send(QueryInFlight query) => new Lookup(query, _servers.Current, _context).Start();
}
