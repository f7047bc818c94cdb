using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailAuth.Tests.TestSupport;

/// <summary>A DNS server on loopback that answers each question with whatever bytes the test wants, over UDP and TCP on one port.</summary>
internal sealed class LoopbackDnsServer : IAsyncDisposable
{
    private readonly Func<Question, IEnumerable<Answer>> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly UdpClient _udp;
    private readonly Socket _socket; // the client forgets it when it is disposed of
    private readonly TcpListener _tcp;
    private readonly Task _running;
    private int _questions;
    private int _connections;
    private int _left;
    private volatile bool _isWithoutUdp;

    public LoopbackDnsServer(Func<Question, IEnumerable<Answer>> answer)
    {
        _answer = answer;
        (_udp, _tcp) = Listen();
        EndPoint = (IPEndPoint)_udp.Client.LocalEndPoint!;
        _socket = _udp.Client;
        _running = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Told of each question that comes over UDP, and from where, before it is answered; or null.</summary>
    public Action<Question, IPEndPoint>? Asked { get; set; }

    /// <summary>How many questions came.</summary>
    public int Questions => Volatile.Read(ref _questions);

    /// <summary>How many TCP connections were made.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How many TCP connections the client has closed.</summary>
    public int Left => Volatile.Read(ref _left);

    /// <summary>Closes the UDP port; the TCP port stays open.</summary>
    public void StopUdp()
    {
        _isWithoutUdp = true;
        _udp.Dispose();
    }

    /// <summary>Sends a datagram from the server's address and port, asked or not.</summary>
    public int SendTo(byte[] datagram, IPEndPoint client) => _socket.SendTo(datagram, client);

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _running;
    }

    private static (UdpClient Udp, TcpListener Tcp) Listen()
    {
        for (var tries = 0; ; tries++)
        {
            var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            var tcp = new TcpListener((IPEndPoint)udp.Client.LocalEndPoint!);
            try
            {
                tcp.Start();
                return (udp, tcp);
            }
            catch (SocketException) when (tries < 20)
            {
                // Somebody has the TCP port of that number: another number, then.
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var request = await _udp.ReceiveAsync(_stop.Token);
                Interlocked.Increment(ref _questions);
                Asked?.Invoke(new Question(request.Buffer, IsTcp: false), request.RemoteEndPoint);
                foreach (var answer in _answer(new Question(request.Buffer, IsTcp: false)))
                {
                    await _udp.SendAsync(answer.Bytes, request.RemoteEndPoint, _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException && (_stop.IsCancellationRequested || _isWithoutUdp))
        {
            // The test is over.
        }
    }

    private async Task ServeTcpAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                connections.Add(ServeConnectionAsync(await _tcp.AcceptTcpClientAsync(_stop.Token)));
                Interlocked.Increment(ref _connections);
                connections.RemoveAll(connection => connection.IsCompletedSuccessfully);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException && _stop.IsCancellationRequested)
        {
            // The test is over.
        }

        await Task.WhenAll(connections);
    }

    private async Task ServeConnectionAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var length = new byte[2];
                while (true)
                {
                    await stream.ReadExactlyAsync(length, _stop.Token);
                    var request = new byte[(length[0] << 8) | length[1]];
                    await stream.ReadExactlyAsync(request, _stop.Token);
                    Interlocked.Increment(ref _questions);
                    foreach (var answer in _answer(new Question(request, IsTcp: true)))
                    {
                        if (answer == Close)
                        {
                            return;
                        }

                        var announced = answer.AnnouncedLength ?? answer.Bytes.Length;
                        await stream.WriteAsync((byte[])[(byte)(announced >> 8), (byte)announced, .. answer.Bytes], _stop.Token);
                        if (answer.AnnouncedLength is not null)
                        {
                            return; // closed in the middle of an answer
                        }
                    }
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client has closed the connection, or the test is over.
                Interlocked.Add(ref _left, _stop.IsCancellationRequested ? 0 : 1);
            }
        }
    }

    /// <summary>What to send; over TCP with another length than it has, after which the connection closes.</summary>
    public sealed record Answer(byte[] Bytes, int? AnnouncedLength = null);

    /// <summary>A question as it came.</summary>
    public sealed record Question(byte[] Bytes, bool IsTcp)
    {
        private int End => Bytes.AsSpan(12).IndexOf((byte)0) + 12 + 1 + 4;

        /// <summary>The name, as written, its labels joined by dots.</summary>
        public string Name
        {
            get
            {
                var labels = new List<string>();
                for (var i = 12; Bytes[i] != 0; i += Bytes[i] + 1)
                {
                    labels.Add(Encoding.Latin1.GetString(Bytes, i + 1, Bytes[i]));
                }

                return string.Join('.', labels);
            }
        }

        public int Type => (Bytes[End - 4] << 8) | Bytes[End - 3];

        /// <summary>A reply that repeats the question and holds the records.</summary>
        /// <param name="records">The answer section, each as <see cref="Record"/> makes it.</param>
        public Answer Reply(params byte[][] records) => Reply(0, 0, records, []);

        /// <param name="flags">Flags beyond QR, RD and RA: 0x400 AA, 0x200 TC, 0x20 AD.</param>
        /// <param name="code">The response code.</param>
        /// <param name="records">The answer section.</param>
        /// <param name="authorities">The authority section.</param>
        public Answer Reply(int flags, int code, byte[][] records, byte[][] authorities)
        {
            flags |= 0x8180 | code;
            return new Answer(
            [
                Bytes[0], Bytes[1], (byte)(flags >> 8), (byte)flags, 0, 1,
                (byte)(records.Length >> 8), (byte)records.Length, 0, (byte)authorities.Length, 0, 0,
                .. Bytes[12..End], .. records.SelectMany(r => r), .. authorities.SelectMany(r => r),
            ]);
        }
    }

    /// <summary>Over TCP: closes the connection.</summary>
    public static Answer Close { get; } = new([], 0);

    public static byte[] Record(string owner, int type, byte[] data, int timeToLive = 300, int dataClass = 1) =>
    [
        .. Name(owner), (byte)(type >> 8), (byte)type, (byte)(dataClass >> 8), (byte)dataClass,
        (byte)(timeToLive >> 24), (byte)(timeToLive >> 16), (byte)(timeToLive >> 8), (byte)timeToLive, (byte)(data.Length >> 8), (byte)data.Length, .. data,
    ];

    public static byte[] Text(string owner, params string[] strings) =>
        Record(owner, 16, [.. strings.SelectMany(text => (byte[])[(byte)text.Length, .. Encoding.Latin1.GetBytes(text)])]);

    public static byte[] Alias(string owner, string target, int timeToLive = 300) => Record(owner, 5, Name(target), timeToLive);

    public static byte[] Authority(string owner, int timeToLive, int minimum) => Record(
        owner,
        6,
        [.. Name("ns." + owner), .. Name("x." + owner), .. new byte[16], (byte)(minimum >> 24), (byte)(minimum >> 16), (byte)(minimum >> 8), (byte)minimum],
        timeToLive);

    public static byte[] Name(string name) =>
        name == "." ? [0] : [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.Latin1.GetBytes(label)]), 0];
}
