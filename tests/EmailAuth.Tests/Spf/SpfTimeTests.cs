using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Spf;

public class SpfTimeTests
{
    // The first of two silent lookups fails by its own time, and is no error for ptr; the second one meets the end of the check's.
    [Theory]
    [InlineData("v=spf1 ptr:slow.example.net a:slower.example.net +all")]
    [InlineData("v=spf1 ptr:slow.example.net mx:slower.example.net +all")]
    [InlineData("v=spf1 ptr:slow.example.net exists:slower.example.net +all")]
    [InlineData("v=spf1 ptr:slow.example.net include:slower.example.net +all")]
    [InlineData("v=spf1 ptr:slow.example.net redirect=slower.example.net")]
    [InlineData("v=spf1 exists:%{p}.slower.example.net +all")]
    public async Task A_check_whose_lookups_take_longer_than_its_limit_is_a_temperror(string record)
    {
        foreach (var prefetch in new[] { true, false })
        {
            var clock = new FakeTimeProvider();
            var tokens = new List<CancellationToken>();
            var silent = Silent(SpfTestZone.Of(record), tokens);
            var check = new SpfEvaluator(silent, new SpfOptions { Prefetch = prefetch, TimeLimit = TimeSpan.FromSeconds(15) }, clock)
                .EvaluateMailFromAsync(SpfTestZone.IPv4, "mail.example.com", "alice@example.com", TestContext.Current.CancellationToken).AsTask();
            for (var seconds = 0; seconds < 15 && !check.IsCompleted; seconds++)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
            }

            var result = await check;
            Assert.Equal(SpfResultCode.TempError, result.Code);
            Assert.Equal("the check took longer than 15 seconds (RFC 7208 section 4.6.4)", result.Reason);
            Assert.True(tokens.TrueForAll(token => token.IsCancellationRequested), "what is under way is told to stop");
        }
    }

    // A check is judged as if nothing were prefetched: who makes prefetching slow changes no verdict.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Three_lookups_of_eight_seconds_each_are_more_than_twenty_with_prefetching_and_without(bool prefetch)
    {
        var clock = new FakeTimeProvider();
        var slow = new ScriptedResolver(SpfTestZone.Of("v=spf1 a:a.example.net a:b.example.net a:c.example.net +all"))
        {
            Script = (_, question, token) => question.Type == DnsRecordType.A ? () => LaterAsync(token) : null,
        };
        var check = new SpfEvaluator(slow, new SpfOptions { Prefetch = prefetch, MaxVoidLookups = 10 }, clock)
            .EvaluateMailFromAsync(SpfTestZone.IPv4, null, "alice@example.com", TestContext.Current.CancellationToken).AsTask();
        for (var seconds = 0; seconds < 30 && !check.IsCompleted; seconds++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(SpfResultCode.TempError, (await check).Code);

        async ValueTask<DnsResponse> LaterAsync(CancellationToken token)
        {
            await Task.Delay(TimeSpan.FromSeconds(8), clock, token);
            return DnsResponse.NameError();
        }
    }

    [Fact]
    public async Task Time_that_passes_while_answers_come_at_once_counts_also()
    {
        var clock = new FakeTimeProvider();
        var resolver = new ScriptedResolver(SpfTestZone.Of("v=spf1 a:a.example.net a:b.example.net +all")) { OnQuery = _ => clock.Advance(TimeSpan.FromSeconds(7)) };
        var result = await new SpfEvaluator(resolver, null, clock).EvaluateMailFromAsync(SpfTestZone.IPv4, null, "alice@example.com", TestContext.Current.CancellationToken);
        Assert.Equal(SpfResultCode.TempError, result.Code);
        Assert.Equal(3, resolver.AskedCount);
    }

    [Fact]
    public async Task A_fail_does_not_change_when_the_time_ends_during_its_explanation()
    {
        var clock = new FakeTimeProvider();
        var check = new SpfEvaluator(Silent(SpfTestZone.Of("v=spf1 -all exp=slow.example.net")), new SpfOptions { TimeLimit = TimeSpan.FromSeconds(5) }, clock)
            .EvaluateMailFromAsync(SpfTestZone.IPv4, null, "alice@example.com", TestContext.Current.CancellationToken).AsTask();
        clock.Advance(TimeSpan.FromSeconds(20));
        var result = await check;
        Assert.Equal((SpfResultCode.Fail, null), (result.Code, result.Explanation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancellation_ends_the_check_with_an_exception(bool prefetch)
    {
        using var cancellation = new CancellationTokenSource();
        var check = new SpfEvaluator(Silent(SpfTestZone.Of("v=spf1 a:slow.example.net -all")), new SpfOptions { Prefetch = prefetch })
            .EvaluateMailFromAsync(SpfTestZone.IPv4, null, "alice@example.com", cancellation.Token).AsTask();
        Assert.False(check.IsCompleted);
        await cancellation.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_asks_nothing()
    {
        var silent = Silent(new Zone());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new SpfEvaluator(silent)
            .EvaluateMailFromAsync(SpfTestZone.IPv4, null, "alice@example.com", new CancellationToken(canceled: true)).AsTask());
        Assert.Empty(silent.Asked);
    }

    [Fact]
    public async Task A_resolver_that_gives_up_by_itself_is_a_temperror()
    {
        var result = await new SpfEvaluator(Faults.At(new ZoneResolver(new Zone()), 1, Threats.Fault.CancelsByItself)).EvaluateMailFromAsync(SpfTestZone.IPv4, null, "alice@example.com", TestContext.Current.CancellationToken);
        Assert.Equal(SpfResultCode.TempError, result.Code);
    }

    // Answers at once what the zone holds, and never what it does not.
    private static ScriptedResolver Silent(Zone zone, List<CancellationToken>? tokens = null)
    {
        var inner = new ZoneResolver(zone);
        return new ScriptedResolver(inner)
        {
            Script = (_, question, cancellationToken) =>
            {
                var response = inner.QueryAsync(question, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                if (response.Status == DnsStatus.Records)
                {
                    return () => new ValueTask<DnsResponse>(response);
                }

                tokens?.Add(cancellationToken);
                return () => new ValueTask<DnsResponse>(new TaskCompletionSource<DnsResponse>().Task);
            },
        };
    }
}
