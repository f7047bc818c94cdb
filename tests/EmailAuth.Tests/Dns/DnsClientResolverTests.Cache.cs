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
        Assert.Equal(["x"], (await resolver.QueryTextAsync(Of("a.example"), Token)).Texts);
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
        Assert.Equal(DnsStatus.NameError, (await resolver.QueryTextAsync(Of("a.example"), Token)).Status);
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

    [Fact]
    public async Task Names_count_as_long_as_they_are_and_not_as_short_as_they_travel()
    {
        // RFC 1035 section 4.1.4: each host is two bytes that point at the name asked for.
        var name = string.Join('.', Enumerable.Repeat(new string('x', 61), 4));
        await using var server = new LoopbackDnsServer(q => [q.Reply(
            [.. Enumerable.Range(0, 100).Select(i => (byte[])[0xc0, 12, 0, 15, 0, 1, 0, 0, 1, 44, 0, 4, 0, (byte)i, 0xc0, 12])])]);
        var resolver = For(server, Patient);
        var response = await resolver.QueryMailHostsAsync(Of(name), Token);
        Assert.Equal(100, response.MailHosts.Length);
        Assert.All(response.MailHosts, host => Assert.Equal(name, host.Exchange!.ToString()));
        Assert.InRange(resolver.CacheBytes, 2 * 101 * name.Length, 4 * 101 * name.Length);
    }

    [Fact]
    public async Task An_absent_name_counts_with_its_length()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(0, 3, [], [Authority("example", 3600, 100)])]);
        var resolver = For(server, Patient);
        await resolver.QueryTextAsync(Of("a.example"), Token);
        var first = resolver.CacheBytes;
        await resolver.QueryTextAsync(Of(new string('a', 61) + ".example"), Token);
        Assert.Equal(2 * 60, resolver.CacheBytes - (2 * first));
    }

    [Fact]
    public async Task A_question_that_many_messages_put_at_once_is_asked_once()
    {
        // RFC 5452 section 5: each further query for the same makes a forged answer more likely to hit.
        using var go = new ManualResetEventSlim();
        await using var server = new LoopbackDnsServer(q =>
        {
            go.Wait(Token);
            return [q.Reply(Record(q.Name, 16, [1, (byte)'x'], timeToLive: 0))];
        });
        var resolver = For(server, Patient);
        var answers = Enumerable.Range(0, 50).Select(i => resolver.QueryTextAsync(Of(i % 2 == 0 ? "a.example" : "A.Example."), Token).AsTask()).ToList();
        var other = resolver.QueryTextAsync(Of("b.example"), Token).AsTask();
        go.Set();
        Assert.All(await Task.WhenAll(answers), answer => Assert.Equal(["x"], answer.Texts));
        await other;
        Assert.Equal((51, 2), (resolver.Lookups, server.Questions));

        // It is over: what was not kept is asked anew.
        await resolver.QueryTextAsync(Of("a.example"), Token);
        Assert.Equal(3, server.Questions);
    }

    [Fact]
    public async Task One_asker_that_gives_up_takes_the_answer_from_nobody()
    {
        using var go = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        await using var server = new LoopbackDnsServer(q =>
        {
            go.Wait(Token);
            return [q.Reply(Text(q.Name, "x"))];
        });
        var resolver = For(server, Patient);
        var first = resolver.QueryTextAsync(Of("a.example"), cancel.Token).AsTask();
        var second = resolver.QueryTextAsync(Of("a.example"), Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        go.Set();
        Assert.Equal(["x"], (await second).Texts);
        Assert.Equal(1, server.Questions);
    }

    [Fact]
    public async Task When_the_last_asker_gives_up_the_next_one_asks_anew()
    {
        var answers = false;
        using var cancel = new CancellationTokenSource();
        await using var server = new LoopbackDnsServer(q => Volatile.Read(ref answers) ? [q.Reply(Text(q.Name, "x"))] : []);
        var resolver = For(server, Patient with { Retries = 0 });
        var first = resolver.QueryTextAsync(Of("a.example"), cancel.Token).AsTask();
        var second = resolver.QueryTextAsync(Of("a.example"), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Volatile.Write(ref answers, true);
        Assert.Equal(["x"], (await resolver.QueryTextAsync(Of("a.example"), Token)).Texts);
    }
}
