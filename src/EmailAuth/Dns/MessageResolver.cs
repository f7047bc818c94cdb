using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>
/// The DNS as one message sees it: a question is asked once, whoever asks it and however often; lookups and their time are limited.
/// Reusable for the next message after <see cref="Reset"/>. Thread-safe.
/// </summary>
/// <remarks>
/// Answers that come at once cost an entry in a table and nothing else. A query in flight goes on while anyone waits for it, and is
/// cancelled when the last one gives up. Whatever the resolver behind it throws becomes a temporary failure.
/// </remarks>
internal sealed partial class MessageResolver : IDnsResolver
{
    private const int FewEnding = 8;

    private readonly IDnsResolver _inner;
    private readonly LookupLimits _limits;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    // For each question a finished DnsResponse<T> or AheadAnswer, or a SharedQuery<T> in flight; null while nothing was asked since the last
    // reset. The table is handed on to other messages afterwards, so it is reached through this field alone, under the lock.
    private Dictionary<DnsQuestionKey, object>? _answers;
    private List<SharedQuery>? _inFlight;

    // Queries that were cancelled and have not ended.
    private List<Task>? _ending;
    private int _endingLimit = FewEnding;
    private CancellationTokenSource? _spare;
    private long _busySince;
    private TimeSpan _busy;

