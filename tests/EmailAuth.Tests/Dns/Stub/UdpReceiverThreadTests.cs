using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>The thread that waits for messages to the sockets: what interrupts it, what ends it, and how much may come at once.</summary>
[SupportedOSPlatform("linux")]
public class UdpReceiverThreadTests
{
    // SIGWINCH: of the signals that .NET handles, nothing else here listens to it.
    private const int WindowChanged = 28;

    public UdpReceiverThreadTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has epoll.");

    [Fact]
    public void Linux_has_one() => Assert.NotNull(UdpReceiver.Shared);

    // More than one look at the set brings, and none of them ends a question.
    [Fact]
    public void Many_sockets_may_be_ready_at_once()
    {
        const int Count = 40;
        var receiver = UdpReceiver.TryStart()!;
        using var parts = new StubParts(new StubResolverOptions { DatagramReceiver = () => receiver });
        using var server = new HandServer();
        var sockets = Enumerable.Range(0, Count).Select(_ => UdpSocket.Open(server.EndPoint, parts.Context, 7)).ToArray();
        server.Udp.SendTo([0], new IPEndPoint(IPAddress.Loopback, sockets[0].Port));
        Assert.True(SpinWait.SpinUntil(() => parts.Counters.Strays == 1, TimeSpan.FromSeconds(60)));
        lock (ReadingOf(receiver))
        {
            foreach (var socket in sockets)
            {
                server.Udp.SendTo([0], new IPEndPoint(IPAddress.Loopback, socket.Port));
            }
        }

        Assert.True(SpinWait.SpinUntil(() => parts.Counters.Strays == Count + 1, TimeSpan.FromSeconds(60)), $"{parts.Counters.Strays} of {Count + 1} were read");
        Array.ForEach(sockets, static socket => socket.Retire());
        Assert.Equal(0, receiver.Count);
    }

    // Both answers are read at once, and what follows each waits for what follows the other.
    [Fact]
    public async Task What_follows_an_answer_may_wait_for_what_follows_the_next()
    {
        var receiver = UdpReceiver.TryStart()!;
        using var parts = new StubParts(new StubResolverOptions { DatagramReceiver = () => receiver });
        using var server = new HandServer();
        using var both = new CountdownEvent(2);
        var socket = UdpSocket.Open(server.EndPoint, parts.Context, 7);
        var (first, firstEnd) = StubParts.Ask();
        var (second, secondEnd) = StubParts.Ask();
        Task<bool>[] follow = [.. new[] { firstEnd, secondEnd }.Select(end => end.ContinueWith(
            _ => both.Signal() | both.Wait(TimeSpan.FromSeconds(20)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default))];
        Assert.True(socket.TrySend(first, parts.Context.Random, TimeSpan.FromSeconds(50)) && socket.TrySend(second, parts.Context.Random, TimeSpan.FromSeconds(50)));
        var client = server.Next().Client;
        lock (ReadingOf(receiver))
        {
            server.Udp.SendTo(StubParts.AnswerTo(first), client);
            server.Udp.SendTo(StubParts.AnswerTo(second), client);
        }

        var followed = await Task.WhenAll(follow);
        Assert.Equal([true, true], followed);
        socket.Retire();
    }

    [Fact]
    public void A_socket_that_was_taken_out_may_be_added_again()
    {
        var receiver = UdpReceiver.TryStart()!;
        using var parts = new StubParts();
        using var owner = UdpSocket.Open(new IPEndPoint(IPAddress.Loopback, 53), parts.Context, 1);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (var i = 0; i < 2; i++)
        {
            var key = receiver.NextKey();
            Assert.True(receiver.TryAdd(key, owner, socket.SafeHandle));
            receiver.Remove(key, socket.SafeHandle);
        }

        Assert.Equal(0, receiver.Count);
    }

    [Fact]
    public void A_signal_does_not_end_it()
    {
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, static _ => { });
        var receiver = UdpReceiver.TryStart()!;
        for (var i = 0; i < 20; i++)
        {
            Interrupt();
        }

        Assert.True(Takes(receiver));
    }

    // The set of sets is something else from now on, so that waiting on it fails.
    [Fact]
    public void Where_the_system_cannot_wait_dotnet_reads_new_sockets()
    {
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, static _ => { });
        using var nothing = File.OpenHandle("/dev/null");
        var receiver = UdpReceiver.TryStart()!;
        Assert.True(Takes(receiver));
        Assert.NotEqual(-1, Duplicate((int)nothing.DangerousGetHandle(), (int)OuterOf(receiver).DangerousGetHandle()));
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                Interrupt();
                return !Takes(receiver);
            },
            TimeSpan.FromSeconds(10)));
    }

    private static bool Takes(UdpReceiver receiver)
    {
        using var parts = new StubParts();
        using var owner = UdpSocket.Open(new IPEndPoint(IPAddress.Loopback, 53), parts.Context, 1);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var key = receiver.NextKey();
        var isTaken = receiver.TryAdd(key, owner, socket.SafeHandle);
        receiver.Remove(key, socket.SafeHandle);
        return isTaken;
    }

    // Those of other tests as well: they go on. Only a thread that sleeps is interrupted while it waits.
    private static void Interrupt()
    {
        foreach (var task in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(task, "comm")).Trim() == "EmailAuth DNS")
                {
                    SpinWait.SpinUntil(() => File.ReadAllText(Path.Combine(task, "stat")).Contains(") S ", StringComparison.Ordinal), TimeSpan.FromMilliseconds(10));
                    _ = Signal(Environment.ProcessId, int.Parse(Path.GetFileName(task), System.Globalization.CultureInfo.InvariantCulture), WindowChanged);
                }
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_reading")]
    private static extern ref Lock ReadingOf(UdpReceiver receiver);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_outer")]
    private static extern ref SafeFileHandle OuterOf(UdpReceiver receiver);

    [DllImport("libc", EntryPoint = "tgkill", ExactSpelling = true)]
    private static extern int Signal(int process, int thread, int signal);

    [DllImport("libc", EntryPoint = "dup2", ExactSpelling = true)]
    private static extern int Duplicate(int from, int to);
}
