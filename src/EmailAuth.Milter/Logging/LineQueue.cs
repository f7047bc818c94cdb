namespace EmailAuth.Milter.Logging;

/// <summary>
/// Lines that wait to be written by a thread of their own, so that mail does not wait for the log. The thread lets lines of messages gather
/// for a moment: to wake it for each takes longer than to write the line. Thread-safe.
/// </summary>
internal sealed class LineQueue : IDisposable
{
    // When the log is not read, the service waits for it.
    private const int MostWaiting = 2_500;

    // A log that nobody reads does not keep the service from its end.
    private static readonly TimeSpan MostEnding = TimeSpan.FromSeconds(5);

    private readonly object _lock = new();
    private readonly TextWriter _output;
    private readonly TimeSpan _pause;
    private readonly Thread _thread;
    private Queue<string> _waiting = [];
    private bool _isIdle;
    private bool _isUrgent;
    private bool _isEnding;

    /// <param name="output">Takes each line in one write.</param>
    /// <param name="pause">How long a line waits for others.</param>
    public LineQueue(TextWriter output, TimeSpan pause)
    {
        _output = output;
        _pause = pause;
        _thread = new Thread(Run) { IsBackground = true, Name = "Log" };
        _thread.Start();
    }

    /// <summary>Has a line written.</summary>
    /// <param name="line">It, with its line break.</param>
    /// <param name="isUrgent">Whether it is written at once, and all before it.</param>
    public void Add(string line, bool isUrgent)
    {
        lock (_lock)
        {
            while (_waiting.Count >= MostWaiting && !_isEnding)
            {
                Monitor.Wait(_lock);
            }

            if (_isEnding)
            {
                Write(line); // the thread may have ended
                return;
            }

            _waiting.Enqueue(line);
            if (_isIdle || (isUrgent && !_isUrgent) || _waiting.Count == MostWaiting)
            {
                _isUrgent |= isUrgent || _waiting.Count == MostWaiting;
                _isIdle = false;
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>Writes what waits, if the log is read.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isEnding = true;
            Monitor.PulseAll(_lock);
        }

        _thread.Join(MostEnding);
    }

    private void Run()
    {
        Queue<string> writing = [];
        while (Gather())
        {
            lock (_lock)
            {
                (writing, _waiting) = (_waiting, writing);
                _isUrgent = false;
                Monitor.PulseAll(_lock); // some may wait for room
            }

            while (writing.TryDequeue(out var line))
            {
                Write(line);
            }
        }
    }

    // Waits for lines; false when there will be no more.
    private bool Gather()
    {
        lock (_lock)
        {
            while (_waiting.Count == 0 && !_isEnding)
            {
                _isIdle = true;
                Monitor.Wait(_lock);
            }

            _isIdle = false;
            if (!_isUrgent && !_isEnding)
            {
                Monitor.Wait(_lock, _pause);
            }

            return _waiting.Count > 0;
        }
    }

    private void Write(string line)
    {
        try
        {
            _output.Write(line);
        }
        catch (IOException)
        {
            // Nobody reads the log any more; mail goes on.
        }
    }
}
