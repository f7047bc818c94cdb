using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Dns.Stub;

/// <summary>
/// A UDP socket with a port of its own, connected to one server, so that the system hands over what comes from that server's address and
/// port and nothing else (RFC 5452 section 9.1). Many questions wait on it, told apart by their IDs. Thread-safe.
/// </summary>
internal sealed class UdpSocket : IExchangeCarrier, IDisposable
{
    /// <summary>How many messages that answer no question may come while one waits (RFC 5452 section 9.1).</summary>
    public const int MaxStrays = 16;

    // So that a spray at one socket holds up no other.
    private const int MostReads = 16;

    // Windows reports a closed port by ending the receive, for all that wait, unless it is told not to (SIO_UDP_CONNRESET).
    private const int UdpConnectionReset = unchecked((int)0x9800000C);

    private readonly Lock _lock = new();
    private readonly Socket _socket;
    private readonly int _bufferSize;
    private readonly Deadlines _deadlines;
    private readonly StubCounters _counters;

    // What reads the socket, and its key there; null where .NET does.
    private readonly UdpReceiver? _receiver;
    private readonly long _key;

    // By ID. Null where the asker has given up: its answer may still come, and is late, not stray.
    private readonly Dictionary<ushort, Exchange?> _waiting = [];
    private int _live;
    private int _strays;
    private bool _isRetired;
    private bool _isClosed;

    private UdpSocket(Socket socket, StubContext context)
    {
        _socket = socket;

        // One byte more than is asked for, so that a larger message is known for one: the rest of it is lost.
        _bufferSize = context.Options.UdpPayloadSize + 1;
        _deadlines = context.Deadlines;
        _counters = context.Counters;
        _receiver = context.Options.DatagramReceiver();
        _key = _receiver?.NextKey() ?? 0;
    }

    /// <summary>How many more questions may use it; for its pool.</summary>
    public int UsesLeft { get; set; }

    /// <summary>When it was opened; for its pool.</summary>
    public long Opened { get; init; }

    /// <summary>Whether it may get no more questions.</summary>
    public bool IsRetired => Volatile.Read(ref _isRetired);

