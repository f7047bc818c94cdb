using System.Globalization;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Dns;

/// <summary>
/// Everything between the checks of a connection, a message or one evaluator and a resolver: each question is asked once, each check has its
/// own allowance, clock and turns, a resolver that breaks its contract has failed, and what was decided is recorded. Thread-safe.
/// </summary>
/// <remarks>
/// A connection has one, and each message a child of it, which sees the connection's answers; the connection sees none of a message's.
/// A known answer costs one entry in a table. A query in flight goes on while a check depends on it, and is cancelled when the last one
/// gives up.
/// </remarks>
internal sealed partial class DnsSession
{
    // How long a connection keeps an answer without a TTL.
    private static readonly TimeSpan ConnectionAnswerLife = TimeSpan.FromMinutes(1);

    private readonly DnsSession? _parent;
    private readonly DnsTurns _turns;

    // Of a connection: how old its answers may be. A message is too short to need it.
    private readonly long _begun;

    // Null while nothing was asked, and after the end. It goes to other sessions afterwards, so it is reached through this field alone,
    // under the lock.
    private DnsAnswers? _answers;

    // Queries that were cancelled and may not have ended.
    private List<DnsQuery>? _ending;

    // Ends the waits for queries of the connection.
    private CancellationTokenSource? _end;
    private bool _isEnded;

