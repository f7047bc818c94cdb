using System.Diagnostics;

namespace EmailAuth.Milter.Protocol;

/// <summary>
/// Limits how long one connection waits. The timer is set again only when it fires, or when the new limit is earlier than the timer, so that a
/// busy connection seldom sets it.
/// </summary>
internal sealed class WaitLimit : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Action _onTimeout;
    private MilterConnectionOptions _options = MilterConnectionOptions.Default;
    private TimeProvider _clock = TimeProvider.System;
    private ITimer? _timer;
    private long _since;
    private long _partialPacket = -1;
    private long _partialSince;
    private long _setAt;
    private TimeSpan _setTo = Timeout.InfiniteTimeSpan;
    private MilterWait _wait = MilterWait.Nothing;

    /// <param name="onTimeout">Called once a connection, when a wait was too long, on any thread.</param>
    public WaitLimit(Action onTimeout) => _onTimeout = onTimeout;

    /// <summary>Which wait was too long, or null.</summary>
    public string? TimedOut { get; private set; }

    /// <summary>Begins a connection. A timer of the earlier one may still fire: that is only too early.</summary>
    /// <param name="options">The limits and the clock.</param>
    public void Begin(MilterConnectionOptions options)
    {
        lock (_lock)
        {
            if (_timer is null || _clock != options.TimeProvider)
            {
                _timer?.Dispose();
                _clock = options.TimeProvider;
                _setTo = Timeout.InfiniteTimeSpan;
                _timer = CreateTimer();
            }

            _options = options;
            _wait = MilterWait.Nothing;
            _partialPacket = -1;
            TimedOut = null;
        }
    }

    /// <summary>The connection reads.</summary>
    /// <param name="isInsidePacket">Whether a packet has begun.</param>
    /// <param name="packetsRead">How many packets have ended. An unchanged number means the same packet, even byte by byte.</param>
    public void AwaitPacket(bool isInsidePacket, long packetsRead)
    {
        if (isInsidePacket && _partialPacket == packetsRead)
        {
            Await(MilterWait.RestOfPacket, _partialSince);
            return;
        }

        _partialPacket = isInsidePacket ? packetsRead : -1;
        _partialSince = _clock.GetTimestamp();
        Await(isInsidePacket ? MilterWait.RestOfPacket : MilterWait.NextPacket, _partialSince);
    }

    /// <summary>The connection waits for something else.</summary>
    public void Await(MilterWait wait) => Await(wait, _clock.GetTimestamp());

    public void Dispose() => _timer?.Dispose();

    // Later connections use the timer, too, so the values of this one's caller (AsyncLocal) must not stay in it.
    private ITimer CreateTimer()
    {
        if (!ExecutionContext.IsFlowSuppressed())
        {
            using var suppressed = ExecutionContext.SuppressFlow();
            return NewTimer();
        }

        return NewTimer();
    }

    private ITimer NewTimer() =>
        _clock.CreateTimer(static state => ((WaitLimit)state!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private void Await(MilterWait wait, long since)
    {
        lock (_lock)
        {
            _since = since;
            _wait = wait;
            if (LimitOf(wait).Limit is var limit && limit != Timeout.InfiniteTimeSpan && TimedOut is null)
            {
                SetTimer(limit - _clock.GetElapsedTime(since));
            }
        }
    }

    // A timer that fires too early is set again, so only a limit that is earlier than the timer must be set here.
    private void SetTimer(TimeSpan left)
    {
        if (_setTo == Timeout.InfiniteTimeSpan || left < _setTo - _clock.GetElapsedTime(_setAt))
        {
            _setAt = _clock.GetTimestamp();
            _setTo = left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
            _timer!.Change(_setTo, Timeout.InfiniteTimeSpan);
        }
    }

    private void Check()
    {
        lock (_lock)
        {
            _setTo = Timeout.InfiniteTimeSpan;
            var (limit, what) = LimitOf(_wait);
            if (limit == Timeout.InfiniteTimeSpan || TimedOut is not null)
            {
                return;
            }

            var left = limit - _clock.GetElapsedTime(_since);
            if (left > TimeSpan.Zero)
            {
                SetTimer(left);
                return;
            }

            TimedOut = what;
        }

        _onTimeout();
    }

    private (TimeSpan Limit, string What) LimitOf(MilterWait wait) => wait switch
    {
        MilterWait.NextPacket => (_options.IdleTimeout, "the MTA was silent for IdleTimeout"),
        MilterWait.RestOfPacket => (_options.PacketTimeout, "a packet did not end within PacketTimeout"),
        MilterWait.Reply => (_options.PacketTimeout, "the MTA did not read a reply within PacketTimeout"),
        MilterWait.Nothing => (Timeout.InfiniteTimeSpan, string.Empty),
        _ => throw new UnreachableException(),
    };
}
