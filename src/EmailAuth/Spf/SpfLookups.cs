using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>The lookups of one check: asks, keeps the time limit, and notes what was asked.</summary>
internal sealed class SpfLookups : IDisposable
{
    private readonly IDnsResolver _resolver;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _timeLimit;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _stop = new();
    private readonly long _start;
    private ITimer? _timer;
    private CancellationTokenRegistration _registration;
    private volatile bool _isTimeUp;

    public SpfLookups(IDnsResolver resolver, SpfOptions options, TimeProvider timeProvider, CancellationToken caller)
    {
        _resolver = resolver;
        _timeProvider = timeProvider;
        _timeLimit = options.TimeLimit;
        _caller = caller;
        _start = timeProvider.GetTimestamp();
    }

    public SpfTrace Trace { get; } = new();

    /// <summary>Whether the check has used up its time: no answer counts any more.</summary>
    public bool IsTimeUp => _isTimeUp;

    public TimeSpan Elapsed => _timeProvider.GetElapsedTime(_start);

    public ValueTask<DnsResponse<string>> TextAsync(DomainName name, short record, short term)
    {
        _caller.ThrowIfCancellationRequested();
        return TakeAsync(_resolver.QueryTextAsync(name, _stop.Token), SpfLookupType.Txt, name, record, term);
    }

    public ValueTask<DnsResponse<MailHost>> MailHostsAsync(DomainName name, short record, short term)
    {
        _caller.ThrowIfCancellationRequested();
        return TakeAsync(_resolver.QueryMailHostsAsync(name, _stop.Token), SpfLookupType.MX, name, record, term);
    }

    public ValueTask<DnsResponse<IPAddress>> AddressesAsync(DomainName name, AddressFamily family, short record, short term)
    {
        _caller.ThrowIfCancellationRequested();
        var type = family == AddressFamily.InterNetwork ? SpfLookupType.A : SpfLookupType.Aaaa;
        return TakeAsync(_resolver.QueryAddressesAsync(name, family, _stop.Token), type, name, record, term);
    }

    public ValueTask<DnsResponse<DomainName>> PointersAsync(IPAddress client, short record, short term)
    {
        _caller.ThrowIfCancellationRequested();
        return TakeAsync(_resolver.QueryPointersAsync(client, _stop.Token), SpfLookupType.Ptr, null, record, term);
    }

    /// <summary>The hosts of an MX answer in order of preference; a null MX (RFC 7505) is none.</summary>
    public static IReadOnlyList<DomainName> HostsInOrder(DnsResponse<MailHost> response) =>
        [.. response.Records.Where(host => host.Exchange is not null).OrderBy(host => host.Preference).Select(host => host.Exchange!)];

    /// <summary>Ends the check: nothing that is still under way is waited for.</summary>
    public void Dispose()
    {
        if (_timer is not null)
        {
            _timer.Dispose();
            _registration.Dispose();
            _stop.Cancel();
        }

        _stop.Dispose();
    }

    private ValueTask<DnsResponse<T>> TakeAsync<T>(ValueTask<DnsResponse<T>> query, SpfLookupType type, DomainName? name, short record, short term)
    {
        if (!query.IsCompletedSuccessfully)
        {
            return AwaitAsync(query, type, name, record, term);
        }

        var response = query.Result;
        Trace.Add(record, term, type, name, response);
        CheckTime();
        return new ValueTask<DnsResponse<T>>(response);
    }

    private async ValueTask<DnsResponse<T>> AwaitAsync<T>(ValueTask<DnsResponse<T>> query, SpfLookupType type, DomainName? name, short record, short term)
    {
        StartClock();
        DnsResponse<T> response;
        try
        {
            response = await query.AsTask().WaitAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _caller.ThrowIfCancellationRequested();
            response = DnsResponse<T>.TemporaryFailure(_isTimeUp ? "the check's time is up" : "the resolver gave the query up");
        }

        Trace.Add(record, term, type, name, response);
        CheckTime();
        return response;
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
