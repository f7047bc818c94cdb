using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using EmailAuth.Dns.Stub;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>The layout of struct epoll_event, and what the kernel of this machine makes of it.</summary>
public class EpollTests
{
    [Theory]
    [InlineData(Architecture.X64, 12)]
    [InlineData(Architecture.X86, 12)]
    [InlineData(Architecture.Arm64, 16)]
    [InlineData(Architecture.Arm, 16)]
    [InlineData(Architecture.S390x, 16)]
    [InlineData(Architecture.RiscV64, 16)]
    public void An_event_has_its_length_on_each_processor(Architecture architecture, int length)
    {
        Assert.Equal(length, Epoll.LengthOn(architecture));
        var place = Enumerable.Repeat((byte)0xff, length).ToArray();
        Epoll.Write(place, 0x04030201, 0x1122334455667788);
        Assert.Equal(0x1122334455667788, Epoll.Key(place));
        Assert.Equal(0x04030201u, MemoryMarshal.Read<uint>(place));
        Assert.All(place[4..^8], padding => Assert.Equal(0, padding));
    }

    [Fact]
    public void The_kernel_reports_each_socket_by_its_key()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has epoll.");
        using var set = Epoll.Create(Epoll.CloseOnExec);
        var keys = new[] { 0x1122334455667788, -2, 3L };
        var sockets = keys.Select(_ => new UdpClient(new IPEndPoint(IPAddress.Loopback, 0))).ToArray();
        foreach (var (key, socket) in keys.Zip(sockets))
        {
            var interest = new byte[Epoll.EventLength];
            Epoll.Write(interest, Epoll.Readable, key);
            Assert.Equal(0, Epoll.Control(set, Epoll.Add, socket.Client.SafeHandle, ref interest[0]));
            Assert.Equal(-1, Epoll.Control(set, Epoll.Add, socket.Client.SafeHandle, ref interest[0])); // it is there already
        }

        Assert.Empty(Ready(set));
        foreach (var socket in sockets)
        {
            socket.Client.SendTo([1], socket.Client.LocalEndPoint!);
        }

        Assert.Equal(keys.Order(), Ready(set).Order());
        Assert.Equal(keys.Order(), Ready(set).Order()); // as long as there is something to read
        sockets[0].Client.Receive(new byte[1]);
        sockets[1].Dispose();
        Assert.Equal([3L], Ready(set));
        sockets[0].Dispose();
        sockets[2].Dispose();
        Assert.Empty(Ready(set));
    }

    private static long[] Ready(Microsoft.Win32.SafeHandles.SafeFileHandle set)
    {
        var events = new byte[8 * Epoll.EventLength];
        var count = Epoll.Wait(set, ref events[0], 8, 0);
        return [.. Enumerable.Range(0, count).Select(i => Epoll.Key(events.AsSpan(i * Epoll.EventLength, Epoll.EventLength)))];
    }
}
