using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>The lookups of one check: asks, keeps the time limit, notes what was asked, and holds what was asked ahead.</summary>
/// <remarks>Used by one flow of execution at a time; only the timer comes from elsewhere.</remarks>
internal sealed class SpfLookups : IDisposable
{
    private readonly IDnsResolver _resolver;

    // A message's view of the DNS counts what is needed and shares what was asked ahead; another resolver knows of neither.
    private readonly MessageResolver? _message;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _timeLimit;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _stop = new();
    private readonly long _start;
    private Dictionary<(SpfLookupType Type, object Key), SpfAheadLookup>? _ahead;

    // Those of them that had not ended when they were looked at last.
    private List<Task>? _running;
    private ITimer? _timer;
    private CancellationTokenRegistration _registration;
    private volatile bool _isTimeUp;

    public SpfLookups(IDnsResolver resolver, TimeProvider timeProvider, TimeSpan timeLimit, SpfIdentity identity, CancellationToken caller)
    {
        Trace = new SpfTrace(identity);
        _resolver = resolver;
        _message = resolver as MessageResolver;
        _timeProvider = timeProvider;
        _timeLimit = timeLimit;
        _caller = caller;
        _start = timeProvider.GetTimestamp();
    }

    public SpfTrace Trace { get; }

    /// <summary>The check that asks ahead whenever an answer has to be waited for, or null.</summary>
    public SpfCheck? Lookahead { get; init; }

    /// <summary>Whether the check has used up its time: no answer counts any more.</summary>
    public bool IsTimeUp => _isTimeUp;

    public TimeSpan Elapsed => _timeProvider.GetElapsedTime(_start);

    /// <summary>How many lookups of terms were begun ahead and have not been needed yet.</summary>
    public int TermsAhead { get; private set; }

    /// <summary>How many lookups of hosts' addresses were begun ahead.</summary>
    public int HostsAhead { get; private set; }

    public ValueTask<DnsResponse<string>> TextAsync(DomainName name, short record, short term) =>
        Begun(SpfLookupType.Txt, name) is { } begun ? AwaitAsync(begun.As<string>(), SpfLookupType.Txt, name, record, term)
        : _isTimeUp ? TooLate<string>()
        : TakeAsync(_resolver.QueryTextAsync(name, _stop.Token), SpfLookupType.Txt, name, record, term);

    public ValueTask<DnsResponse<MailHost>> MailHostsAsync(DomainName name, short record, short term) =>
        Begun(SpfLookupType.MX, name) is { } begun ? AwaitAsync(begun.As<MailHost>(), SpfLookupType.MX, name, record, term)
        : _isTimeUp ? TooLate<MailHost>()
        : TakeAsync(_resolver.QueryMailHostsAsync(name, _stop.Token), SpfLookupType.MX, name, record, term);

    public ValueTask<DnsResponse<IPAddress>> AddressesAsync(DomainName name, AddressFamily family, short record, short term) =>
        Begun(TypeOf(family), name) is { } begun ? AwaitAsync(begun.As<IPAddress>(), TypeOf(family), name, record, term)
        : _isTimeUp ? TooLate<IPAddress>()
        : TakeAsync(_resolver.QueryAddressesAsync(name, family, _stop.Token), TypeOf(family), name, record, term);

    public ValueTask<DnsResponse<DomainName>> PointersAsync(IPAddress client, short record, short term) =>
        Begun(SpfLookupType.Ptr, client) is { } begun ? AwaitAsync(begun.As<DomainName>(), SpfLookupType.Ptr, client, record, term)
        : _isTimeUp ? TooLate<DomainName>()
        : TakeAsync(_resolver.QueryPointersAsync(client, _stop.Token), SpfLookupType.Ptr, client, record, term);

    /// <summary>Begins the lookup of a later include or redirect unless it was begun; its answer when it is there.</summary>
    public DnsResponse<string>? TextAhead(DomainName name, bool mayAsk) =>
        Ahead(SpfLookupType.Txt, name, isTerm: true, mayAsk, () => _message?.QueryTextAsync(name, isAhead: true, _stop.Token) ?? _resolver.QueryTextAsync(name, _stop.Token));

    /// <summary>Begins the lookup of a later mx unless it was begun; its answer when it is there.</summary>
    public DnsResponse<MailHost>? MailHostsAhead(DomainName name, bool mayAsk) =>
        Ahead(SpfLookupType.MX, name, isTerm: true, mayAsk, () => _message?.QueryMailHostsAsync(name, isAhead: true, _stop.Token) ?? _resolver.QueryMailHostsAsync(name, _stop.Token));

    /// <summary>Begins the lookup of a later a or exists, or of a host that a term found, unless it was begun; its answer when it is there.</summary>
    public DnsResponse<IPAddress>? AddressesAhead(DomainName name, AddressFamily family, bool isTerm, bool mayAsk) =>
        Ahead(TypeOf(family), name, isTerm, mayAsk, () => _message?.QueryAddressesAsync(name, family, isAhead: true, _stop.Token) ?? _resolver.QueryAddressesAsync(name, family, _stop.Token));