    public MessageResolver(IDnsResolver inner, LookupLimits? limits = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _limits = limits ?? LookupLimits.Default;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>How many questions went to the resolver behind this one, those asked ahead included.</summary>
    public int Lookups { get; private set; }

    /// <summary>How many of <see cref="Lookups"/> were answered without waiting, as from a cache.</summary>
    public int AnsweredAtOnce { get; private set; }

    /// <summary>How many questions were answered by an earlier one of the message.</summary>
    public int Shared { get; private set; }

    /// <summary>Whether a limit of the message, in number or in time, kept a question from being asked or answered.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>How long lookups were outstanding so far.</summary>
    public TimeSpan Waited
    {
        get
        {
            lock (_lock)
            {
                return BusyTime();
            }
        }
    }

    /// <summary>How many queries are in flight.</summary>
    public int Outstanding
    {
        get
        {
            lock (_lock)
            {
                return OutstandingCount;
            }
        }
    }

    /// <summary>Whether a query is in flight, or was cancelled and has not ended.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_lock)
            {
                return _inFlight is { Count: > 0 } || (_ending is not null && _ending.Exists(static query => !query.IsCompleted));
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        QueryTextAsync(name, isAhead: false, cancellationToken);

    /// <summary>
    /// Asks for TXT records whatever the message's other questions have used up: their number does not count, and beyond their time there
    /// is as much again. Whoever asks bounds how many they are.
    /// </summary>
    public ValueTask<DnsResponse<string>> QueryReservedTextAsync(DomainName name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Ask(
            new DnsQuestionKey(ZoneRecordType.Txt, name, isReserved: true),
            name,
            static (inner, name, token) => inner.QueryTextAsync(name, token),
            isAhead: false,
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        QueryMailHostsAsync(name, isAhead: false, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
        QueryAddressesAsync(name, family, isAhead: false, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        QueryPointersAsync(address, isAhead: false, cancellationToken);

    /// <summary>Forgets the message: cancels what is in flight and all answers, and sets the counts to zero.</summary>
    public void Reset()
    {
        SharedQuery[] ended;
        lock (_lock)
        {
            ended = _inFlight is null ? [] : [.. _inFlight];
            _inFlight?.Clear();
            if (_answers is not null)
            {
                AnswerTables.Return(_answers);
                _answers = null;
            }

            ForgetCounts();
            IsExhausted = false;
            _busy = TimeSpan.Zero;
        }

        // Outside the lock: a cancellation may run the code of whoever waits.
        foreach (var query in ended)
        {
            query.Cancel();
        }

        if (ended.Length > 0)
        {
            lock (_lock)
            {
                Array.ForEach(ended, NoteEnding);
            }
        }
    }

    /// <summary>Forgets the message as <see cref="Reset"/> does, and ends when no query of it runs any more.</summary>
    public async ValueTask EndAsync()
    {
        Reset();
        Task[] ending;
        lock (_lock)
        {
            ending = _ending is null ? [] : [.. _ending];
        }

        foreach (var query in ending)
        {
            await query.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The resolver is called under the lock, which is the message's own: two that ask the same at the same time must not both be first.
    private ValueTask<DnsResponse<T>> Ask<T, TSubject>(
        DnsQuestionKey question,
        TSubject subject,
        Func<IDnsResolver, TSubject, CancellationToken, ValueTask<DnsResponse<T>>> ask,
        bool isAhead,
        CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<DnsResponse<T>>(cancellationToken);
        }

        SharedQuery<T> query;
        lock (_lock)
        {
            if (_answers is not null && _answers.TryGetValue(question, out var known))
            {
                if (isAhead)
                {
                    known = known is AheadAnswer guess ? guess.Response : known;
                }
                else if (TakeUp(question, known) is { } needed)
                {
                    known = needed;
                }
                else
                {
                    return Exhausted<T>(TooMany());
                }

                Shared++;
                if (known is DnsResponse<T> answer)
                {
                    return new ValueTask<DnsResponse<T>>(answer);
                }

                query = (SharedQuery<T>)known;
                query.Askers++;
            }
            else
            {
                var limit = TimeLimit(question.IsReserved, isAhead, out var reason);
                if (reason is not null)
                {
                    return Exhausted<T>(reason);
                }

                Count(question, isAhead);
                var cancel = _spare ?? new CancellationTokenSource();
                _spare = null;
                var pending = Start(ask, subject, cancel.Token);
                if (pending.IsCompleted)
                {
                    // Only a completed answer is read here, so nothing blocks; a failed one is a failure text.
                    var response = (pending.IsCompletedSuccessfully ? pending.GetAwaiter().GetResult() : ResolverFault.Of<T>(question, pending.AsTask().Exception))
                        ?? ResolverFault.NoResponse<T>(question);
                    AnsweredAtOnce++;
                    _spare = cancel;
                    Note(question, isAhead ? new AheadAnswer(response) : response);
                    return new ValueTask<DnsResponse<T>>(response);
                }

                if (OutstandingCount == 0)
                {
                    _busySince = _time.GetTimestamp();
                }

                query = new SharedQuery<T>(this, question, cancel) { Askers = 1, IsAhead = isAhead };
                Note(question, query);
                _inFlight ??= [];
                query.Place = _inFlight.Count;
                _inFlight.Add(query);
                query.Answer = query.RunAsync(TaskOf(pending), limit);
            }
        }

        return cancellationToken.CanBeCanceled ? query.JoinAsync(cancellationToken) : new ValueTask<DnsResponse<T>>(query.Answer);
    }

    // The resolver may have run code that reset the message, so the field is read anew.
    private void Note(DnsQuestionKey question, object answer) => (_answers ??= AnswerTables.Rent())[question] = answer;

    private ValueTask<DnsResponse<T>> Start<T, TSubject>(
        Func<IDnsResolver, TSubject, CancellationToken, ValueTask<DnsResponse<T>>> ask, TSubject subject, CancellationToken token)
    {
        try
        {
            return ask(_inner, subject, token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return ValueTask.FromException<DnsResponse<T>>(e);
        }
    }

    // A source that announces its answer twice makes this throw.
    private static Task<DnsResponse<T>> TaskOf<T>(ValueTask<DnsResponse<T>> pending)
    {
        try
        {
            return pending.AsTask();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Task.FromException<DnsResponse<T>>(e);
        }
    }

    private TimeSpan TimeLimit(bool isReserved, bool isAhead, out string? reason)
    {
        reason = null;
        if (!isReserved && !isAhead && Counted >= _limits.MaxLookups)
        {
            reason = TooMany();
            return TimeSpan.Zero;
        }

        if (_busy == TimeSpan.Zero && OutstandingCount == 0)
        {
            return _limits.LookupTimeout < _limits.MessageTimeout ? _limits.LookupTimeout : _limits.MessageTimeout;
        }

        var left = (isReserved ? _limits.MessageTimeout * 2 : _limits.MessageTimeout) - BusyTime();
        if (left <= TimeSpan.Zero)
        {
            reason = string.Create(
                CultureInfo.InvariantCulture, $"the message's DNS lookups have taken {_limits.MessageTimeout.TotalSeconds:0.###} s (MessageTimeout)");
        }

        return left < _limits.LookupTimeout ? left : _limits.LookupTimeout;
    }

    private ValueTask<DnsResponse<T>> Exhausted<T>(string reason)
    {
        IsExhausted = true;
        return new ValueTask<DnsResponse<T>>(DnsResponse<T>.TemporaryFailure(reason));
    }

    private string TooMany() => string.Create(CultureInfo.InvariantCulture, $"the message needs more than {_limits.MaxLookups} DNS lookups (MaxLookups)");

    private int OutstandingCount => _inFlight?.Count ?? 0;

    private TimeSpan BusyTime() => OutstandingCount == 0 ? _busy : _busy + _time.GetElapsedTime(_busySince);

    // Called once by each query that ended by itself; a query that the message dropped has nothing to say any more.
    private void End(SharedQuery query, object? response)
    {
        lock (_lock)
        {
            if (_inFlight is null || query.Place >= _inFlight.Count || !ReferenceEquals(_inFlight[query.Place], query))
            {
                return;
            }

            _busy = BusyTime();
            _busySince = _time.GetTimestamp();
            (_inFlight[query.Place] = _inFlight[^1]).Place = query.Place;
            _inFlight.RemoveAt(_inFlight.Count - 1);
            if (response is null)
            {
                _answers!.Remove(query.Question);
                NoteEnding(query);
            }
            else
            {
                _answers![query.Question] = query.IsAhead ? new AheadAnswer(response) : response;
            }
        }
    }

    private void NoteEnding(SharedQuery query)
    {
        // Those that have ended go when there are twice as many as were left the last time, so that each is looked at only a few times.
        _ending ??= [];
        if (_ending.Count >= _endingLimit)
        {
            _ending.RemoveAll(static earlier => earlier.IsCompleted);
            _endingLimit = Math.Max(FewEnding, _ending.Count * 2);
        }

        _ending.Add(query.Ended);
    }
}
