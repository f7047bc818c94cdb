using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>What becomes of a question whose datagram the system does not send, and of a socket that an error ends.</summary>
public sealed class UdpSocketSendTests : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private readonly StubParts _parts = new();
    private readonly HandServer _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _parts.Dispose();
    }

    // The system reports a closed port in place of sending the next datagram.
    [Fact]
    public void The_error_of_an_earlier_datagram_does_not_end_a_question()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has epoll.");
        var receiver = UdpReceiver.TryStart()!;
        using var parts = new StubParts(new StubResolverOptions { DatagramReceiver = () => receiver });
        var socket = UdpSocket.Open(Closed(), parts.Context, 7);
        receiver.Remove(1, SocketOf(socket).SafeHandle); // nothing reads it: the error stays until the next datagram
        var (first, firstEnd) = StubParts.Ask();
        Assert.True(socket.TrySend(first, parts.Context.Random, Wait));
        Assert.True(SocketOf(socket).Poll(TimeSpan.FromSeconds(60), SelectMode.SelectError));
        var (second, secondEnd) = StubParts.Ask();
        Assert.True(socket.TrySend(second, parts.Context.Random, Wait));
        Assert.Equal((false, false, 2), (firstEnd.IsCompleted, secondEnd.IsCompleted, parts.Deadlines.Count));
        Assert.True(socket.TryAbandon(first, first.Query.Id) && socket.TryAbandon(second, second.Query.Id));
        socket.Retire();
    }

    // It is lost, as on its way. The datagrams of this machine alone fill no buffer of UDP, so another kind of socket takes them.
    [Fact]
    public void A_datagram_that_meets_a_full_buffer_does_not_end_its_question()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has sockets with a name that is not a file.");
        using var unread = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        using var full = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var name = new UnixDomainSocketEndPoint($"\0emailauth-{Guid.NewGuid():N}");
        unread.Bind(name);
        full.Connect(name);
        full.Blocking = false;
        SocketError error;
        do
        {
            full.Send("x"u8, SocketFlags.None, out error);
        }
        while (error == SocketError.Success);

        Assert.Equal(SocketError.WouldBlock, error);
        var socket = UdpSocket.Open(_server.EndPoint, _parts.Context, 7);
        var own = SocketOf(socket);
        SocketOf(socket) = full;
        var (exchange, end) = StubParts.Ask();
        Assert.True(socket.TrySend(exchange, _parts.Context.Random, Wait));
        SocketOf(socket) = own;
        Assert.Equal((false, 1), (end.IsCompleted, _parts.Deadlines.Count));
        Assert.True(socket.TryAbandon(exchange, exchange.Query.Id));
        socket.Retire();
    }

    [Fact]
    public async Task A_datagram_that_cannot_be_sent_ends_its_question()
    {
        var socket = UdpSocket.Open(_server.EndPoint, _parts.Context, 7);
        SocketOf(socket).Shutdown(SocketShutdown.Send);
        var (exchange, end) = StubParts.Ask();
        Assert.True(socket.TrySend(exchange, _parts.Context.Random, Wait));
        Assert.True(end.IsCompleted);
        Assert.Equal((ExchangeEnd.Unreachable, 0), (await end, _parts.Deadlines.Count));
        socket.Retire();
    }

    [Fact]
    public void The_reader_forgets_a_socket_that_an_error_ends()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has epoll.");
        var receiver = UdpReceiver.TryStart()!;
        using var parts = new StubParts(new StubResolverOptions { DatagramReceiver = () => receiver });
        var socket = UdpSocket.Open(_server.EndPoint, parts.Context, 7);
        Assert.True(socket.TrySend(StubParts.Ask().Exchange, parts.Context.Random, Wait));
        Assert.Equal(1, receiver.Count);
        Assert.False(socket.TryHandle(SocketError.AccessDenied, [], out _));
        Assert.Equal(0, receiver.Count);
    }

    [Fact]
    public void The_reader_forgets_a_retired_socket_with_its_last_answer()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has epoll.");
        var receiver = UdpReceiver.TryStart()!;
        using var parts = new StubParts(new StubResolverOptions { DatagramReceiver = () => receiver });
        var socket = UdpSocket.Open(_server.EndPoint, parts.Context, 7);
        var exchange = StubParts.Ask().Exchange;
        Assert.True(socket.TrySend(exchange, parts.Context.Random, Wait));
        socket.Retire();
        Assert.Equal(1, receiver.Count);
        Assert.True(socket.TryHandle(SocketError.Success, StubParts.AnswerTo(exchange), out var ended));
        Assert.Equal((exchange, 0), (ended, receiver.Count));
    }

    [Fact]
    public void Without_a_further_socket_one_of_those_that_are_open_is_taken()
    {
        var server = new IPEndPoint(IPAddress.Loopback, 53);
        var sockets = new UdpSockets(server, _parts.Context);
        var open = Enumerable.Range(0, 3).Select(_ => sockets.Take()!).ToHashSet();
        server.Address = IPAddress.Broadcast; // the system opens none towards it
        var taken = Enumerable.Range(0, 200).Select(_ => sockets.Take()!).ToHashSet();
        Assert.Equal((open.Count, open.Count), (taken.Count, sockets.Count));
        Assert.Subset(open, taken);
        sockets.Close(forGood: true);
    }

    private static IPEndPoint Closed()
    {
        // An address of its own: no other test may come to have the port.
        using var server = new HandServer(IPAddress.Parse("127.9.8.7"));
        return server.EndPoint;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref Socket SocketOf(UdpSocket socket);
}
