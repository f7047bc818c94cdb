using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Benchmarks.Load;

/// <summary>
/// Passes DNS questions on to a server and its answers back, at port 53 of an address of the loopback network, since some milters ask no other
/// port; when it is told to, later, as a resolver does that has to ask others.
/// </summary>
internal sealed class DelayedDns : IDisposable
{
    private const int Port = 53;

    private readonly Socket _clients = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly ConcurrentDictionary<ushort, (SocketAddress Client, ushort Id)> _waiting = [];
    private readonly ConcurrentQueue<(long Due, SocketAddress Client, byte[] Answer)> _late = [];
    private readonly TimeSpan _delay;
    private readonly CancellationTokenSource _stop = new();
    private ushort _next;

    private DelayedDns(IPEndPoint endPoint, IPEndPoint server, TimeSpan delay)
    {
        EndPoint = endPoint;
        _delay = delay;
        _clients.ReceiveBufferSize = _server.ReceiveBufferSize = 4 * 1024 * 1024;
        _clients.Bind(endPoint);
        _server.Connect(server);
        new Thread(Questions) { IsBackground = true }.Start();
        new Thread(Answers) { IsBackground = true }.Start();
        new Thread(Send) { IsBackground = true }.Start();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Starts to pass on.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="server">The server that knows the answers.</param>
    /// <param name="delay">How much later they come.</param>
    public static DelayedDns Start(string address, IPEndPoint server, TimeSpan delay) => new(new IPEndPoint(IPAddress.Parse(address), Port), server, delay);

    public void Dispose()
    {
        _stop.Cancel();
        _clients.Dispose();
        _server.Dispose();
    }

    private void Questions() => Run(() =>
    {
        var buffer = new byte[4096];
        var client = new SocketAddress(AddressFamily.InterNetwork);
        while (true)
        {
            var length = _clients.ReceiveFrom(buffer, SocketFlags.None, client);
            var copy = new SocketAddress(AddressFamily.InterNetwork);
            client.Buffer[..client.Size].CopyTo(copy.Buffer);
            var id = ++_next;
            _waiting[id] = (copy, BinaryPrimitives.ReadUInt16BigEndian(buffer));
            BinaryPrimitives.WriteUInt16BigEndian(buffer, id);
            _server.Send(buffer.AsSpan(0, length));
        }
    });

    private void Answers() => Run(() =>
    {
        var buffer = new byte[4096];
        while (true)
        {
            var length = _server.Receive(buffer);
            if (_waiting.TryRemove(BinaryPrimitives.ReadUInt16BigEndian(buffer), out var asked))
            {
                var answer = buffer.AsSpan(0, length).ToArray();
                BinaryPrimitives.WriteUInt16BigEndian(answer, asked.Id);
                if (_delay == TimeSpan.Zero)
                {
                    _clients.SendTo(answer, SocketFlags.None, asked.Client);
                }
                else
                {
                    _late.Enqueue((TimeProvider.System.GetTimestamp() + (long)(_delay.TotalSeconds * TimeProvider.System.TimestampFrequency), asked.Client, answer));
                }
            }
        }
    });

    // Answers wait equally long, so that they are due in the order in which they came.
    private void Send() => Run(() =>
    {
        while (!_stop.Token.WaitHandle.WaitOne(1))
        {
            while (_late.TryPeek(out var late) && late.Due <= TimeProvider.System.GetTimestamp())
            {
                _late.TryDequeue(out _);
                _clients.SendTo(late.Answer, SocketFlags.None, late.Client);
            }
        }
    });

    private static void Run(Action loop)
    {
        try
        {
            loop();
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.Interrupted })
        {
            // It has ended.
        }
    }
}
