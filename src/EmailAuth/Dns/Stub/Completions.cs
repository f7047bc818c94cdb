namespace EmailAuth.Dns.Stub;

/// <summary>
/// A few tries that ended together, because one wake-up of a thread brought their answers. What follows them runs one after the other, on one
/// thread: to wake another thread for each costs more than an answer. What follows may be any code, also code that blocks until another of
/// these has ended, so a clock hands the rest to a further thread when one takes long. Thread-safe.
/// </summary>
internal sealed class Completions
{
    /// <summary>How many it holds. More would make use of one core where there are others.</summary>
    public const int Most = 8;

    private readonly Exchange[] _ended = new Exchange[Most];
    private int _taken;
    private int _takenAtLastTick;
    private bool _isHandedOn;

    /// <summary>How many it holds.</summary>
    public int Count { get; private set; }

    /// <summary>Whether it holds no more.</summary>
    public bool IsFull => Count == Most;

    /// <summary>Its place among those that run; for <see cref="RunningCompletions"/>.</summary>
    public int Place { get; set; }

    /// <summary>Adds a try that has ended, before this runs.</summary>
    public void Add(Exchange ended) => _ended[Count++] = ended;

    /// <summary>Completes them here, those that no other thread has begun.</summary>
    public void Run()
    {
        for (var place = Interlocked.Increment(ref _taken) - 1; place < Count; place = Interlocked.Increment(ref _taken) - 1)
        {
            _ended[place].Execute();
        }
    }

    /// <summary>Has another thread complete the rest, if none was begun since the last tick of the clock.</summary>
    public void OnTick()
    {
        var taken = Volatile.Read(ref _taken);
        if (taken == _takenAtLastTick && taken < Count && !Volatile.Read(ref _isHandedOn))
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
        Run();
    }
}
