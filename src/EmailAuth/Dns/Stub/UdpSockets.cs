using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Dns.Stub;

/// <summary>
/// The sockets towards one server, each with a random port. A question goes over any of them, so that a forger has to guess the port and
/// the ID (RFC 5452 section 9.2). Each serves some hundred questions or ten seconds, and another one takes its place. Thread-safe.
/// </summary>
/// <remarks>
/// While many questions wait, the socket drawn for one gets the next few too: one wake-up then brings several answers, and a wake-up costs
/// as much as an answer. The port of each question is as hard to guess as with a draw for each. A forger who sprays one port finds several
/// questions there or none, instead of one or none, and as many on average.
/// </remarks>
internal sealed class UdpSockets(IPEndPoint server, StubContext context)
{
    private const int Least = 64;
    private const int Most = 256;

    // As many questions on a socket as make it worth to open more of them.
    private const int QuestionsPerSocket = 16;

    // How many wait before questions go in rows, and how many are in a row.
    private const int LeastForRows = 32;
    private const int RowLength = 8;

    private const int LeastUses = 200;
    private static readonly TimeSpan LongestUse = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<UdpSocket> _sockets = [];
    private UdpSocket? _last;
    private int _rowLeft;
    private bool _isClosed;

    /// <summary>How many are open for questions.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _sockets.Count;
            }
        }
    }

    /// <summary>A socket to send one question over, or null when the system gives none.</summary>
    public UdpSocket? Take()
    {
        UdpSocket? retired = null;
        UdpSocket? taken;
        lock (_lock)
        {
            if (_isClosed)
            {
                return null;
            }

            if (_rowLeft > 0 && context.Deadlines.Count >= LeastForRows && !MustGo(_last!))
            {
                _rowLeft--;
                taken = _last;
            }
            else
            {
                taken = Draw(out retired);
                (_last, _rowLeft) = (taken, taken is null ? 0 : RowLength - 1);
            }

            if (taken is not null)
            {
                taken.UsesLeft--;
            }
        }

        retired?.Retire();
        return taken;
    }

    /// <summary>Closes the sockets without an exchange; the others close with their last one.</summary>
    /// <param name="forGood">Whether no more are opened after that.</param>
    public void Close(bool forGood)
    {
        // One of them may be the last that was taken: no question goes over a socket that is retired.
        UdpSocket[] sockets;
        lock (_lock)
        {
            _isClosed |= forGood;
            sockets = [.. _sockets];
            _sockets.Clear();
        }

        foreach (var socket in sockets)
        {
            socket.Retire();
        }
    }

    // Under the lock. Any socket, as likely as any other; null when the system gives none.
    private UdpSocket? Draw(out UdpSocket? replaced)
    {
        replaced = null;
        var wanted = Math.Clamp(context.Deadlines.Count / QuestionsPerSocket, Least, Most);
        var place = context.Random.Next() % Math.Max(wanted, _sockets.Count);
        if (place < _sockets.Count && !MustGo(_sockets[place]))
        {
            return _sockets[place];
        }

        if (TryOpen() is { } opened)
        {
            if (place < _sockets.Count)
            {
                (replaced, _sockets[place]) = (_sockets[place], opened);
            }
            else
            {
                _sockets.Add(opened);
            }

            return opened;
        }

        // One that is only old or worn out still serves. One that is retired may be closed, and closes by itself if it is not.
        _sockets.RemoveAll(static socket => socket.IsRetired);
        return _sockets.Count > 0 ? _sockets[context.Random.Next() % _sockets.Count] : null;
    }

    private bool MustGo(UdpSocket socket) =>
        socket.UsesLeft <= 0 || socket.IsRetired || context.Time.GetElapsedTime(socket.Opened) > LongestUse;

    private UdpSocket? TryOpen()
    {
        try
        {
            return UdpSocket.Open(server, context, LeastUses + (context.Random.Next() % LeastUses));
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
