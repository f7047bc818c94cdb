namespace EmailAuth.Dns.Stub;

/// <summary>
/// A few tries that ended together, because one wake-up of a socket brought their answers. What follows them runs one after the other, on one
/// thread: to wake another thread for each costs more than an answer. What follows may be any code, also code that blocks until another of
/// these has ended, so the clock hands the rest to a further thread when one takes long. Thread-safe.
/// </summary>
internal sealed class Completions(Deadlines deadlines) : IThreadPoolWorkItem
{
    /// <summary>How many it holds. More would make use of one core where there are others.</summary>
    public const int Most = 8;

    private readonly Exchange[] _ended = new Exchange[Most];
    private int _count;
    private int _taken;
    private int _takenAtLastTick;
    private bool _isHandedOn;

    /// <summary>Whether it holds no more.</summary>
    public bool IsFull => _count == Most;

    /// <summary>Its place among those that are watched; for <see cref="Deadlines"/>.</summary>
    public int Place { get; set; }

    /// <summary>Adds a try that has ended, before this runs.</summary>
    public void Add(Exchange ended) => _ended[_count++] = ended;

    /// <summary>Completes them here.</summary>
    public void Execute()
    {
        deadlines.Watch(this);
        RunRest();
        deadlines.Unwatch(this);
    }

    /// <summary>Has another thread complete the rest, if none was begun since the last tick of the clock.</summary>
    public void OnTick()
    {
        var taken = Volatile.Read(ref _taken);
        if (taken == _takenAtLastTick && taken < _count && !Volatile.Read(ref _isHandedOn))
        {
            Volatile.Write(ref _isHandedOn, true);
            ThreadPool.UnsafeQueueUserWorkItem(static rest => rest.TakeOver(), this, preferLocal: false);
        }

        _takenAtLastTick = taken;
    }

    // This thread may be held up as well, and then the clock looks for another one.
    private void TakeOver()
    {
        Volatile.Write(ref _isHandedOn, false);
        RunRest();
    }

    private void RunRest()
    {
        for (var place = Interlocked.Increment(ref _taken) - 1; place < _count; place = Interlocked.Increment(ref _taken) - 1)
        {
            _ended[place].Execute();
        }
    }
}
