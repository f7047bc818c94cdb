using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>The limits of a check, their ranges, and what they let it ask.</summary>
public class SpfOptionsTests
{
    public static TheoryData<string, int, int, int> Ranges => new()
    {
        { nameof(SpfOptions.MaxLookups), 10, 1, 100 },
        { nameof(SpfOptions.MaxVoidLookups), 2, 0, 65535 },
        { nameof(SpfOptions.MaxMailHosts), 10, 1, 1000 },
        { nameof(SpfOptions.MaxPointers), 10, 1, 1000 },
        { nameof(SpfOptions.MaxRecordLength), 65535, 1, 65535 },
        { nameof(SpfOptions.MaxExplanationLength), 1000, 0, 65535 },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Each_limit_has_its_default_and_its_range(string name, int standard, int least, int most)
    {
        Assert.Equal(standard, Get(SpfOptions.Default));
        Assert.Equal((least, most), (Get(With(least)), Get(With(most))));
        Assert.Throws<ArgumentOutOfRangeException>("value", () => With(least - 1));
        Assert.Throws<ArgumentOutOfRangeException>("value", () => With(most + 1));

        SpfOptions With(int value) => name switch
        {
            nameof(SpfOptions.MaxLookups) => new() { MaxLookups = value },
            nameof(SpfOptions.MaxVoidLookups) => new() { MaxVoidLookups = value },
            nameof(SpfOptions.MaxMailHosts) => new() { MaxMailHosts = value },
            nameof(SpfOptions.MaxPointers) => new() { MaxPointers = value },
            nameof(SpfOptions.MaxRecordLength) => new() { MaxRecordLength = value },
            _ => new() { MaxExplanationLength = value },
        };

        int Get(SpfOptions options) => (int)typeof(SpfOptions).GetProperty(name)!.GetValue(options)!;
    }

    [Fact]
    public void The_time_limit_is_more_than_nothing_and_at_most_a_day()
    {
        Assert.Equal((TimeSpan.FromSeconds(20), true, null), (SpfOptions.Default.TimeLimit, SpfOptions.Default.Prefetch, SpfOptions.Default.Receiver));
        Assert.Equal(TimeSpan.FromTicks(1), new SpfOptions { TimeLimit = TimeSpan.FromTicks(1) }.TimeLimit);
        Assert.Equal(TimeSpan.FromDays(1), new SpfOptions { TimeLimit = TimeSpan.FromDays(1) }.TimeLimit);
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new SpfOptions { TimeLimit = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new SpfOptions { TimeLimit = TimeSpan.FromDays(1) + TimeSpan.FromTicks(1) });
        Assert.Equal("the check took longer than 0.25 seconds (RFC 7208 section 4.6.4)", SpfCheck.TimeUpReason(new SpfOptions { TimeLimit = TimeSpan.FromSeconds(0.25) }));
    }

    // The record, each mx with its hosts, the client's names and their addresses, the explanation: the most that the options admit.
    [Theory]
    [InlineData(10, 10, 10)]
    [InlineData(13, 9, 3)]
    [InlineData(20, 7, 20)]
    public async Task A_check_may_ask_all_that_its_limits_admit(int lookups, int hosts, int pointers)
    {
        var terms = string.Join(' ', Enumerable.Range(1, lookups - 1).Select(i => $"mx:m{i}.test").Append("mx:%{p}.m.test"));
        var zone = new Zone().Text("a.test", $"v=spf1 {terms} -all exp=why.test").Text("why.test", "So.");
        foreach (var name in Enumerable.Range(1, lookups - 1).Select(i => $"m{i}.test").Append("unknown.m.test"))
        {
            for (ushort host = 1; host <= hosts; host++)
            {
                zone.Exchange(name, host, $"h{host}.{name}").Address($"h{host}.{name}", "198.51.100.1");
            }
        }

        for (var i = 1; i <= pointers; i++)
        {
            zone.Pointer(SpfTestZone.IPv4, $"p{i}.test");
        }

        var resolver = new ScriptedResolver(zone);
        var result = await new SpfEvaluator(resolver, new SpfOptions { MaxLookups = lookups, MaxMailHosts = hosts, MaxPointers = pointers })
            .EvaluateMailFromAsync(SpfTestZone.IPv4, null, "joe@a.test", TestContext.Current.CancellationToken);
        Assert.Equal((SpfResultCode.Fail, "So.", lookups, 0), (result.Code, result.Explanation, result.LookupCount, result.VoidLookupCount));
        Assert.Equal(1 + (lookups * (1 + hosts)) + 1 + pointers + 1, resolver.AskedCount);
    }

    // What one check is told another need not be: each identity asks for itself.
    [Theory]
    [InlineData("spf", "joe@h.test", SpfResultCode.Fail, SpfResultCode.TempError)]
    [InlineData("spf", "<>", SpfResultCode.Fail, SpfResultCode.TempError)]
    [InlineData("spf-helo", "joe@h.test", SpfResultCode.TempError, SpfResultCode.Fail)]
    public async Task Each_identity_asks_in_its_own_name(string check, string sender, SpfResultCode helo, SpfResultCode mailFrom)
    {
        var zone = new Zone().Text("h.test", "v=spf1 -all")
            .Add(DomainName.Parse("h.test").Value!, new ZoneRecord { Type = ZoneEntryKind.ServFail, For = ZoneEntryKind.Txt, Check = check });
        var evaluator = new SpfEvaluator(new ZoneResolver(zone));
        Assert.Equal(helo, (await evaluator.EvaluateHeloAsync(SpfTestZone.IPv4, "h.test", TestContext.Current.CancellationToken)).Code);
        Assert.Equal(mailFrom, (await evaluator.EvaluateMailFromAsync(SpfTestZone.IPv4, "h.test", sender, TestContext.Current.CancellationToken)).Code);
    }

    [Fact]
    public async Task A_check_that_is_over_leaves_nothing_behind()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(SpfTestZone.Of("v=spf1 a:b.test include:c.test -all").Address("b.test", "192.0.2.3")));
        var result = await Task.Run(
            () =>
            {
                var check = new SpfEvaluator(held).EvaluateMailFromAsync(SpfTestZone.IPv4, null, "joe@example.com", CancellationToken.None).AsTask();
                held.AnswerRound();
                Assert.Equal(2, held.Waiting);
                held.AnswerOne(0);
                return check;
            },
            TestContext.Current.CancellationToken);
        Assert.Equal((SpfResultCode.Pass, 0, 3), (result.Code, held.Outstanding, held.AskedCount));
        Assert.Equal(DnsStatus.Records, result.Evidence!.Lookup!.Status);
    }
}
