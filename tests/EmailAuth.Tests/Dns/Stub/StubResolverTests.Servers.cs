using System.Net;
using EmailAuth.Dns;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EmailAuth.Tests.TestSupport.LoopbackDnsServer;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>Silence, closed ports, several servers, and TCP.</summary>
public abstract partial class StubResolverTests
{
    [Fact]
    public async Task Silence_is_a_timeout()
    {
        await using var server = new LoopbackDnsServer(_ => []);
        using var resolver = For(server, Hasty);
        var response = await Ask(resolver);
        Assert.Equal((DnsFailure.Timeout, $"no answer from {server.EndPoint} within 0.3 s"), (response.Failure, response.Detail));
        Assert.Equal(1, resolver.Counters.Timeouts);
    }

    [Fact]
    public async Task A_server_that_answers_the_second_time_is_asked_again()
    {
        var questions = 0;
        await using var server = new LoopbackDnsServer(q => ++questions == 1 ? [] : [q.Reply(Text(q.Name, "x"))]);
        using var resolver = For(server, Patient with { Timeout = TimeSpan.FromSeconds(2), Retries = 3 });
        Assert.Equal(["x"], (await Ask(resolver)).Texts);
        Assert.Equal(1, resolver.Counters.Retries);
    }

    [Fact]
    public async Task A_closed_port_is_unreachable_at_once()
    {
        var closed = await ClosedPortAsync();
        using var resolver = new StubResolver(Patient with { Servers = [closed] });
        var response = await Ask(resolver);
        Assert.Equal(DnsFailure.Unreachable, response.Failure);
        Assert.Contains(closed.ToString(), response.Detail, StringComparison.Ordinal);
        Assert.Equal(0, resolver.Counters.Timeouts);
    }

