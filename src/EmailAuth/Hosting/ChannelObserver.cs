using System.Threading.Channels;

namespace EmailAuth.Hosting;

/// <summary>
/// Hands messages on to a reader that may take its time, as one that writes to a disk or a database. Never waits: when the reader falls behind
/// by as many messages as there is room for, further ones are dropped and counted. Thread-safe.
/// </summary>
public sealed class ChannelObserver : IEvaluatedMessageObserver
{
    /// <summary>How many messages there is room for by default.</summary>
    public const int DefaultCapacity = 1024;

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

    /// <summary>Where the messages come out, in the order in which they were told of.</summary>
    public ChannelReader<EvaluatedMessage> Reader => _channel.Reader;

    /// <summary>How many messages were dropped, as there was no room or <see cref="Complete"/> was called; counted as <c>emailauth.observer.dropped</c>, too.</summary>
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

    /// <summary>No more messages are taken; the reader ends when it has read those that wait.</summary>
    public void Complete() => _channel.Writer.TryComplete();
}