    /// <summary>Our port.</summary>
    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Opens a socket on a port that the system picks at random.</summary>
    /// <param name="server">Where it sends to, and receives from.</param>
    /// <param name="context">What the parts of the resolver share.</param>
    /// <param name="uses">How many questions may use it.</param>
    /// <exception cref="SocketException">The system has no more sockets, or no route to the server.</exception>
    public static UdpSocket Open(IPEndPoint server, StubContext context, int uses)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                socket.IOControl(UdpConnectionReset, new byte[sizeof(int)], null);
            }

            socket.Blocking = false;
            socket.Bind(new IPEndPoint(server.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
            socket.Connect(server);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }

        var opened = new UdpSocket(socket, context) { UsesLeft = uses, Opened = context.Time.GetTimestamp() };
        if (opened._receiver?.TryAdd(opened._key, opened, socket.SafeHandle) != true)
        {
            EventReceive.Start(opened, socket, opened._bufferSize, context.Deadlines);
        }

        return opened;
    }

    /// <summary>Sends a question; the exchange waits for its answer.</summary>
    /// <param name="exchange">The exchange, begun.</param>
    /// <param name="random">Where the ID comes from.</param>
    /// <param name="wait">How long it waits.</param>
    /// <returns>False when the socket was closed meanwhile: the exchange does not wait.</returns>
    public bool TrySend(Exchange exchange, RandomNumbers random, TimeSpan wait)
    {
        ushort id;
        lock (_lock)
        {
            if (_isClosed)
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
            exchange.StraysBefore = _strays;

            // Under the lock, before anything can end this try and begin the next.
            _deadlines.Add(exchange, this, id, wait);
        }

        if (!TrySend(exchange.Query.Datagram.Span) && TryAbandon(exchange, id))
        {
            End(exchange, ExchangeEnd.Unreachable).Execute();
        }

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
            isOver = IsOver();
        }

        CloseIf(isOver);
        return true;
    }

    /// <summary>Accepts no further exchanges; it closes when the last one ends.</summary>
    public void Retire()
    {
        bool isOver;
        lock (_lock)
        {
            _isRetired = true;
            isOver = IsOver();
        }

        CloseIf(isOver);
    }

    /// <inheritdoc cref="Retire"/>
    public void Dispose() => Retire();

    private bool TrySend(ReadOnlySpan<byte> datagram)
    {
        try
        {
            _socket.Send(datagram, SocketFlags.None, out var error);

            // The error of an earlier datagram does not concern this one.
            if (IsRefusal(error))
            {
                _socket.Send(datagram, SocketFlags.None, out error);
            }

            // A full buffer loses the datagram, as any router may.
            return error is SocketError.Success or SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private static bool IsRefusal(SocketError error) => error is SocketError.ConnectionRefused or SocketError.ConnectionReset;

    /// <summary>Reads messages until none is left, or the group is full.</summary>
    /// <param name="buffer">Where they are read.</param>
    /// <param name="ended">Gets the tries that end, to be completed.</param>
    public void Read(byte[] buffer, Completions ended)
    {
        var place = buffer.AsSpan(0, Math.Min(_bufferSize, buffer.Length));
        for (var reads = 0; reads < MostReads && !ended.IsFull && !Volatile.Read(ref _isClosed); reads++)
        {
            int length;
            SocketError error;
            try
            {
                length = _socket.Receive(place, SocketFlags.None, out error);
            }
            catch (ObjectDisposedException)
            {
                return; // closed meanwhile
            }

            if (error == SocketError.WouldBlock || !TryHandle(error, place[..length], out var exchange))
            {
                return;
            }

            if (exchange is not null)
            {
                ended.Add(exchange);
            }
        }
    }

    /// <summary>Takes what a receive gave.</summary>
    /// <param name="error">How it ended.</param>
    /// <param name="message">The message.</param>
    /// <param name="ended">The try that the message ends, to be completed; or null.</param>
    /// <returns>Whether to go on receiving.</returns>
    public bool TryHandle(SocketError error, ReadOnlySpan<byte> message, out Exchange? ended)
    {
        ended = null;
        if (error is SocketError.Success or SocketError.MessageSize)
        {
            // MessageSize: larger than anything asked for.
            ended = Take(error == SocketError.Success ? message : []);
            return true;
        }

        // As an ICMP message says.
        if (error is SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.HostUnreachable or SocketError.NetworkUnreachable)
        {
            EndAll();
            return true;
        }

        Retire();
        EndAll();
        return false;
    }

    // The exchange that the message ends, to be completed; or null.
    private Exchange? Take(ReadOnlySpan<byte> message)
    {
        Exchange? exchange = null;
        bool isOver;
        List<Exchange>? suspicious = null;
        lock (_lock)
        {
            if (message.Length >= WireHeader.Length && _waiting.TryGetValue(new WireHeader(message).Id, out exchange) && exchange?.Query.IsAnsweredBy(message) != false)
            {
                _waiting.Remove(new WireHeader(message).Id);
                _live -= exchange is null ? 0 : 1;
            }
            else
            {
                exchange = null;
                suspicious = CountStray();
            }

            isOver = IsOver();
        }

        CloseIf(isOver);
        for (var i = 0; i < suspicious?.Count; i++)
        {
            End(suspicious[i], ExchangeEnd.Suspicious).CompleteElsewhere();
        }

        return exchange is null ? null : End(exchange, message.Length == _bufferSize ? ExchangeEnd.Truncated : exchange.Read(message, isStream: false));
    }

    // Called under the lock. The exchanges that waited while too many came go to TCP, and later ones to another socket.
    private List<Exchange>? CountStray()
    {
        _counters.AddStray();
        if (++_strays <= MaxStrays)
        {
            return null;
        }

        _isRetired = true;
        List<Exchange>? suspicious = null;
        foreach (var (id, exchange) in _waiting)
        {
            if (exchange is not null && _strays - exchange.StraysBefore > MaxStrays)
            {
                _waiting[id] = null;
                _live--;
                (suspicious ??= []).Add(exchange);
            }
        }

        return suspicious;
    }

    private void EndAll()
    {
        Exchange[] waiting;
        bool isOver;
        lock (_lock)
        {
            waiting = [.. _waiting.Values.OfType<Exchange>()];
            _waiting.Clear();
            _live = 0;
            isOver = IsOver();
        }

        CloseIf(isOver);
        foreach (var exchange in waiting)
        {
            End(exchange, ExchangeEnd.Unreachable).CompleteElsewhere();
        }
    }

    private Exchange End(Exchange exchange, ExchangeEnd end)
    {
        _deadlines.Remove(exchange);
        return exchange.End(end);
    }

    // Under the lock; true once.
    private bool IsOver()
    {
        if (_isClosed || !_isRetired || _live > 0)
        {
            return false;
        }

        _isClosed = true;
        return true;
    }

    private void CloseIf(bool isOver)
    {
        if (isOver)
        {
            _receiver?.Remove(_key, _socket.SafeHandle);
            _socket.Dispose();
        }
    }
}
