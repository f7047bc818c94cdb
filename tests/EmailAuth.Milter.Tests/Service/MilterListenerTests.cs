using System.Net;
using System.Net.Sockets;
using EmailAuth.Milter.Service;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Milter.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailAuth.Milter.Tests.Service;

/// <summary>Places of connections that never come to be served.</summary>
public sealed class MilterListenerTests
{
    [Fact]
    public async Task A_connection_that_ended_before_it_gets_its_place_frees_the_place()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var socket = Listening();
        using var room = new ConnectionRoom(1);
        await using var listener = Listener(socket, room, new());
        using var accepted = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        accepted.Dispose();
        Assert.True(await room.EnterAsync(TimeSpan.Zero, cancel));

        Assert.Null(listener.Place(accepted));

        Assert.True(await room.EnterAsync(TimeSpan.Zero, cancel));
        Assert.False(await room.EnterAsync(TimeSpan.Zero, cancel));
    }

    [Fact]
    public async Task A_connection_that_waits_for_a_place_when_the_listener_closes_takes_none()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var socket = Listening();
        using var room = new ConnectionRoom(1);
        var log = new CollectingLogger<MilterEvents>();
        var listener = Listener(socket, room, log);
        Assert.True(await room.EnterAsync(TimeSpan.Zero, cancel));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.EndPoint, cancel);
        var waiting = listener.AcceptAsync(cancel);

        // It says so when it waits. One that is still to be accepted when the socket closes is reset by the system.
        await Eventually.True(() => !log.Lines.IsEmpty, () => "nobody waits for a place");
        await listener.UnbindAsync(cancel);

        Assert.Null(await waiting);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], cancel)); // closed
        room.Leave();
        Assert.True(await room.EnterAsync(TimeSpan.Zero, cancel));
        await listener.DisposeAsync();
    }

    private static Socket Listening()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private static MilterListener Listener(Socket socket, ConnectionRoom room, CollectingLogger<MilterEvents> log) =>
        new(socket, room, new MilterEvents(log, Conversation.Metrics()), NullLoggerFactory.Instance, TimeProvider.System);
}
