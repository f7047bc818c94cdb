using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>The parts of a resolver, by a clock that the test moves.</summary>
internal sealed class StubParts : IDisposable
{
    public StubParts(StubResolverOptions? options = null)
    {
        Deadlines = new Deadlines(Time, () => Idles++);
        Context = new StubContext(options ?? new StubResolverOptions { DatagramReceiver = static () => null }, Time, Deadlines, new RandomNumbers(), new StubCounters());
    }

    public FakeTimeProvider Time { get; } = new();

    public Deadlines Deadlines { get; }

    public StubContext Context { get; }

    public StubCounters Counters => Context.Counters;

    /// <summary>How often the resolver was idle.</summary>
    public int Idles { get; private set; }

    /// <summary>A question, begun, and how it will have ended.</summary>
    public static (Exchange Exchange, Task<ExchangeEnd> End) Ask(string name = "a.example")
    {
        var of = DomainName.Parse(name).Value!;
        var exchange = new Exchange(new AnswerReader(of, DnsRecordType.Txt, false)) { Query = new WireQuery(of, DnsRecordType.Txt, 1232, false, false) };
        exchange.Begin();
        return (exchange, exchange.UntilEndAsync().AsTask());
    }

    public static Task<ExchangeEnd> Soon(Task<ExchangeEnd> end) => end.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    /// <summary>An answer to what was sent.</summary>
    public static byte[] AnswerTo(Exchange exchange, string text = "x")
    {
        var question = new LoopbackDnsServer.Question(exchange.Query.Datagram.ToArray(), false);
        return question.Reply(LoopbackDnsServer.Text(question.Name, text)).Bytes;
    }

    public void Dispose() => Deadlines.Dispose();
}

/// <summary>A server whose answers the test sends by hand, in its own time.</summary>
internal sealed class HandServer : IDisposable
{
    private readonly byte[] _buffer = new byte[65_537];

    public HandServer(IPAddress? address = null)
    {
        Udp = new Socket((address ?? IPAddress.Loopback).AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 60_000 };
        Udp.Bind(new IPEndPoint(address ?? IPAddress.Loopback, 0));
        EndPoint = (IPEndPoint)Udp.LocalEndPoint!;
        Tcp = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    }

    public IPEndPoint EndPoint { get; }

    public Socket Udp { get; }

    public Socket Tcp { get; }

    /// <summary>Whether the port of this number was free for TCP, which listens from now on.</summary>
    public bool TryListen()
    {
        try
        {
            Tcp.Bind(EndPoint);
            Tcp.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>One that listens on TCP too.</summary>
    public static HandServer Listening()
    {
        while (true)
        {
            var server = new HandServer();
            if (server.TryListen())
            {
                return server;
            }

            server.Dispose();
        }
    }

    /// <summary>The next question over UDP, and where it came from.</summary>
    public (LoopbackDnsServer.Question Question, EndPoint Client) Next()
    {
        EndPoint client = new IPEndPoint(EndPoint.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        var length = Udp.ReceiveFrom(_buffer, ref client);
        return (new LoopbackDnsServer.Question(_buffer[..length], false), client);
    }

    public Socket Accept()
    {
        Tcp.Blocking = true;
        Assert.True(Tcp.Poll(TimeSpan.FromSeconds(60), SelectMode.SelectRead));
        var accepted = Tcp.Accept();
        (accepted.NoDelay, accepted.ReceiveTimeout) = (true, 60_000);
        return accepted;
    }

    /// <summary>The next question over a connection, or null when it is closed.</summary>
    public static LoopbackDnsServer.Question? NextOf(Socket connection)
    {
        var length = ReadExactly(connection, 2);
        return length is null ? null : new LoopbackDnsServer.Question(ReadExactly(connection, (length[0] << 8) | length[1])!, true);
    }

    public static void SendFrame(Socket connection, byte[] message) => connection.Send([(byte)(message.Length >> 8), (byte)message.Length, .. message]);

    public void Dispose()
    {
        Udp.Dispose();
        Tcp.Dispose();
    }

    private static byte[]? ReadExactly(Socket connection, int length)
    {
        var octets = new byte[length];
        for (var filled = 0; filled < length;)
        {
            try
            {
                var count = connection.Receive(octets.AsSpan(filled));
                if (count == 0)
                {
                    return null;
                }

                filled += count;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                return null;
            }
        }

        return octets;
    }
}
