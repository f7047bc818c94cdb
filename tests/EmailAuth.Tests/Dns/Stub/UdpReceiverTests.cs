using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;
using static EmailAuth.Tests.TestSupport.LoopbackDnsServer;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>What all resolvers of a process share: it forgets sockets that are closed, and nobody holds up the others.</summary>
public class UdpReceiverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public UdpReceiverTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has epoll.");

    [Fact]
    public void The_process_has_one() => Assert.Same(UdpReceiver.Shared, new StubResolverOptions().DatagramReceiver());

    [Fact]
    public async Task It_starts_with_the_first_socket_and_forgets_a_socket_that_is_closed()
    {
        var receiver = UdpReceiver.TryStart()!;
        var starts = 0;
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "x"))]);
        await using (var resolver = new StubResolver(new StubResolverOptions { Servers = [server.EndPoint], MaxCacheBytes = 0, DatagramReceiver = Start }))
        {
            Assert.Equal(0, starts);
            for (var i = 0; i < 50; i++)
            {
                Assert.Equal(["x"], (await Ask(resolver, $"n{i}.example")).Texts);
            }

            Assert.Equal(resolver.Servers.Servers[0].SocketCount, receiver.Count);
            Assert.Equal(starts, receiver.Count);
        }

        Assert.Equal(0, receiver.Count);

        UdpReceiver Start()
        {
            starts++;
            return receiver;
        }
    }

    [Fact]
    public void A_socket_that_the_system_does_not_take_is_not_kept()
    {
        var receiver = UdpReceiver.TryStart()!;
        using var deadlines = new Deadlines(TimeProvider.System, () => { });
        var context = new StubContext(new StubResolverOptions { DatagramReceiver = () => null }, TimeProvider.System, deadlines, new RandomNumbers(), new StubCounters());
        using var owner = UdpSocket.Open(new IPEndPoint(IPAddress.Loopback, 53), context, 1);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var key = receiver.NextKey();
        Assert.True(receiver.TryAdd(key, owner, socket.SafeHandle));
        Assert.False(receiver.TryAdd(receiver.NextKey(), owner, socket.SafeHandle)); // epoll has it already
        Assert.Equal(1, receiver.Count);
        receiver.Remove(key, socket.SafeHandle);
        Assert.Equal(0, receiver.Count);
    }

    // Each caller keeps its thread until the last of them has its answer.
    [Fact]
    public async Task Callers_that_block_hold_up_neither_each_other_nor_another_resolver()
    {
        const int Blocking = 5; // each takes a thread, and a busy pool makes few
        var receiver = UdpReceiver.TryStart()!;
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, q.Name))]);
        var options = new StubResolverOptions { Servers = [server.EndPoint], MaxCacheBytes = 0, Timeout = TimeSpan.FromSeconds(50), DatagramReceiver = () => receiver };
        using var one = new StubResolver(options);
        using var other = new StubResolver(options);
        using var all = new CountdownEvent(Blocking);
        var blocked = Enumerable.Range(0, Blocking)
            .Select(i => Ask(i % 2 == 0 ? one : other, $"n{i}.example").AsTask().ContinueWith(
                answer => all.Signal() | all.Wait(TimeSpan.FromSeconds(40)) ? Assert.Single(answer.Result.Texts) : "held up",
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default))
            .ToArray();
        Assert.Equal(Enumerable.Range(0, Blocking).Select(i => $"n{i}.example"), await Task.WhenAll(blocked));
    }

    // Sockets are closed all the time while others are read, and their numbers are given to new ones.
    [Fact]
    public async Task Resolvers_that_come_and_go_take_no_answer_of_another()
    {
        var receiver = UdpReceiver.TryStart()!;
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, q.Name)), q.Reply(Text(q.Name, q.Name))]);
        var options = new StubResolverOptions { Servers = [server.EndPoint], MaxCacheBytes = 0, Timeout = TimeSpan.FromSeconds(50), DatagramReceiver = () => receiver };
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), Token, async (round, _) =>
        {
            using var resolver = new StubResolver(options);
            var names = Enumerable.Range(0, 5).Select(i => $"r{round}n{i}.example").ToArray();
            var answers = await Task.WhenAll(names.Select(name => Ask(resolver, name).AsTask()));
            Assert.Equal(names, answers.Select(answer => Assert.Single(answer.Texts)));
        });
        Assert.Equal(0, receiver.Count);
    }

    private static ValueTask<DnsResponse> Ask(StubResolver resolver, string name) =>
        resolver.QueryAsync(new DnsQuestion(DomainName.Parse(name).Value!, DnsRecordType.Txt), Token);
}
