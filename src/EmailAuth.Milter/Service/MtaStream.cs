using System.Buffers;
using System.Net.Sockets;

namespace EmailAuth.Milter.Service;

/// <summary>
/// The bytes of one MTA's socket. Nothing is read ahead, but for what comes while a verdict takes time: only reading shows that the MTA left.
/// </summary>
/// <remarks>One reader and one writer at a time, and <see cref="Watch"/> only while nobody reads.</remarks>
internal sealed class MtaStream(Socket socket, Action ended) : NetworkStream(socket, ownsSocket: false)
{
    // A QUIT, or the beginning of the next message. When this is full, the MTA has not left.
    private const int AheadBytes = 256;

    private readonly Lock _lock = new();
    private byte[] _ahead = [];
    private int _from;
    private int _to;
    private bool _isWatching;
    private TaskCompletionSource? _arrival;

    /// <summary>Watches until the next read whether the MTA leaves; if so, calls what the constructor got.</summary>
    public void Watch()
    {
        lock (_lock)
        {
            if (_isWatching || _from < _to)
            {
                return;
            }

            _isWatching = true;
            _ahead = ArrayPool<byte>.Shared.Rent(AheadBytes);
            (_from, _to) = (0, 0);
        }

        _ = WatchAsync();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_from < _to)
            {
                return new(Take(buffer.Span));
            }

            if (_isWatching)
            {
                _arrival = new TaskCompletionSource();
                return ArrivedAsync(_arrival.Task, buffer, cancellationToken);
            }
        }

        // A read that is to be ended still gets what has already arrived, such as a QUIT.
        return base.ReadAsync(buffer, cancellationToken.IsCancellationRequested && Socket.Available > 0 ? CancellationToken.None : cancellationToken);
    }

    private async Task WatchAsync()
    {
        for (var isOver = false; !isOver;)
        {
            var read = 0;
            try
            {
                read = await base.ReadAsync(_ahead.AsMemory(_to), CancellationToken.None);
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // The next read fails in the same way, and is where it is reported.
            }

            TaskCompletionSource? arrival;
            lock (_lock)
            {
                _to += read;
                arrival = _arrival;
                _arrival = null;
                isOver = arrival is not null || read == 0 || _to == _ahead.Length;
                _isWatching = !isOver;
            }

            if (read == 0)
            {
                ended();
            }

            arrival?.SetResult();
        }
    }

    private async ValueTask<int> ArrivedAsync(Task arrival, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await arrival.WaitAsync(cancellationToken);
        return await ReadAsync(buffer, cancellationToken);
    }

    private int Take(Span<byte> buffer)
    {
        var taken = Math.Min(buffer.Length, _to - _from);
        _ahead.AsSpan(_from, taken).CopyTo(buffer);
        _from += taken;
        if (_from == _to && !_isWatching)
        {
            ArrayPool<byte>.Shared.Return(_ahead);
            _ahead = [];
            _from = _to = 0;
        }

        return taken;
    }
}
