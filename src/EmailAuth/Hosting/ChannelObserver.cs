using System.Threading.Channels;

namespace EmailAuth.Hosting;

/// <summary>
/// Hands messages to a slow reader, such as one that writes to a disk or a database. It never waits: when the channel is full, further
/// messages are dropped and counted. Thread-safe.
/// </summary>
public sealed class ChannelObserver : IEvaluatedMessageObserver
{
    private const int DefaultCapacity = 1024;

    private readonly Channel<EvaluatedMessage> _channel;
    private long _dropped;

    /// <summary>Makes an observer.</summary>
    /// <param name="capacity">How many messages may wait for the reader; at least 1. Default 1,024.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is less than 1.</exception>
    public ChannelObserver(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _channel = Channel.CreateBounded<EvaluatedMessage>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.Wait });
    }

    /// <summary>Where the messages come out, in the order in which they were judged.</summary>
    public ChannelReader<EvaluatedMessage> Reader => _channel.Reader;

    /// <summary>How many messages were dropped because the channel was full or <see cref="Complete"/> was called; <c>emailauth.observer.dropped</c> counts them, too.</summary>
    public long DroppedCount => Interlocked.Read(ref _dropped);

    /// <inheritdoc/>
    public void OnEvaluated(EvaluatedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!_channel.Writer.TryWrite(message))
        {
            Interlocked.Increment(ref _dropped);
            EmailAuthTelemetry.CountDropped();
        }
    }

    /// <summary>Accepts no further messages; the reader ends when it has read those that wait.</summary>
    public void Complete() => _channel.Writer.TryComplete();
}
