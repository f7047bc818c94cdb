using System.Net.Sockets;

namespace EmailAuth.Dns.Stub;

/// <summary>Reads a UDP socket through .NET's own events, where <see cref="UdpReceiver"/> is not.</summary>
internal sealed class EventReceive : IDisposable
{
    private readonly UdpSocket _owner;
    private readonly Socket _socket;
    private readonly Deadlines _deadlines;
    private readonly SocketAsyncEventArgs _receive;

    private EventReceive(UdpSocket owner, Socket socket, int bufferSize, Deadlines deadlines)
    {
        (_owner, _socket, _deadlines) = (owner, socket, deadlines);
        _receive = new SocketAsyncEventArgs(true);
        _receive.SetBuffer(GC.AllocateUninitializedArray<byte>(bufferSize));
        _receive.Completed += (_, args) => OnReceived(args);
    }

    /// <summary>Reads a socket until it is closed.</summary>
    public static void Start(UdpSocket owner, Socket socket, int bufferSize, Deadlines deadlines) =>
        new EventReceive(owner, socket, bufferSize, deadlines).Receive();

    /// <summary>After the end of the socket.</summary>
    public void Dispose() => _receive.Dispose();

    // What follows the answers runs here only once the socket waits for the next one, so that it holds up no other answer.
    private void Receive(Exchange? first = null)
    {
        Completions? more = null;
        try
        {
            while (!_socket.ReceiveAsync(_receive))
            {
                var isOver = !TryHandle(_receive, out var ended);
                if (ended is not null)
                {
                    Gather(ended, ref first, ref more);
                }

                if (isOver)
                {
                    break;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile.
            Dispose();
        }

        if (more is not null)
        {
            _deadlines.Complete(more);
        }
        else
        {
            first?.Execute();
        }
    }

    private void Gather(Exchange ended, ref Exchange? first, ref Completions? more)
    {
        if (more is null && first is null)
        {
            first = ended;
            return;
        }

        if (more is { IsFull: true })
        {
            ThreadPool.UnsafeQueueUserWorkItem(static full => full.Deadlines.Complete(full.More), (Deadlines: _deadlines, More: more), preferLocal: false);
            more = null;
        }

        more ??= new Completions();
        if (first is not null)
        {
            more.Add(first);
            first = null;
        }

        more.Add(ended);
    }

    private void OnReceived(SocketAsyncEventArgs args)
    {
        if (TryHandle(args, out var ended))
        {
            Receive(ended);
        }
    }

    // Whether to go on receiving.
    private bool TryHandle(SocketAsyncEventArgs args, out Exchange? ended)
    {
        if (_owner.TryHandle(args.SocketError, args.MemoryBuffer.Span[..args.BytesTransferred], out ended))
        {
            return true;
        }

        Dispose();
        return false;
    }
}
