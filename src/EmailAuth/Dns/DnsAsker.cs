using System.Globalization;

namespace EmailAuth.Dns;

/// <summary>
/// One check's way to the DNS: how many questions it may ask, and how long it may wait for them. Other checks of the session
/// reduce neither.
/// </summary>
internal sealed class DnsAsker
{
    private readonly DnsSession _session;
    private readonly string? _sumReason;
    private readonly ushort _maxQuestions;
    private ushort _asked;
    private ushort _prefetched;
    private ushort _waits;
    private long _waitingSince;
    private TimeSpan _left;

    /// <summary>Only <see cref="DnsSession"/> calls this.</summary>
    public DnsAsker(DnsSession session, DnsPurpose purpose, int maxQuestions, TimeSpan timeLimit, string? sumReason)
    {
        _session = session;
        _sumReason = sumReason;
        _maxQuestions = (ushort)Math.Min(maxQuestions, ushort.MaxValue);
        _left = timeLimit;
        Purpose = purpose;
    }

    public DnsPurpose Purpose { get; }

    /// <summary>How many different questions the check has needed.</summary>
    public int Asked => _asked;

    /// <summary>Whether a limit of the check kept a question from being asked or answered; a time limit that sums lookups does not count.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Whether the check's time is up: no answer counts any more.</summary>
    public bool IsTimeUp { get; private set; }

    /// <summary>The purpose as a bit, to note which purposes have needed an answer.</summary>
    public int Bit => 1 << (int)Purpose;

    /// <summary>Whether the check's time is the sum of what its lookups take.</summary>
    public bool SumsLookups => _sumReason is not null;

    /// <summary>The answer to a question: from the session's answers, from a query in flight, or from a new one.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="cancellationToken">Ends the wait, and the query when no other asker waits for it.</param>
    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) =>
        _session.QueryAsync(this, question, cancellationToken);

    /// <summary>
    /// Asks a question early whose answer is needed later, or may be. No verdict depends on it: a question that is not asked now is asked
    /// when its answer is needed.
    /// </summary>
    /// <param name="question">What is asked.</param>
    /// <param name="isNeeded">Whether the answer is sure to be needed: then it is asked on the check's own turns.</param>
    /// <returns>The query in flight, whose task ends with it; null when the answer is known, and when nothing was asked.</returns>
    public DnsQuery? Prefetch(DnsQuestion question, bool isNeeded = false) => _session.Prefetch(this, question, isNeeded);

    /// <summary>The answer, if it is known.</summary>
    public DnsResponse? Known(DnsQuestion question) => _session.Known(question);

    /// <summary>Ends the check: cancels what it prefetched and no check has needed.</summary>
    public void End() => _session.End(this);

    // The session alone calls the rest, under its lock.

    /// <summary>Counts a question, unless it was counted before.</summary>
    /// <returns>Whether it may be asked.</returns>
    public bool TryCount(ref int neededBy)
    {
        if ((neededBy & Bit) != 0)
        {
            return true;
        }

        if (_asked >= _maxQuestions)
        {
            IsExhausted = true;
            return false;
        }

        _asked++;
        neededBy |= Bit;
        return true;
    }

    /// <summary>Counts a question that is prefetched.</summary>
    /// <returns>Whether it may be asked.</returns>
    public bool TryCountPrefetch()
    {
        if (_prefetched >= _maxQuestions)
        {
            return false;
        }

        _prefetched++;
        return true;
    }

    /// <summary>How long the check may still wait.</summary>
    public TimeSpan Remaining() => SumsLookups || _waits == 0 ? _left : _left - _session.Time.GetElapsedTime(_waitingSince);

    /// <summary>Subtracts the time of a lookup that the check needs for the first time.</summary>
    public void Add(TimeSpan lookup) => _left -= lookup;

    public void BeginWait()
    {
        if (_waits++ == 0)
        {
            _waitingSince = _session.Time.GetTimestamp();
        }
    }

    public void EndWait()
    {
        if (--_waits == 0 && !SumsLookups)
        {
            _left -= _session.Time.GetElapsedTime(_waitingSince);
        }
    }

    /// <summary>The response to a question past the limit.</summary>
    public DnsResponse TooMany() => DnsResponse.Failed(
        DnsFailure.LimitReached, string.Create(CultureInfo.InvariantCulture, $"the check needs more than {_maxQuestions} DNS lookups"));

    /// <summary>The response to a question after the check's time is up.</summary>
    public DnsResponse TooLate()
    {
        IsExhausted |= !SumsLookups;
        IsTimeUp = true;
        _left = _left < TimeSpan.Zero ? _left : TimeSpan.Zero;
        return DnsResponse.Failed(DnsFailure.LimitReached, _sumReason ?? string.Create(
            CultureInfo.InvariantCulture, $"the check has waited {_session.Limits.CheckTimeout.TotalSeconds:0.###} s for the DNS (CheckTimeout)"));
    }

    /// <summary>Whether the lookups that the check needed have taken all of its time together.</summary>
    public bool IsPastSum() => SumsLookups && _left <= TimeSpan.Zero;
}
