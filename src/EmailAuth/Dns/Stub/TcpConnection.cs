using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Dns.Stub;

/// <summary>
/// A connection to a server, kept for the questions to come (RFC 7766 section 6.2). Many wait on it at the same time; answers may come in
/// any order (section 6.2.1.1). Thread-safe.
/// </summary>
internal sealed class TcpConnection(IPEndPoint server, Deadlines deadlines, StubCounters counters) : IExchangeCarrier, IDisposable
{
    /// <summary>How many questions may have been given up whose answers have not come. Past it, the connection takes no more.</summary>
    public const int MaxGivenUp = 1024;

    private const int FirstBuffer = 4096;
    private const int PrefixLength = 2;

    private readonly Lock _lock = new();
    private readonly Socket _socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _closing = new();

    // By ID. Null where the asker has given up: its answer may still come, and is late, not stray.
    private readonly Dictionary<ushort, Exchange?> _waiting = [];
    private int _live;
    private Task? _connecting;
    private bool _isRetired;
    private bool _isClosed;
    private int _strays;

    /// <summary>Whether it takes no more questions.</summary>
    public bool IsOver => Volatile.Read(ref _isClosed) || Volatile.Read(ref _isRetired);

    /// <summary>Adds an exchange, and sends its question once there is a connection.</summary>
    /// <returns>False when the connection was closed meanwhile: the exchange does not wait.</returns>
    public bool TrySend(Exchange exchange, RandomNumbers random, TimeSpan wait)
    {
        ushort id;
        byte[] frame;
        Task connecting;
        lock (_lock)
        {
            if (_isClosed || _isRetired)
            {
                return false;
            }

            do
            {
                id = random.Next();
            }
            while (!_waiting.TryAdd(id, exchange));

            _live++;
            exchange.Query.Id = id;
            frame = exchange.Query.ToFrame();
            deadlines.Add(exchange, this, id, wait);
            connecting = _connecting ??= RunAsync();
        }

        _ = SendAsync(connecting, frame);
        return true;
    }

    /// <inheritdoc/>
    public bool TryAbandon(Exchange exchange, ushort id)
    {
        bool isOver;
        lock (_lock)
        {
            if (!_waiting.TryGetValue(id, out var waiting) || waiting != exchange)
            {
                return false;
            }

            _waiting[id] = null;
            _live--;
            _isRetired |= _waiting.Count - _live > MaxGivenUp;
            isOver = _isRetired && _live == 0;
        }

        if (isOver)
        {
            Close();
        }

        return true;
    }

    /// <summary>Accepts no further exchanges; it closes when the last one ends.</summary>
    public void Retire()
    {
        bool isOver;
        lock (_lock)
        {
            _isRetired = true;
            isOver = _live == 0;
        }

        if (isOver)
        {
            Close();
        }
    }

    /// <summary>Closes it; exchanges that wait end.</summary>
    public void Dispose() => Close();

    // Connects, and then receives in the background.
    private async Task RunAsync()
    {
        try
        {
            await _socket.ConnectAsync(server, _closing.Token).ConfigureAwait(false);
            _ = ReceiveAsync();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Close();
        }
    }

    private async Task SendAsync(Task connecting, byte[] frame)
    {
        try
        {
            await connecting.ConfigureAwait(false);
            await _sending.WaitAsync(_closing.Token).ConfigureAwait(false);
            try
            {
                for (var sent = 0; sent < frame.Length;)
                {
                    sent += await _socket.SendAsync(frame.AsMemory(sent), SocketFlags.None, _closing.Token).ConfigureAwait(false);
                }
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Close();
        }
    }

    // The buffer grows with what has come, not with what a length announces.
    private async Task ReceiveAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        var filled = 0;
        try
        {
            while (true)
            {
                var count = await _socket.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None, _closing.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                filled += count;
                var used = TakeAll(buffer.AsSpan(0, filled));
                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
                if (filled == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
                    buffer.AsSpan(0, filled).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It ends below, however it ends.
        }
        finally
        {
            Close();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private int TakeAll(ReadOnlySpan<byte> received)
    {
        var used = 0;
        while (received.Length - used >= PrefixLength)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(received[used..]);
            if (received.Length - used - PrefixLength < length)
            {
                break;
            }

            Take(received.Slice(used + PrefixLength, length));
            used += PrefixLength + length;
        }

        return used;
    }

    private void Take(ReadOnlySpan<byte> message)
    {
        Exchange? exchange = null;
        var isOver = false;
        lock (_lock)
        {
            if (message.Length >= WireHeader.Length && _waiting.TryGetValue(new WireHeader(message).Id, out exchange) && exchange?.Query.IsAnsweredBy(message) != false)
            {
                _waiting.Remove(new WireHeader(message).Id);
                _live -= exchange is null ? 0 : 1;
                isOver = _isRetired && _live == 0;
            }
            else
            {
                exchange = null;
                counters.AddStray();
                isOver = ++_strays > UdpSocket.MaxStrays;
            }
        }

        if (exchange is not null)
        {
            End(exchange, exchange.Read(message, isStream: true));
        }

        if (isOver)
        {
            Close();
        }
    }

    private void Close()
    {
        Exchange[] waiting;
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            waiting = [.. _waiting.Values.OfType<Exchange>()];
            _waiting.Clear();
            _live = 0;
        }

        _closing.Cancel();
        _socket.Dispose();
        foreach (var exchange in waiting)
        {
            End(exchange, ExchangeEnd.Closed);
        }
    }

    private void End(Exchange exchange, ExchangeEnd end)
    {
        deadlines.Remove(exchange);
        exchange.End(end).CompleteElsewhere();
    }
}
