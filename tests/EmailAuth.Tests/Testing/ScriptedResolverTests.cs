using EmailAuth.Dns;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Testing;

public class ScriptedResolverTests
{
    private static readonly Zone Source = new Zone().Add("a.example", ZoneEntryKind.Txt, "a").Add("b.example", ZoneEntryKind.Txt, "b");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_script_comes_first_and_leaves_the_rest_to_the_zone()
    {
        var resolver = new ScriptedResolver(Source)
        {
            Script = (number, question, _) => number switch
            {
                1 => null,
                2 => () => new ValueTask<DnsResponse>(DnsResponse.Failed(DnsFailure.Refused)),
                _ => () => throw new IOException($"no network for {question.Name}"),
            },
        };
        Assert.Equal(["a"], (await resolver.QueryAsync(Text("a.example"), Token)).Texts);
        Assert.Equal(DnsFailure.Refused, (await resolver.QueryAsync(Text("a.example"), Token)).Failure);
        var thrown = await Assert.ThrowsAsync<IOException>(async () => await resolver.QueryAsync(Text("b.example"), Token));
        Assert.Equal("no network for b.example", thrown.Message);
        Assert.Equal(["TXT a.example", "TXT a.example", "TXT b.example"], resolver.Asked);
    }

    [Fact]
    public async Task Held_answers_come_when_the_test_lets_them_through()
    {
        var resolver = new ScriptedResolver(Source) { IsHolding = true };
        var first = resolver.QueryAsync(Text("a.example"), Token).AsTask();
        var second = resolver.QueryAsync(Text("b.example"), Token).AsTask();
        Assert.Equal((2, 2), (resolver.Waiting, resolver.Outstanding));
        resolver.AnswerOne(1);
        Assert.Equal((false, true), (first.IsCompleted, second.IsCompleted));
        Assert.Throws<ArgumentOutOfRangeException>(() => resolver.AnswerOne(1));
        resolver.AnswerRound();
        Assert.Equal(["a"], (await first).Texts);
        Assert.Equal((0, 0, 1), (resolver.Waiting, resolver.Outstanding, resolver.Rounds));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void A_deaf_one_overlooks_the_cancellation(bool isDeaf, int outstanding)
    {
        using var cancel = new CancellationTokenSource();
        var resolver = new ScriptedResolver(Source) { IsHolding = true, IsDeaf = isDeaf };
        var pending = resolver.QueryAsync(Text("a.example"), cancel.Token).AsTask();
        cancel.Cancel();
        Assert.Equal((!isDeaf, outstanding), (pending.IsCanceled, resolver.Outstanding));
    }

    [Fact]
    public async Task A_check_that_waits_for_something_else_is_told_so()
    {
        var resolver = new ScriptedResolver(Source) { IsHolding = true };
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await resolver.RunAsync(async () =>
        {
            await resolver.QueryAsync(Text("a.example"), Token);
            return await new TaskCompletionSource<int>().Task;
        }));
    }

    [Fact]
    public async Task A_check_runs_to_its_end_in_rounds()
    {
        var resolver = new ScriptedResolver(Source) { IsHolding = true };
        var texts = await resolver.RunAsync(async () =>
        {
            var first = await resolver.QueryAsync(Text("a.example"), Token);
            var second = await resolver.QueryAsync(Text("b.example"), Token);
            return first.Texts.AddRange(second.Texts);
        });
        Assert.Equal(["a", "b"], texts);
        Assert.Equal(2, resolver.Rounds);
    }

    private static DnsQuestion Text(string name) => new(DomainName.ParseDnsName(name).Value!, DnsRecordType.Txt);
}
