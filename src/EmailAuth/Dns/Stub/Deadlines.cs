namespace EmailAuth.Dns.Stub;

/// <summary>
/// The exchanges that wait, with one timer for all of them: a timer for each would cost more than the rest of a query. Thread-safe.
/// </summary>
internal sealed class Deadlines : IDisposable
{
    /// <summary>How exactly deadlines are kept.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    // How long the resolver is idle before it closes what it keeps for the next question.
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Action _idle;
    private readonly ITimer _timer;
    private readonly RunningCompletions _running = new();
    private Exchange? _first;
    private int _count;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private bool _wasUsed;
    private bool _isDisposed;

    /// <param name="time">The clock.</param>
    /// <param name="idle">Called after ten seconds without an exchange.</param>
    public Deadlines(TimeProvider time, Action idle)
    {
        _time = time;
        _idle = idle;

        // Without the flow of the first asker's context, which the timer would keep alive.
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static state => ((Deadlines)state!).OnTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>How many wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Ends all tries. The timer goes on until no exchange waits.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            Run(Tick);
        }

        End(TakeLate(), ExchangeEnd.Unreachable);
    }

    /// <summary>Has a try end when its time is over.</summary>
    public void Add(Exchange exchange, IExchangeCarrier carrier, ushort id, TimeSpan wait)
    {
        var deadline = _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency);
        lock (_lock)
        {
            Unlink(exchange);
            (exchange.Carrier, exchange.Id, exchange.Deadline) = (carrier, id, deadline);
            (exchange.Next, exchange.Previous, exchange.IsWaiting) = (_first, null, true);
            if (_first is not null)
            {
                _first.Previous = exchange;
            }

            _first = exchange;
            _count++;
            _wasUsed = true;
            Run(Tick);
        }
    }

    /// <summary>Forgets a try that has ended.</summary>
    public void Remove(Exchange exchange)
    {
        lock (_lock)
        {
            Unlink(exchange);
        }
    }

    /// <summary>Ends the running try of an exchange, if it has one.</summary>
    public void Cancel(Exchange exchange)
    {
        IExchangeCarrier? carrier;
        ushort id;
        lock (_lock)
        {
            (carrier, id) = exchange.IsWaiting ? (exchange.Carrier, exchange.Id) : (null, (ushort)0);
            Unlink(exchange);
        }

        if (carrier?.TryAbandon(exchange, id) == true)
        {
            exchange.End(ExchangeEnd.Canceled).Execute();
        }
    }

    /// <summary>Completes tries here, one after the other, while the clock looks after them.</summary>
    public void Complete(Completions ended)
    {
        _running.Add(ended);
        lock (_lock)
        {
            _wasUsed = true;
            Run(Tick);
        }

        ended.Run();
        _running.Remove(ended);
    }

    private void Unlink(Exchange exchange)
    {
        if (!exchange.IsWaiting)
        {
            return;
        }

        if (exchange.Previous is { } previous)
        {
            previous.Next = exchange.Next;
        }
        else
        {
            _first = exchange.Next;
        }

        if (exchange.Next is { } next)
        {
            next.Previous = exchange.Previous;
        }

        (exchange.Next, exchange.Previous, exchange.Carrier, exchange.IsWaiting) = (null, null, null, false);
        _count--;
    }

    private void Run(TimeSpan period)
    {
        if (_period != period)
        {
            _period = period;
            _timer.Change(period, period);
        }
    }

    private void OnTick()
    {
        End(TakeLate(), ExchangeEnd.TimedOut);
        _running.OnTick();
        bool isIdle;
        lock (_lock)
        {
            // The fine ticks end with the questions, and the coarse ones after the first without any.
            var isUnused = _first is null && !_wasUsed && _running.Count == 0;
            _wasUsed = false;
            isIdle = isUnused && (_period == IdleTime || _isDisposed);
            if (isUnused)
            {
                Run(isIdle ? Timeout.InfiniteTimeSpan : IdleTime);
            }
        }

        if (isIdle)
        {
            _idle();
        }

        if (isIdle && _isDisposed)
        {
            _timer.Dispose();
        }
    }

    // The exchanges whose time is over; after the end all of them.
    private List<(Exchange Exchange, IExchangeCarrier Carrier, ushort Id)>? TakeLate()
    {
        List<(Exchange Exchange, IExchangeCarrier Carrier, ushort Id)>? late = null;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            for (var exchange = _first; exchange is not null;)
            {
                var next = exchange.Next;
                if (exchange.Deadline <= now || _isDisposed)
                {
                    (late ??= []).Add((exchange, exchange.Carrier!, exchange.Id));
                    Unlink(exchange);
                }

                exchange = next;
            }
        }

        return late;
    }

    // Outside the lock, as carriers have locks of their own.
    private static void End(List<(Exchange Exchange, IExchangeCarrier Carrier, ushort Id)>? late, ExchangeEnd end)
    {
        for (var i = 0; i < late?.Count; i++)
        {
            var (exchange, carrier, id) = late[i];
            if (carrier.TryAbandon(exchange, id))
            {
                exchange.End(end).CompleteElsewhere();
            }
        }
    }
}
