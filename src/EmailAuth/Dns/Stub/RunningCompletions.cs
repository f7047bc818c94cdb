namespace EmailAuth.Dns.Stub;

/// <summary>The groups of tries that are being completed, for a clock that looks after them. Thread-safe.</summary>
internal sealed class RunningCompletions
{
    private readonly Lock _lock = new();
    private readonly List<Completions> _running = [];

    /// <summary>How many groups are being completed.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>Looks after a group from now on.</summary>
    public void Add(Completions running)
    {
        lock (_lock)
        {
            running.Place = _running.Count;
            _running.Add(running);
        }
    }

    /// <summary>Ends <see cref="Add"/>.</summary>
    public void Remove(Completions running)
    {
        lock (_lock)
        {
            var last = _running[^1];
            _running[running.Place] = last;
            last.Place = running.Place;
            _running.RemoveAt(_running.Count - 1);
        }
    }

    /// <summary>Has another thread complete the rest of each group that has not gone on since the last tick.</summary>
    public void OnTick()
    {
        lock (_lock)
        {
            foreach (var running in _running)
            {
                running.OnTick();
            }
        }
    }
}
