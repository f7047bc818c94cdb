using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Tests.TestSupport;
using Xunit;
using static EmailAuth.Tests.TestSupport.LoopbackDnsServer;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>Many at once, and what only shows then: who holds up whom, who goes in the middle, and what is kept.</summary>
public abstract partial class StubResolverTests
{
    // What follows an answer runs where it was received, so that a caller that blocks there must hold up nobody: not those of the same
    // socket, nor those who asked the same.
    [Fact]
    public async Task A_caller_that_blocks_on_another_answer_gets_it()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, q.Name))]);
        using var resolver = For(server, Patient with { MaxCacheBytes = 0 });
        for (var i = 0; i < 300; i++)
        {
            var one = Ask(resolver, $"a{i}.example").AsTask();
            var same = Ask(resolver, $"a{i}.example").AsTask();
            var other = Ask(resolver, $"b{i}.example").AsTask();
            var blocking = one.ContinueWith(
                first => Task.WaitAll([same, other], TimeSpan.FromSeconds(15)) && first.Result.Texts[0] == same.Result.Texts[0],
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            Assert.True(await blocking, $"round {i}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)] // those who wait behind the first answer are not lost with the connection
    public async Task A_server_that_closes_each_connection_after_an_answer_answers_all(int count)
    {
        await using var server = new LoopbackDnsServer(q => q.IsTcp ? [q.Reply(Text(q.Name, q.Name)), Close] : [q.Reply(0x200, 0, [], [])]);
        using var resolver = For(server, Patient);
        var names = Enumerable.Range(0, count).Select(i => $"n{i}.example").ToArray();
        var answers = await Task.WhenAll(names.Select(name => Ask(resolver, name).AsTask()));
        Assert.Equal(names, answers.Select(answer => string.Join(' ', answer.Texts.Append(answer.Detail).Where(text => text is not null))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // never to its end
    public async Task An_answer_that_drips_over_TCP_counts_when_it_is_whole(bool isEndless)
    {
        using var listener = Listen(out var udp);
        using var datagrams = udp;
        using var resolver = new StubResolver((isEndless ? Hasty : Patient) with { Servers = [(IPEndPoint)listener.LocalEndPoint!] });
        using var stop = new CancellationTokenSource();
        var serving = Task.WhenAll(TruncateAsync(udp, stop.Token), DripAsync(listener, isEndless, stop.Token));
        var response = await Ask(resolver);
        Assert.Equal(isEndless ? (DnsFailure.Timeout, "") : (DnsFailure.None, "drop by drop"), (response.Failure, string.Concat(response.Texts)));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whoever_gives_up_in_the_middle_everybody_gets_an_end(int seed)
    {
        var random = new Random(seed);
        await using var server = new LoopbackDnsServer(q => q.Name[0] switch
        {
            's' => [],
            't' => [q.IsTcp ? q.Reply(Text(q.Name, "x")) : q.Reply(0x200, 0, [], [])],
            _ => [q.Reply(Text(q.Name, "x"))],
        });
        var resolver = For(server, Patient with { MaxCacheBytes = 0 });
        var sources = Enumerable.Range(0, 20).Select(_ => new CancellationTokenSource()).ToArray();
        var asking = Enumerable.Range(0, 400)
            .Select(i => resolver.QueryAsync(new DnsQuestion(Of($"{"stu"[random.Next(3)]}{random.Next(200)}.example"), DnsRecordType.Txt), sources[random.Next(20)].Token).AsTask())
            .ToArray();
        await Parallel.ForEachAsync(sources.Take(15), Token, async (source, _) => await source.CancelAsync());
        await resolver.DisposeAsync();
        await Task.WhenAll(asking.Select(async task => await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing))).WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.All(asking, task => Assert.True(task.IsCanceled || task.Result.Failure is DnsFailure.None or DnsFailure.Unreachable, task.IsCanceled ? "" : task.Result.Detail));
        Assert.Contains(asking, task => task.IsCanceled);
        Array.ForEach(sources, source => source.Dispose());
    }

    [Fact]
    public async Task One_dead_server_of_three_loses_no_answer_and_soon_goes_last()
    {
        await using var dead = new LoopbackDnsServer(_ => []);
        await using var good = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "x"))]);
        await using var other = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "x"))]);
        using var resolver = new StubResolver(Patient with { Servers = [dead.EndPoint, good.EndPoint, other.EndPoint], Timeout = TimeSpan.FromSeconds(9), MaxCacheBytes = 0 });
        var first = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Ask(resolver, $"a{i}.example").AsTask()));
        Assert.All(first, answer => Assert.Equal(["x"], answer.Texts));
        var asked = dead.Questions;
        var second = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Ask(resolver, $"b{i}.example").AsTask()));
        Assert.All(second, answer => Assert.Equal(["x"], answer.Texts));
        Assert.Equal((200, 0), (asked, dead.Questions - asked));
    }

    [Fact]
    public async Task The_cache_never_takes_more_than_an_eighth_of_the_memory()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, new string('x', 200)))]);
        using var resolver = For(server, Patient with { MemoryBytes = 8 * 20_000 });
        var most = 0L;
        for (var i = 0; i < 100; i++)
        {
            await Ask(resolver, $"n{i}.example");
            most = Math.Max(most, resolver.CacheBytes);
        }

        Assert.InRange(most, 10_000, 20_000);
    }

    [Fact]
    public async Task A_resolv_conf_that_appears_later_is_read()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var resolver = new StubResolver(new StubResolverOptions { ResolvConfFile = file }, time);
        var before = resolver.Servers.Servers.Select(server => server.Name).ToArray();
        try
        {
            await File.WriteAllTextAsync(file, "nameserver 192.0.2.7\n", Token);
            Assert.Equal(before, resolver.Servers.Servers.Select(server => server.Name)); // not looked at yet
            time.Advance(TimeSpan.FromSeconds(6));
            Assert.Equal(["192.0.2.7:53"], resolver.Servers.Servers.Select(server => server.Name));

            // Replaced in one step, as programs that write it do, with the same length.
            await File.WriteAllTextAsync(file + ".new", "nameserver 192.0.2.8\n", Token);
            File.SetLastWriteTimeUtc(file + ".new", File.GetLastWriteTimeUtc(file).AddSeconds(1));
            File.Move(file + ".new", file, overwrite: true);
            time.Advance(TimeSpan.FromSeconds(6));
            Assert.Equal(["192.0.2.8:53"], resolver.Servers.Servers.Select(server => server.Name));
        }
        finally
        {
            File.Delete(file);
        }
    }

    // A UDP and a TCP port of the same number.
    private static Socket Listen(out UdpClient udp)
    {
        for (var tries = 0; ; tries++)
        {
            udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                listener.Bind(udp.Client.LocalEndPoint!);
                listener.Listen();
                return listener;
            }
            catch (SocketException) when (tries < 20)
            {
                udp.Dispose();
                listener.Dispose();
            }
        }
    }

    private static async Task TruncateAsync(UdpClient udp, CancellationToken stop)
    {
        while (true)
        {
            var request = await udp.ReceiveAsync(stop);
            await udp.SendAsync(new Question(request.Buffer, IsTcp: false).Reply(0x200, 0, [], []).Bytes, request.RemoteEndPoint, stop);
        }
    }

    // One octet a packet; a drop lands before the next falls.
    private static async Task DripAsync(Socket listener, bool isEndless, CancellationToken stop)
    {
        using var connection = await listener.AcceptAsync(stop);
        connection.NoDelay = true;
        var request = new byte[512];
        var length = await connection.ReceiveAsync(request, SocketFlags.None, stop);
        var question = new Question(request[2..length], IsTcp: true);
        var answer = question.Reply(Text(question.Name, "drop by drop")).Bytes;
        byte[] frame = [(byte)(answer.Length >> 8), (byte)answer.Length, .. answer];
        foreach (var octet in isEndless ? frame[..^1] : frame)
        {
            await connection.SendAsync(new[] { octet }, SocketFlags.None, stop);
            await Task.Yield();
        }

        await Task.Delay(Timeout.Infinite, stop);
    }
}