    [Fact]
    public async Task A_closed_port_moves_on_to_the_next_server()
    {
        await using var good = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "x"))]);
        using var resolver = new StubResolver(Patient with { Servers = [await ClosedPortAsync(), good.EndPoint], MaxCacheBytes = 0 });
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(["x"], (await Ask(resolver)).Texts);
        }

        Assert.Equal((4, 1L), (good.Questions, resolver.Counters.Retries)); // the good one goes first after that
    }

    [Fact]
    public async Task An_answer_over_TCP_counts_when_somebody_says_that_the_UDP_port_is_closed()
    {
        await using var tcpOnly = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "x"))]);
        tcpOnly.StopUdp();
        using var resolver = new StubResolver(Patient with { Servers = [tcpOnly.EndPoint] });
        Assert.Equal(["x"], (await Ask(resolver)).Texts);
    }

    [Fact]
    public async Task A_second_server_is_asked_when_the_first_is_silent_and_first_after_three_times()
    {
        await using var silent = new LoopbackDnsServer(_ => []);
        await using var good = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "x"))]);
        using var resolver = new StubResolver(Patient with { Servers = [silent.EndPoint, good.EndPoint], Timeout = TimeSpan.FromSeconds(1), MaxCacheBytes = 0 });
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(["x"], (await Ask(resolver)).Texts);
        }

        Assert.Equal((3, 10), (silent.Questions, good.Questions));
    }

    [Fact]
    public async Task A_connection_for_one_question_closes_with_its_answer()
    {
        var asked = 0;
        await using var server = new LoopbackDnsServer(q =>
            [!q.IsTcp ? q.Reply(0x200, 0, [], []) : Interlocked.Increment(ref asked) == 1 ? Close : q.Reply(Text(q.Name, "x"))]);
        using var resolver = For(server, Patient);
        Assert.Equal(["x"], (await Ask(resolver)).Texts);
        Assert.Equal((2, 2), (asked, server.Connections));
        Assert.True(SpinWait.SpinUntil(() => server.Left == 1, TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_failure_of_one_server_is_asked_of_the_next(int code)
    {
        await using var failing = new LoopbackDnsServer(q => [q.Reply(0, code, [], [])]);
        await using var good = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "x"))]);
        using var resolver = new StubResolver(Patient with { Servers = [failing.EndPoint, good.EndPoint] });
        Assert.Equal(["x"], (await Ask(resolver)).Texts);
    }

    [Fact]
    public async Task Rotation_starts_at_each_server_in_turn()
    {
        await using var one = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "x"))]);
        await using var two = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "x"))]);
        using var resolver = new StubResolver(Patient with { Servers = [one.EndPoint, two.EndPoint], Rotate = true, MaxCacheBytes = 0 });
        for (var i = 0; i < 6; i++)
        {
            await Ask(resolver);
        }

        Assert.Equal((3, 3), (one.Questions, two.Questions));
    }

    [Fact]
    public async Task A_slow_question_does_not_hold_up_others()
    {
        await using var server = new LoopbackDnsServer(q => q.Name.StartsWith("slow", StringComparison.Ordinal) ? [] : [q.Reply(Text(q.Name, "x"))]);
        using var cancel = new CancellationTokenSource();
        using var resolver = For(server, Patient with { MaxCacheBytes = 0 });
        var slow = Enumerable.Range(0, 200).Select(i => resolver.QueryAsync(new DnsQuestion(Of($"slow{i}.example"), DnsRecordType.Txt), cancel.Token).AsTask()).ToArray();
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(["x"], (await Ask(resolver, $"n{i}.example")).Texts);
        }

        Assert.DoesNotContain(slow, task => task.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(slow));
    }

    [Fact]
    public async Task A_truncated_answer_is_fetched_over_TCP()
    {
        var large = Enumerable.Range(0, 200).Select(i => new string('x', 250) + i).ToArray(); // 50 KB
        await using var server = new LoopbackDnsServer(q => [q.IsTcp ? q.Reply([.. large.Select(t => Text(q.Name, t))]) : q.Reply(0x200, 0, [Text(q.Name, "partial")], [])]);
        using var resolver = For(server, Patient);
        Assert.Equal(large, (await Ask(resolver)).Texts);
        Assert.Equal(1, resolver.Counters.Streams);
    }

    // Some servers send more than was asked for, and do not say that it is truncated. What fits by one byte less is an answer.
    [Theory]
    [InlineData(1232, 0, 0)]
    [InlineData(1232, 1, 1)]
    [InlineData(1232, 2, 1)]
    [InlineData(1232, 600, 1)]
    [InlineData(512, 0, 0)]
    [InlineData(512, 1, 1)]
    [InlineData(4096, 0, 0)]
    [InlineData(4096, 1, 1)]
    [InlineData(4096, 4000, 1)]
    public async Task An_answer_larger_than_asked_for_is_fetched_over_TCP(int room, int beyond, int streams)
    {
        await using var server = new LoopbackDnsServer(q =>
        {
            var rest = room + beyond - q.Reply(Text(q.Name, [])).Bytes.Length;
            var answer = q.Reply(Text(q.Name, [.. Enumerable.Range(0, (rest + 255) / 256).Select(i => new string('x', Math.Min(rest - (i * 256), 256) - 1))]));
            Assert.Equal(room + beyond, answer.Bytes.Length);
            return [answer];
        });
        using var resolver = For(server, Patient with { UdpPayloadSize = room });
        Assert.StartsWith("xxx", Assert.Single((await Ask(resolver)).Texts), StringComparison.Ordinal);
        Assert.Equal(streams, resolver.Counters.Streams);
    }

    [Fact]
    public async Task Many_questions_share_a_connection_that_is_kept()
    {
        await using var server = new LoopbackDnsServer(q => [q.IsTcp ? q.Reply(Text(q.Name, q.Name)) : q.Reply(0x200, 0, [], [])]);
        using var resolver = For(server, Patient);
        for (var round = 0; round < 3; round++)
        {
            var names = Enumerable.Range(0, 50).Select(i => $"n{round}-{i}.example").ToArray();
            var answers = await Task.WhenAll(names.Select(name => Ask(resolver, name).AsTask()));
            Assert.Equal(names, answers.Select(answer => Assert.Single(answer.Texts)));
        }

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_kept_connection_that_the_server_closed_is_made_again_once()
    {
        await using var server = new LoopbackDnsServer(q => q.IsTcp
            ? [q.Reply(Text(q.Name, "x")), .. q.Name == "a.example" ? [Close] : Array.Empty<Answer>()]
            : [q.Reply(0x200, 0, [], [])]);
        using var resolver = For(server, Patient);
        Assert.Equal(["x"], (await Ask(resolver)).Texts);
        Assert.Equal(["x"], (await Ask(resolver, "b.example")).Texts);
        Assert.Equal(2, server.Connections);

        // A question that was sent before the close was seen has had a connection of its own, which is not kept.
        Assert.Equal(["x"], (await Ask(resolver, "c.example")).Texts);
        Assert.InRange(server.Connections, 2, 3);
    }

    [Theory]
    [InlineData(true)] // closed in the middle of the answer
    [InlineData(false)] // closed before it
    public async Task A_connection_that_closes_says_so(bool isInTheMiddle)
    {
        await using var server = new LoopbackDnsServer(q =>
            [q.IsTcp ? isInTheMiddle ? q.Reply(Text(q.Name, "x")) with { AnnouncedLength = 500 } : Close : q.Reply(0x200, 0, [], [])]);
        using var resolver = For(server, Patient);
        var response = await Ask(resolver);
        Assert.Equal(DnsFailure.Unreachable, response.Failure);
        Assert.Contains("TCP", response.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_connection_is_a_timeout()
    {
        await using var server = new LoopbackDnsServer(q => q.IsTcp ? [] : [q.Reply(0x200, 0, [], [])]);
        using var resolver = For(server, Hasty);
        Assert.Equal(DnsFailure.Timeout, (await Ask(resolver)).Failure);
    }

    [Fact]
    public async Task An_answer_truncated_over_TCP_is_malformed()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(0x200, 0, [Text(q.Name, "partial")], [])]);
        using var resolver = For(server, Patient);
        var response = await Ask(resolver);
        Assert.Equal((DnsFailure.Malformed, $"an answer truncated over TCP from {server.EndPoint}"), (response.Failure, response.Detail));
    }

    [Fact]
    public async Task Answers_to_others_over_TCP_are_ignored_and_too_many_end_the_connection()
    {
        await using var server = new LoopbackDnsServer(q =>
        {
            var stray = new Answer(Changed(q.Reply(Text(q.Name, "forged")).Bytes, 0));
            return !q.IsTcp ? [q.Reply(0x200, 0, [], [])]
                : [.. Enumerable.Repeat(stray, q.Name == "few.example" ? 16 : 17), q.Reply(Text(q.Name, "genuine"))];
        });
        using var resolver = For(server, Patient);
        Assert.Equal(["genuine"], (await Ask(resolver, "few.example")).Texts);
        using var other = For(server, Patient);
        Assert.Equal(DnsFailure.Unreachable, (await Ask(other, "many.example")).Failure);
    }

    [Fact]
    public async Task Resolv_conf_is_read_again_when_it_changes()
    {
        var time = new FakeTimeProvider();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "search example.org\nnameserver 192.0.2.1\noptions ndots:5 rotate\n", Token);
            using var resolver = new StubResolver(new StubResolverOptions { ResolvConfFile = file }, time);
            Assert.Equal(["192.0.2.1:53"], resolver.Servers.Servers.Select(server => server.Name));
            var kept = resolver.Servers.Servers[0];

            await File.WriteAllTextAsync(file, "nameserver 192.0.2.22\nnameserver 192.0.2.1\n", Token);
            Assert.Single(resolver.Servers.Servers); // not looked at yet
            time.Advance(TimeSpan.FromSeconds(6));
            Assert.Equal(["192.0.2.22:53", "192.0.2.1:53"], resolver.Servers.Servers.Select(server => server.Name));
            Assert.Same(kept, resolver.Servers.Servers[1]);
            Assert.False(resolver.Servers.Conf.Rotate);

            File.Delete(file);
            time.Advance(TimeSpan.FromSeconds(6));
            Assert.Equal(2, resolver.Servers.Servers.Length);
            await File.WriteAllTextAsync(file, "# none", Token);
            time.Advance(TimeSpan.FromSeconds(6));
            Assert.Equal(2, resolver.Servers.Servers.Length);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Without_resolv_conf_the_system_is_asked_in_other_ways()
    {
        using var resolver = new StubResolver(new StubResolverOptions { ResolvConfFile = "/nonexistent/resolv.conf" });
        Assert.NotEmpty(resolver.Servers.Servers);
    }

    [Fact]
    public async Task Sockets_close_when_nothing_is_asked()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "x"))]);
        var time = new FakeTimeProvider();
        using var resolver = new StubResolver(Patient with { Servers = [server.EndPoint] }, time);
        await Ask(resolver);
        Assert.Equal(1, resolver.Servers.Servers[0].SocketCount);
        time.Advance(TimeSpan.FromMilliseconds(60));
        time.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal(0, resolver.Servers.Servers[0].SocketCount);
        Assert.Equal(["x"], (await Ask(resolver, "b.example")).Texts);
    }

    private static async Task<IPEndPoint> ClosedPortAsync()
    {
        var server = new LoopbackDnsServer(_ => []);
        await server.DisposeAsync();
        return server.EndPoint;
    }
}
