using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>A resolver's own limits at their exact values.</summary>
public class StubResolverLimitsTests
{
    // "a.example" and a text of one letter count 376 bytes; an entry takes half of the cache at most, which is an eighth of the memory.
    [Theory]
    [InlineData(752, null, true)]
    [InlineData(751, null, false)]
    [InlineData(1_000_000, 8L * 752, true)]
    [InlineData(1_000_000, (8L * 752) - 1, false)]
    [InlineData(751, 8L * 1_000_000, false)]
    [InlineData(0, null, false)]
    public async Task The_cache_takes_what_the_options_say_and_an_eighth_of_the_memory_at_most(int most, long? memory, bool isKept)
    {
        await using var server = new LoopbackDnsServer(static q => [q.Reply(LoopbackDnsServer.Text(q.Name, "x"))]);
        await using var resolver = new StubResolver(new StubResolverOptions { Servers = [server.EndPoint], Timeout = TimeSpan.FromSeconds(50), MaxCacheBytes = most, MemoryBytes = memory, DatagramReceiver = static () => null });
        var question = new DnsQuestion(DomainName.Parse("a.example").Value!, DnsRecordType.Txt);
        await resolver.QueryAsync(question, TestContext.Current.CancellationToken);
        var again = resolver.QueryAsync(question, TestContext.Current.CancellationToken);
        await again;
        Assert.Equal((isKept ? 376L : 0, 2L, isKept ? 1L : 0, isKept ? 1 : 2), (resolver.CacheBytes, resolver.Lookups, resolver.CacheHits, server.Questions));
        Assert.Equal((0L, 0L, 0L, 0L), (resolver.Counters.Strays, resolver.Counters.Streams, resolver.Counters.Retries, resolver.Counters.Timeouts));
    }

    [Fact]
    public void It_answers_within_its_own_time_by_its_own_clock()
    {
        var time = new FakeTimeProvider();
        using var resolver = new StubResolver(new StubResolverOptions { Servers = [new(System.Net.IPAddress.Loopback, 53)], Timeout = TimeSpan.FromSeconds(5) }, time);
        Assert.True(resolver.AnswersWithin(TimeSpan.FromSeconds(5), time));
        Assert.True(resolver.AnswersWithin(TimeSpan.FromSeconds(6), time));
        Assert.False(resolver.AnswersWithin(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1), time));
        Assert.False(resolver.AnswersWithin(TimeSpan.FromSeconds(6), TimeProvider.System));
    }

    [Fact]
    public void Without_options_it_has_the_defaults_and_the_clock_of_the_system()
    {
        using var resolver = new StubResolver();
        Assert.True(resolver.AnswersWithin(StubResolverOptions.Default.Timeout, TimeProvider.System));
        Assert.False(resolver.AnswersWithin(StubResolverOptions.Default.Timeout - TimeSpan.FromTicks(1), TimeProvider.System));
    }

    [Fact]
    public async Task Disposing_ends_its_servers_and_everything_that_waits()
    {
        var time = new FakeTimeProvider();
        using var server = HandServer.Listening();
        var resolver = new StubResolver(new StubResolverOptions { Servers = [server.EndPoint], DatagramReceiver = static () => null }, time);
        var question = new DnsQuestion(DomainName.Parse("a.example").Value!, DnsRecordType.Txt);
        var asking = resolver.QueryAsync(question, CancellationToken.None).AsTask();
        var (first, client) = server.Next();
        server.Udp.SendTo(first.Reply(0x200, 0, [], []).Bytes, client);
        using var accepted = server.Accept();
        Assert.NotNull(HandServer.NextOf(accepted));
        Assert.Equal(1, resolver.Servers.Servers[0].SocketCount);
        resolver.Dispose();
        Assert.Equal(0, resolver.Servers.Servers[0].SocketCount);
        Assert.Null(HandServer.NextOf(accepted));
        var response = await asking.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal((DnsFailure.Unreachable, $"no TCP connection to {server.EndPoint}, or it was closed before the answer"), (response.Failure, response.Detail));
        var thrown = await Assert.ThrowsAsync<ObjectDisposedException>(() => resolver.QueryAsync(question, CancellationToken.None).AsTask());
        Assert.Equal(typeof(StubResolver).FullName, thrown.ObjectName);
        await resolver.DisposeAsync();
    }
}
