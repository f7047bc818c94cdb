using System.Buffers;
using System.IO.Pipelines;

namespace EmailAuth.Milter.Protocol;

/// <summary>
/// What is sent to an MTA over a stream: replies are gathered until they are flushed, and leave in one write. Used again for one connection
/// after another.
/// </summary>
/// <remarks>One writer at a time; <see cref="CancelPendingFlush"/> can be called from any thread.</remarks>
internal sealed class StreamOutput : PipeWriter
{
    // The replies of an ordinary message, its results included.
    private const int UsualBytes = 1024;

    private readonly CancellableCall _flush = new();
    private Stream _stream = Stream.Null;
    private byte[] _buffer = [];
    private int _length;

    /// <summary>Begins a connection.</summary>
    public void Begin(Stream stream) => _stream = stream;

    public override void Advance(int bytes) => _length += bytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var needed = _length + Math.Max(sizeHint, 1);
        if (needed > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(UsualBytes, 2 * _buffer.Length)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            Release();
            _buffer = larger;
        }

        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_length == 0)
        {
            return default;
        }

        try
        {
            await _stream.WriteAsync(_buffer.AsMemory(0, _length), _flush.Token).ConfigureAwait(false);
            await _stream.FlushAsync(_flush.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_flush.TakeRequest())
        {
            return new FlushResult(isCanceled: true, isCompleted: false);
        }

        _length = 0;
        Release();
        return default;
    }

    public override void CancelPendingFlush() => _flush.Cancel();

    /// <summary>Ends the connection: nothing of it is kept, and what was not flushed is not sent.</summary>
    public override void Complete(Exception? exception = null)
    {
        Release();
        _stream = Stream.Null;
        _length = 0;
        _flush.Renew();
    }

    // A connection that waits holds no buffer.
    private void Release()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}
