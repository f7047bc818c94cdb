using EmailAuth.Dns;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EmailAuth.Tests.TestSupport.LoopbackDnsServer;

namespace EmailAuth.Tests.Dns;

/// <summary>What the resolver keeps, and for how long.</summary>
public partial class DnsClientResolverTests
{
    [Fact]
    public async Task An_answer_is_kept_as_long_as_its_TTL_says()
    {
        var time = new FakeTimeProvider();
        await using var server = new LoopbackDnsServer(q => [q.Reply(Record(q.Name, 16, [1, (byte)'x'], timeToLive: 60))]);
        var resolver = For(server, Patient, time);
        await resolver.QueryTextAsync(Of("a.example"), Token);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(["x"], (await resolver.QueryTextAsync(Of("a.example"), Token)).Records);
        Assert.Equal((2, 1, 1), (resolver.Lookups, resolver.CacheHits, server.Questions));
        time.Advance(TimeSpan.FromSeconds(2));
        await resolver.QueryTextAsync(Of("a.example"), Token);
        Assert.Equal(2, server.Questions);
    }

    [Theory]
    [InlineData(0, 0, 0)] // no TTL: not kept
    [InlineData(-1, 0, 0)] // RFC 2181 section 8: the top bit set means zero
    [InlineData(int.MaxValue, 23, 1)] // no longer than the option allows
    [InlineData(int.MaxValue, 25, 0)]
    public async Task A_TTL_has_bounds(int timeToLive, int hoursLater, int expectedHits)
    {
        var time = new FakeTimeProvider();
        await using var server = new LoopbackDnsServer(q => [q.Reply(Record(q.Name, 16, [1, (byte)'x'], timeToLive))]);
        var resolver = For(server, Patient, time);
        await resolver.QueryTextAsync(Of("a.example"), Token);
        time.Advance(TimeSpan.FromHours(hoursLater));
        await resolver.QueryTextAsync(Of("a.example"), Token);
        Assert.Equal(expectedHits, resolver.CacheHits);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)] // NODATA without SOA
    [InlineData(3)]
    public async Task Failures_and_answers_without_TTL_are_not_kept(int code)
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(0, code, [], [])]);
        var resolver = For(server, Patient with { Retries = 0 });
        await resolver.QueryTextAsync(Of("a.example"), Token);
        await resolver.QueryTextAsync(Of("a.example"), Token);
        Assert.Equal((2, 0), (server.Questions, resolver.CacheHits));
    }

    [Fact]
    public async Task An_absent_name_is_kept_as_long_as_its_zone_says()
    {
        var time = new FakeTimeProvider();
        await using var server = new LoopbackDnsServer(q => [q.Reply(0, 3, [], [Authority("example", 3600, 100)])]);
        var resolver = For(server, Patient, time);
        await resolver.QueryTextAsync(Of("a.example"), Token);
        time.Advance(TimeSpan.FromSeconds(99));
        Assert.Equal(DnsStatus.NxDomain, (await resolver.QueryTextAsync(Of("a.example"), Token)).Status);
        Assert.Equal(1, resolver.CacheHits);
    }

    [Fact]
    public async Task What_is_kept_stays_within_its_bound()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply([.. Enumerable.Range(0, 4).Select(_ => Text(q.Name, new string('x', 200)))])]);
        var resolver = For(server, Patient with { MaxCacheBytes = 20_000 });
        for (var i = 0; i < 100; i++)
        {
            await resolver.QueryTextAsync(Of($"n{i}.example"), Token);
            await resolver.QueryTextAsync(Of("often.example"), Token);
            Assert.InRange(resolver.CacheBytes, 0, 20_000);
        }

        Assert.Equal(99, resolver.CacheHits); // what is asked often stays
    }
}
