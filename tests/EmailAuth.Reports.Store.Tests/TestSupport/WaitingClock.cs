namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>
/// A clock that does not move while anybody works: when all workers of a dispatcher wait, it goes to the end of the shortest wait. So what happens, and
/// when, does not depend on the machine.
/// </summary>
/// <param name="start">The time at which it begins.</param>
/// <param name="waiters">How many have to wait before it goes on.</param>
internal sealed class WaitingClock(DateTimeOffset start, int waiters) : TimeProvider
{
    // Waits of dispatchers are shorter. Timers that end work that takes too long are not waits.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly List<Wait> _waits = [];
    private DateTimeOffset _now = start;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var ended = new List<Wait>();
        var wait = new Wait(this, () => callback(state));
        lock (_lock)
        {
            if (dueTime >= TimeSpan.Zero && dueTime <= LongestWait)
            {
                wait.DueAt = _now + dueTime;
                _waits.Add(wait);
                if (_waits.Count == waiters)
                {
                    _now = _waits.Min(static other => other.DueAt);
                    ended = [.. _waits.Where(other => other.DueAt == _now)];
                    _waits.RemoveAll(ended.Contains);
                }
            }
        }

        // On other threads: the caller does not have its timer yet.
        ended.ForEach(static one => ThreadPool.QueueUserWorkItem(static end => end(), one.End, preferLocal: false));
        return wait;
    }

    private void Remove(Wait wait)
    {
        lock (_lock)
        {
            _waits.Remove(wait);
        }
    }

    private sealed class Wait(WaitingClock clock, Action end) : ITimer
    {
        public DateTimeOffset DueAt { get; set; }

        public Action End => end;

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => clock.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