    /// <summary>Begins the lookup of the client's names for a later ptr unless it was begun; its answer when it is there.</summary>
    public DnsResponse<DomainName>? PointersAhead(IPAddress client, bool mayAsk) =>
        Ahead(SpfLookupType.Ptr, client, isTerm: true, mayAsk, () => _message?.QueryPointersAsync(client, isAhead: true, _stop.Token) ?? _resolver.QueryPointersAsync(client, _stop.Token));

    /// <summary>Ends the check: nothing that is still under way is waited for.</summary>
    public void Dispose()
    {
        if (_timer is null)
        {
            _stop.Dispose();
            return;
        }

        // The timer may be firing right now, so the source stays as it is: cancelled, it holds nothing that needs disposal.
        _timer.Dispose();
        _registration.Dispose();
        _stop.Cancel();
        foreach (var lookup in _ahead?.Values ?? Enumerable.Empty<SpfAheadLookup>())
        {
            lookup.Abandon();
        }
    }

    private static SpfLookupType TypeOf(AddressFamily family) => family == AddressFamily.InterNetwork ? SpfLookupType.A : SpfLookupType.Aaaa;

    // The lookup when it was begun ahead: its term is being evaluated now. A message's resolver is asked for it once more, which counts it.
    private SpfAheadLookup? Begun(SpfLookupType type, object key)
    {
        _caller.ThrowIfCancellationRequested();
        if (_ahead is null || Find(type, key) is not { } begun)
        {
            return null;
        }

        TermsAhead -= begun.IsTermAhead ? 1 : 0;
        begun.IsTermAhead = false;
        return _message is null ? begun : null;
    }

    private SpfAheadLookup? Find(SpfLookupType type, object key) => _ahead?.GetValueOrDefault((type, key));

    private SpfAheadLookup Keep(SpfLookupType type, object key, Task query)
    {
        var lookup = new SpfAheadLookup(query);
        (_ahead ??= []).Add((type, key), lookup);
        (_running ??= []).Add(query);
        return lookup;
    }

    private DnsResponse<T>? Ahead<T>(SpfLookupType type, object key, bool isTerm, bool mayAsk, Func<ValueTask<DnsResponse<T>>> ask)
    {
        if (Find(type, key) is { } begun)
        {
            return begun.AnswerOrNull<T>();
        }

        if (!mayAsk || _stop.IsCancellationRequested || _message is { MayAskAhead: false })
        {
            return null;
        }

        var lookup = Keep(type, key, ask().AsTask());
        lookup.IsTermAhead = isTerm;
        TermsAhead += isTerm ? 1 : 0;
        HostsAhead += isTerm ? 0 : 1;
        return lookup.AnswerOrNull<T>();
    }

    private static ValueTask<DnsResponse<T>> TooLate<T>() => new(DnsResponse<T>.TemporaryFailure("the check's time is up"));

    private ValueTask<DnsResponse<T>> TakeAsync<T>(ValueTask<DnsResponse<T>> query, SpfLookupType type, object key, short record, short term)
    {
        if (!query.IsCompletedSuccessfully)
        {
            return AwaitAsync(query.AsTask(), type, key, record, term);
        }

        var response = query.Result;
        Trace.Add(record, term, type, key, response);
        CheckTime();
        return new ValueTask<DnsResponse<T>>(response);
    }

    private async ValueTask<DnsResponse<T>> AwaitAsync<T>(Task<DnsResponse<T>> query, SpfLookupType type, object key, short record, short term)
    {
        StartClock();
        DnsResponse<T> response;
        try
        {
            if (Lookahead is not null && term != SpfTrace.ExplanationTerm)
            {
                if (Find(type, key) is { } begun)
                {
                    begun.Replace(query);
                }
                else
                {
                    Keep(type, key, query);
                }

                await AskAheadUntilAsync(query, record).ConfigureAwait(false);
            }

            response = await query.WaitAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _caller.ThrowIfCancellationRequested();
            response = DnsResponse<T>.TemporaryFailure(_isTimeUp ? "the check's time is up" : "the resolver gave the query up");
        }

        Trace.Add(record, term, type, key, response);
        CheckTime();
        return response;
    }

    // Whatever was asked ahead may name more to ask for, so each answer is looked at when it comes.
    private async Task AskAheadUntilAsync(Task query, short record)
    {
        (_running ??= []).Add(query);
        while (!query.IsCompleted)
        {
            Lookahead!.LookAhead(record);
            _running.RemoveAll(static task => task.IsCompleted);
            await Task.WhenAny(_running.Count == 0 ? [query] : _running).WaitAsync(_stop.Token).ConfigureAwait(false);
        }
    }

    private void CheckTime()
    {
        if (Elapsed >= _timeLimit)
        {
            _isTimeUp = true;
        }
    }

    // Only a check that waits needs a timer: most find every answer at hand.
    private void StartClock()
    {
        if (_timer is not null)
        {
            return;
        }

        var rest = _timeLimit - Elapsed;
        _registration = _caller.UnsafeRegister(static state => ((SpfLookups)state!)._stop.Cancel(), this);
        _timer = _timeProvider.CreateTimer(
            static state => ((SpfLookups)state!).EndTime(), this, rest > TimeSpan.Zero ? rest : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void EndTime()
    {
        _isTimeUp = true;
        _stop.Cancel();
    }
}
