using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace EmailAuth.Milter.Protocol;

/// <summary>
/// What an MTA sends over a stream: each read of it is one read of the stream, into one piece of memory that grows with what is kept. A
/// connection that waits between messages holds only a small buffer. Used again for one connection after another.
/// </summary>
/// <remarks>One reader at a time; <see cref="CancelPendingRead"/> can be called from any thread.</remarks>
internal sealed class StreamInput : PipeReader
{
    // Negotiation, CONNECT, HELO and MAIL of ordinary mail fit in.
    private const int IdleBytes = 512;

    // A message is read in pieces of this size, a long one in larger ones: Postfix sends its body in packets of 64 KB.
    private const int MessageBytes = 16 * 1024;
    private const int LongMessageBytes = 64 * 1024;

    private readonly byte[] _idle = new byte[IdleBytes];
    private readonly CancellableCall _read = new();
    private Stream _stream = Stream.Null;
    private byte[] _buffer;
    private int _wanted = IdleBytes;
    private int _start;
    private int _end;
    private bool _hasUnseen;
    private bool _hasEnded;

    public StreamInput() => _buffer = _idle;

    /// <summary>Begins a connection.</summary>
    public void Begin(Stream stream) => _stream = stream;

    /// <summary>Says what the next reads are for.</summary>
    /// <param name="isInMessage">Whether a message is in progress. The MTA may wait long for its client otherwise.</param>
    public void Expect(bool isInMessage) => _wanted = isInMessage ? Math.Max(_wanted, MessageBytes) : IdleBytes;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_hasUnseen || _hasEnded)
        {
            return Result(isCanceled: _read.TakeRequest());
        }

        MakeRoom();
        var isCanceled = _read.IsRequested;
        var free = _buffer.AsMemory(_end);
        int read;
        try
        {
            read = await _stream.ReadAsync(free, _read.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_read.IsRequested)
        {
            _read.TakeRequest();
            return Result(isCanceled: true);
        }

        _hasEnded = read == 0;
        _end += read;
        if (read == free.Length && _wanted >= MessageBytes)
        {
            _wanted = LongMessageBytes;
        }

        return Result(isCanceled && _read.TakeRequest());
    }

    public override bool TryRead(out ReadResult result)
    {
        result = _hasUnseen ? Result(isCanceled: false) : default;
        return _hasUnseen;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    // Positions of a sequence over an array are indexes of it.
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _start = consumed.GetInteger();
        _hasUnseen = examined.GetInteger() < _end;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    public override void CancelPendingRead() => _read.Cancel();

    /// <summary>Ends the connection: nothing of it is kept.</summary>
    public override void Complete(Exception? exception = null)
    {
        Use(_idle);
        _idle.AsSpan().Clear();
        _stream = Stream.Null;
        _wanted = IdleBytes;
        _start = _end = 0;
        _hasUnseen = _hasEnded = false;
        _read.Renew();
    }

    private ReadResult Result(bool isCanceled) => new(new ReadOnlySequence<byte>(_buffer, _start, _end - _start), isCanceled, _hasEnded);

    // At least half of the buffer is free before each read, so that a long packet is copied a few times at most.
    private void MakeRoom()
    {
        var kept = _end - _start;
        if (kept == 0)
        {
            if (_buffer.Length < _wanted || (_wanted == IdleBytes && _buffer != _idle))
            {
                Use(_wanted == IdleBytes ? _idle : ArrayPool<byte>.Shared.Rent(_wanted));
            }
        }
        else if (kept > _buffer.Length / 2 || _buffer.Length < _wanted)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_wanted, 2 * _buffer.Length));
            _buffer.AsSpan(_start, kept).CopyTo(larger);
            Use(larger);
            (_start, _end) = (0, kept);
        }
        else if (_end > _buffer.Length / 2)
        {
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
            (_start, _end) = (0, kept);
        }
    }

    private void Use(byte[] buffer)
    {
        if (_buffer != _idle)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = buffer;
    }
}
