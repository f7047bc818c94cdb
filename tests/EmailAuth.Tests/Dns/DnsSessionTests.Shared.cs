using EmailAuth.Dns;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <content>A question that several checks ask.</content>
public partial class DnsSessionTests
{
    [Fact]
    public async Task A_question_in_flight_is_shared_by_all_checks()
    {
        var session = new DnsSession(_inner);
        var first = session.Begin(DnsPurpose.SpfMailFrom, 10).QueryAsync(Example, Token);
        var second = session.Begin(DnsPurpose.DmarcAuthor, 10).QueryAsync(Example, CancellationToken.None);
        _inner.Answer("TXT example.com", DnsResponse.OfTexts(["x"]));
        Assert.Same(await first, await second);
        Assert.Equal(["TXT example.com"], _inner.Asked);
        Assert.Equal((1, 1, 0), (session.Lookups, session.Shared, session.AnsweredAtOnce));
    }

    // Another thread may look between any two steps of the one that asks.
    [Fact]
    public async Task A_check_that_joins_just_when_the_resolver_is_asked_has_all_of_its_time()
    {
        var time = new HookedTime();
        time.Advance(TimeSpan.FromDays(1));
        var session = new DnsSession(_inner, time: time);
        var iprev = session.Begin(DnsPurpose.ClientNames, 10);
        var helo = session.Begin(DnsPurpose.SpfHelo, 10, TimeSpan.FromSeconds(20), "late");
        Task<DnsResponse>? joined = null;
        time.Hook = () => joined ??= helo.QueryAsync(Example, CancellationToken.None).AsTask();
        var first = iprev.QueryAsync(Example, CancellationToken.None);
        _inner.Answer("TXT example.com", DnsResponse.OfTexts(["x"]));
        Assert.NotNull(joined);
        Assert.Same(await first, await joined);
    }

    [Fact]
    public async Task A_prefetch_that_joins_a_question_answered_at_once_ends_with_it()
    {
        var resolver = new ScriptedResolver(new Zone());
        var session = new DnsSession(resolver);
        DnsQuery? joined = null;
        resolver.OnQuery = _ => joined ??= session.Begin(DnsPurpose.SpfHelo, 10).Prefetch(Example);
        var answer = await session.Begin(DnsPurpose.ClientNames, 10).QueryAsync(Example, Token);
        Assert.NotNull(joined);
        Assert.Same(answer, await joined.Task.WaitAsync(TimeSpan.FromSeconds(60), Token));
    }

    [Fact]
    public async Task One_asker_that_cancels_does_not_stop_the_others_and_the_last_one_does()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        var session = new DnsSession(held);
        var dns = session.Begin(DnsPurpose.ClientNames, 10);
        using var cancel = new CancellationTokenSource();
        using var later = new CancellationTokenSource();
        var one = dns.QueryAsync(Example, cancel.Token).AsTask();
        var two = dns.QueryAsync(Example, later.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.Equal(1, held.Outstanding);
        await later.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        Assert.Equal((0, 0), (held.Outstanding, session.InFlight));

        var again = dns.QueryAsync(Example, Token).AsTask();
        held.AnswerRound();
        Assert.Equal(DnsStatus.NameError, (await again).Status);
        Assert.Equal(2, session.Lookups);
    }

    [Fact]
    public async Task Many_askers_at_once_ask_one_question()
    {
        var session = new DnsSession(_inner);
        var dns = session.Begin(DnsPurpose.ClientNames, 10);
        var askers = Enumerable.Range(0, 200).Select(_ => Task.Run(async () => await dns.QueryAsync(Example, Token), Token)).ToArray();
        _inner.Answer("TXT example.com", DnsResponse.OfTexts(["x"]));
        Assert.All(await Task.WhenAll(askers), response => Assert.Equal("x", response.Texts[0]));
        Assert.Single(_inner.Asked);
        Assert.Equal((1, 199), (session.Lookups, session.Shared));
    }

    // Runs something whenever the time is asked for, but not within itself.
    private sealed class HookedTime : FakeTimeProvider
    {
        public Action? Hook { get; set; }

        public override long GetTimestamp()
        {
            var hook = Hook;
            Hook = null;
            hook?.Invoke();
            Hook = hook;
            return base.GetTimestamp();
        }
    }
}