    /// <summary>Makes the session of a connection, or of one evaluator's check.</summary>
    /// <param name="resolver">The resolver. An <see cref="IDnsTranscript"/> is told what is decided here.</param>
    /// <param name="limits">How long to wait, or null for the defaults.</param>
    /// <param name="time">The clock, or null for the system's.</param>
    /// <param name="log">Where a resolver's exceptions are logged, or null.</param>
    public DnsSession(IDnsResolver resolver, LookupLimits? limits = null, TimeProvider? time = null, ILogger? log = null)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        _turns = new DnsTurns(resolver, limits, time, log);
        _begun = Time.GetTimestamp();
    }

    private DnsSession(DnsSession parent)
    {
        _parent = parent;
        _turns = parent._turns;
    }

    public TimeProvider Time => _turns.Time;

    public LookupLimits Limits => _turns.Limits;

    /// <summary>How many questions went to the resolver, prefetches included.</summary>
    public int Lookups { get; private set; }

    /// <summary>How many of <see cref="Lookups"/> were answered without waiting, as from a cache.</summary>
    public int AnsweredAtOnce { get; private set; }

    /// <summary>How many questions were answered by an earlier one of the session or of its connection.</summary>
    public int Shared { get; private set; }

    /// <summary>Whether a query is in flight, or was cancelled and has not ended.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_turns)
            {
                return _turns.Has(this) || (_ending is not null && _ending.Exists(static query => !query.Task.IsCompleted));
            }
        }
    }

    /// <summary>How many queries of the connection and its message are in flight.</summary>
    public int InFlight
    {
        get
        {
            lock (_turns)
            {
                return _turns.InFlight;
            }
        }
    }

    /// <summary>The session of a message of this connection.</summary>
    public DnsSession BeginMessage() => new(this);

    /// <summary>Begins a check.</summary>
    /// <param name="purpose">What it asks for.</param>
    /// <param name="maxQuestions">How many different questions it may need.</param>
    public DnsAsker Begin(DnsPurpose purpose, int maxQuestions) => new(this, purpose, maxQuestions, Limits.CheckTimeout, null);

    /// <summary>
    /// Begins a check that asks one question after the other and prefetches: its time is the sum of what the lookups take that it needs, as if
    /// nothing were prefetched. So the verdict depends neither on what was prefetched nor on what other checks ask.
    /// </summary>
    /// <param name="purpose">What it asks for.</param>
    /// <param name="maxQuestions">How many different questions it may need.</param>
    /// <param name="timeLimit">How long its lookups may take.</param>
    /// <param name="reason">The reason of an answer that comes later.</param>
    public DnsAsker Begin(DnsPurpose purpose, int maxQuestions, TimeSpan timeLimit, string reason) => new(this, purpose, maxQuestions, timeLimit, reason);

    /// <summary>Ends the session: what is in flight is cancelled, and its askers get an <see cref="OperationCanceledException"/>.</summary>
    public void Cancel()
    {
        List<DnsQuery>? cancelled;
        CancellationTokenSource? end;
        lock (_turns)
        {
            if (_isEnded)
            {
                return;
            }

            _isEnded = true;
            cancelled = _turns.RemoveAll(this);
            if (cancelled is not null)
            {
                (_ending ??= []).AddRange(cancelled);
            }

            if (_answers is not null)
            {
                DnsAnswers.Return(_answers);
                _answers = null;
            }

            end = _end;
        }

        end?.Cancel();
        GiveUp(cancelled);
    }

    /// <summary>Ends the session as <see cref="Cancel"/> does, and returns when nothing of it runs.</summary>
    public ValueTask EndAsync()
    {
        Cancel();
        DnsQuery[]? ending;
        lock (_turns)
        {
            ending = _ending?.ToArray();
        }

        // Nothing is in flight at the end of most messages.
        return ending is null ? default : WaitAsync(ending);
    }

    private static async ValueTask WaitAsync(DnsQuery[] ending)
    {
        foreach (var query in ending)
        {
            await ((Task)query.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Forgets the answers that no other check has needed than a check that was replaced by another one, so that a client that replaces it without end
    /// fills no memory.
    /// </summary>
    /// <param name="purpose">What that check asked for.</param>
    public void Forget(DnsPurpose purpose)
    {
        lock (_turns)
        {
            _answers?.Forget(1 << (int)purpose);
        }
    }

    /// <summary>Cancels what a check has prefetched and no check has needed.</summary>
    internal void End(DnsAsker asker)
    {
        List<DnsQuery>? cancelled;
        lock (_turns)
        {
            cancelled = _turns.InFlight == 0 ? null : _turns.RemoveAll(this, asker);
            NoteEnding(cancelled);
        }

        GiveUp(cancelled);
    }

    /// <summary>The answer, if it is known.</summary>
    internal DnsResponse? Known(DnsQuestion question)
    {
        lock (_turns)
        {
            return Find(question, out var known, out _, out _) && known is DnsResponse response ? response : null;
        }
    }

    // What is known about a question: a response, or a query in flight.
    private bool Find(DnsQuestion question, out object? known, out int neededBy, out TimeSpan elapsed)
    {
        elapsed = TimeSpan.Zero;
        if (_answers is not null && _answers.TryFind(question, out known, out neededBy))
        {
            if (known is not DnsQuery query)
            {
                return true;
            }

            elapsed = query.Elapsed;
            known = query.State == DnsQueryState.GivenUp ? null : (object?)query.Response ?? query;
            return known is not null;
        }

        neededBy = 0;
        return (known = _parent?.KnownToMessages(question, out elapsed)) is not null;
    }

    // A connection may last for hours: old answers and failures do not hold for a later message.
    private object? KnownToMessages(DnsQuestion question, out TimeSpan elapsed)
    {
        elapsed = TimeSpan.Zero;
        if (_answers is null || !_answers.TryFind(question, out var known, out _))
        {
            return null;
        }

        var query = known as DnsQuery;
        elapsed = query?.Elapsed ?? TimeSpan.Zero;
        if (query is { State: DnsQueryState.Waiting or DnsQueryState.Running })
        {
            return query;
        }

        return (query is null ? known as DnsResponse : query.Response) is { Status: not DnsStatus.Failure } response
            && Time.GetElapsedTime(_begun) <= (response.TimeToLive is { } life && life < ConnectionAnswerLife ? life : ConnectionAnswerLife)
                ? response
                : null;
    }

    private void NoteEnding(List<DnsQuery>? cancelled)
    {
        if (cancelled is not null)
        {
            _ending ??= [];
            _ending.RemoveAll(static query => query.Task.IsCompleted);
            _ending.AddRange(cancelled);
        }
    }

    // Outside the lock: a cancellation may run the code of those that wait.
    private void GiveUp(List<DnsQuery>? cancelled)
    {
        if (cancelled is null)
        {
            return;
        }

        foreach (var query in cancelled)
        {
            GiveUp(query);
        }

        RunWaiting();
    }

    private static void GiveUp(DnsQuery query)
    {
        query.Cancel();
        if (!query.IsAsked)
        {
            // The resolver was not asked.
            query.TrySetCanceled(query.Token);
        }
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
