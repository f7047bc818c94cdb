using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Dns.Stub;

/// <summary>A server to ask: its sockets, its connection, and whether it answered lately. Thread-safe.</summary>
internal sealed class DnsServer : IDisposable
{
    // How often in a row a server may be silent before others go first, and for how long they do.
    private const int MaxSilence = 3;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    // How many sockets in a row may close between the draw and the send.
    private const int MostDraws = 8;

    private readonly Lock _lock = new();
    private readonly StubContext _context;
    private readonly UdpSockets _sockets;
    private TcpConnection? _connection;
    private int _silence;
    private long _restsUntil;
    private bool _isDisposed;

    public DnsServer(IPEndPoint endPoint, StubContext context)
    {
        EndPoint = endPoint;
        _context = context;
        _sockets = new UdpSockets(endPoint, context);
        Name = endPoint.ToString();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>The address and port, for people.</summary>
    public string Name { get; }

    /// <summary>How many UDP sockets are open for questions.</summary>
    public int SocketCount => _sockets.Count;

    /// <summary>Whether others go first, because it was silent or unreachable.</summary>
    public bool IsResting => Volatile.Read(ref _silence) >= MaxSilence && _context.Time.GetTimestamp() < Volatile.Read(ref _restsUntil);

    /// <summary>Sends a question over UDP. The exchange has begun, and ends however that goes.</summary>
    public void Ask(Exchange exchange, TimeSpan wait)
    {
        for (var draws = 0; draws < MostDraws && _sockets.Take() is { } socket; draws++)
        {
            if (socket.TrySend(exchange, _context.Random, wait))
            {
                return;
            }
        }

        exchange.End(ExchangeEnd.Unreachable).Execute();
    }

    /// <summary>Sends a question over TCP: over the kept connection, or a new one.</summary>
    /// <param name="exchange">The exchange, begun; it ends however that goes.</param>
    /// <param name="wait">How long it waits.</param>
    /// <param name="isAlone">Whether it gets a new connection of its own, which closes with it.</param>
    public void AskOverTcp(Exchange exchange, TimeSpan wait, bool isAlone)
    {
        while (Connection(isAlone) is { } connection)
        {
            if (connection.TrySend(exchange, _context.Random, wait))
            {
                if (isAlone)
                {
                    connection.Retire();
                }

                return;
            }
        }

        exchange.End(ExchangeEnd.Closed).Execute();
    }

    /// <summary>Records how a try ended.</summary>
    public void Note(ExchangeEnd end)
    {
        if (end is ExchangeEnd.TimedOut or ExchangeEnd.Unreachable or ExchangeEnd.Closed)
        {
            Volatile.Write(ref _restsUntil, _context.Time.GetTimestamp() + (long)(Rest.TotalSeconds * _context.Time.TimestampFrequency));
            Interlocked.Add(ref _silence, end == ExchangeEnd.TimedOut ? 1 : MaxSilence);
        }
        else if (end != ExchangeEnd.Canceled && Volatile.Read(ref _silence) != 0)
        {
            Volatile.Write(ref _silence, 0);
        }
    }

    /// <summary>Sends no further questions over the connection, because one got no answer in time.</summary>
    public void LeaveConnection() => TakeConnection(forGood: false)?.Retire();

    /// <summary>Closes what is kept for the next question.</summary>
    public void Idle()
    {
        _sockets.Close(forGood: false);
        LeaveConnection();
    }

    public void Dispose()
    {
        _sockets.Close(forGood: true);
        TakeConnection(forGood: true)?.Dispose();
    }

    // Null after the end, and when the system gives no socket.
    private TcpConnection? Connection(bool isAlone)
    {
        lock (_lock)
        {
            try
            {
                return _isDisposed ? null
                    : isAlone ? new TcpConnection(EndPoint, _context.Deadlines, _context.Counters)
                    : _connection is { IsOver: false } ? _connection
                    : _connection = new TcpConnection(EndPoint, _context.Deadlines, _context.Counters);
            }
            catch (SocketException)
            {
                return null;
            }
        }
    }

    private TcpConnection? TakeConnection(bool forGood)
    {
        lock (_lock)
        {
            _isDisposed |= forGood;
            (var connection, _connection) = (_connection, null);
            return connection;
        }
    }
}
