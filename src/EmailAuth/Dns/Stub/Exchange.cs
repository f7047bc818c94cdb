using System.Threading.Tasks.Sources;

namespace EmailAuth.Dns.Stub;

/// <summary>
/// A question of a lookup in flight, in one try after the other. A try is begun by its lookup and ended once: by whichever of the
/// carrier, the clock and the asker's cancellation takes it out of its carrier's table first.
/// </summary>
internal sealed class Exchange(AnswerReader reader) : IValueTaskSource<ExchangeEnd>, IThreadPoolWorkItem
{
    // Continuations run where it is completed.
    private ManualResetValueTaskSourceCore<ExchangeEnd> _source;
    private ExchangeEnd _end;

    /// <summary>What is sent. Set before the first try.</summary>
    public WireQuery Query { get; set; } = null!;

    /// <summary>What the message says; null when it leads on to another name. Valid after <see cref="ExchangeEnd.Answered"/>.</summary>
    public DnsResponse? Response { get; private set; }

    /// <summary>How many messages without a question the carrier had seen when this try began.</summary>
    public int StraysBefore { get; set; }

    /// <summary>What the running try waits on. Guarded, as are the following, by <see cref="Deadlines"/>.</summary>
    public IExchangeCarrier? Carrier { get; set; }

    /// <summary>The ID of the running try.</summary>
    public ushort Id { get; set; }

    /// <summary>When the running try ends.</summary>
    public long Deadline { get; set; }

    /// <summary>The next one of those that wait.</summary>
    public Exchange? Next { get; set; }

    /// <summary>The one before this of those that wait.</summary>
    public Exchange? Previous { get; set; }

    /// <summary>Whether it is one of those that wait.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Makes it ready for another try. The carrier gets it after this.</summary>
    public void Begin()
    {
        _source.Reset();
        Response = null;
    }

    /// <summary>Ends with the try that was begun last. To be awaited once.</summary>
    public ValueTask<ExchangeEnd> UntilEndAsync() => new(this, _source.Version);

    /// <summary>Reads the message that ended the wait. The carrier has checked that it answers the question.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isStream">Whether it came over TCP, where nothing needs to be cut short.</param>
    public ExchangeEnd Read(ReadOnlySpan<byte> message, bool isStream)
    {
        if (new WireHeader(message).IsTruncated)
        {
            if (!isStream)
            {
                return ExchangeEnd.Truncated;
            }

            Response = DnsResponse.Failed(DnsFailure.Malformed, "an answer truncated over TCP");
            return ExchangeEnd.Answered;
        }

        Response = reader.Read(message);
        return ExchangeEnd.Answered;
    }

    /// <summary>Notes how the try ended. It has left its carrier's table and the deadlines.</summary>
    /// <returns>This, to be completed once: here, or on another thread by the pool.</returns>
    public Exchange End(ExchangeEnd end)
    {
        _end = end;
        return this;
    }

    /// <summary>Completes the try on another thread: its continuation may be any code, and slow.</summary>
    public void CompleteElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Completes the try. Its continuation runs here.</summary>
    public void Execute() => _source.SetResult(_end);

    /// <summary>Has a callback run when the try that was begun last ends.</summary>
    public void WhenEnded(Action<object?> callback, object state) => _source.OnCompleted(callback, state, _source.Version, ValueTaskSourceOnCompletedFlags.None);

    /// <summary>How the try ended that was begun last.</summary>
    public ExchangeEnd Result => _source.GetResult(_source.Version);

    ExchangeEnd IValueTaskSource<ExchangeEnd>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ExchangeEnd>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ExchangeEnd>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
