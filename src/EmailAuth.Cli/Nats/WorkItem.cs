using NATS.Client.Core;
using NATS.Client.JetStream;

namespace EmailAuth.Cli.Nats;

/// <summary>A message in flight: a line of the batch format from the stream.</summary>
internal sealed class WorkItem : IDisposable
{
    private readonly INatsJSMsg<NatsMemoryOwner<byte>> _message;
    private readonly TimeProvider _clock;
    private long _lastSign;

    public WorkItem(INatsJSMsg<NatsMemoryOwner<byte>> message, TimeProvider clock)
    {
        _message = message;
        _clock = clock;
        _lastSign = clock.GetTimestamp();
        var metadata = message.Metadata ?? default;
        Sequence = metadata.Sequence.Stream;
        Deliveries = metadata.NumDelivered;
        Stream = metadata.Stream ?? string.Empty;
        Length = message.Data.Length;
        Id = message.Headers is { } headers && headers.TryGetLastValue(MessageName.IdHeader, out var id) ? id : null;
        Name = MessageName.Of(Id, Sequence, metadata.Timestamp);
    }

    /// <summary>The number of the message in its stream.</summary>
    public ulong Sequence { get; }

    /// <summary>How often it was delivered, this time included.</summary>
    public ulong Deliveries { get; }

    public string Stream { get; }

    /// <summary>The id that the publisher gave it; null without.</summary>
    public string? Id { get; }

    /// <summary>Its name in subjects.</summary>
    public string Name { get; }

    public int Length { get; }

    /// <summary>The line, until this is disposed.</summary>
    public ReadOnlyMemory<byte> Line => Length == 0 ? ReadOnlyMemory<byte>.Empty : _message.Data.Memory;

    /// <summary>How long the server has heard nothing of the message.</summary>
    public TimeSpan Silence => _clock.GetElapsedTime(Interlocked.Read(ref _lastSign));

    /// <summary>Done: the server need not deliver it again.</summary>
    public ValueTask AckAsync(CancellationToken cancellationToken) => _message.AckAsync(cancellationToken: cancellationToken);

    /// <summary>Given up: the server must not deliver it again.</summary>
    public ValueTask TerminateAsync(CancellationToken cancellationToken) => _message.AckTerminateAsync(cancellationToken: cancellationToken);

    /// <summary>Not done: the server is to deliver it again, after a pause.</summary>
    public ValueTask ReturnAsync(TimeSpan pause, CancellationToken cancellationToken) =>
        _message.NakAsync(new AckOpts { NakDelay = pause }, cancellationToken);

    /// <summary>Still in progress: the server is to wait further.</summary>
    public ValueTask KeepAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _lastSign, _clock.GetTimestamp());
        return _message.AckProgressAsync(cancellationToken: cancellationToken);
    }

    public void Dispose()
    {
        if (Length > 0)
        {
            _message.Data.Dispose();
        }
    }
}
