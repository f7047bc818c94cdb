using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Spf;

public class SpfPrefetchTests
{
    private static readonly Zone ThreeIncludes = SpfTestZone.Of("v=spf1 include:a.example.net include:b.example.net include:c.example.net -all")
        .Text("a.example.net", "v=spf1 ip4:198.51.100.0/24 ~all")
        .Text("b.example.net", "v=spf1 ip4:203.0.113.0/24 ~all")
        .Text("c.example.net", "v=spf1 ip4:192.0.2.0/24 ~all");

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 4)]
    public async Task Three_includes_take_two_rounds_of_waiting(bool prefetch, int rounds)
    {
        var (result, resolver) = await Run(ThreeIncludes, prefetch);
        Assert.Equal(SpfResultCode.Pass, result.Code);
        Assert.Equal(3, result.LookupCount);
        Assert.Equal(rounds, resolver.Rounds);
        Assert.Equal(["TXT example.com", "TXT a.example.net", "TXT b.example.net", "TXT c.example.net"], resolver.Asked);
    }

    [Theory]
    [InlineData("v=spf1 mx -all", 3)] // record, exchanges, all addresses at once
    [InlineData("v=spf1 mx a:mail.example.net include:deep.example.net exists:%{i}.example.net -all", 4)] // the include's own include is the longest chain
    [InlineData("v=spf1 include:deep.example.net include:deep2.example.net -all", 4)]
    [InlineData("v=spf1 a mx ptr redirect=a.example.net", 3)]
    [InlineData("v=spf1 a:mail.example.net exists:%{p}.example.net -all", 4)] // the client's names, their addresses, the name made of them
    public async Task The_longest_chain_decides_the_number_of_rounds(string record, int rounds)
    {
        var zone = SpfTestZone.Of(record)
            .Exchange("example.com", 10, "mx1.example.net").Exchange("example.com", 20, "mx2.example.net").Exchange("example.com", 30, "mx3.example.net")
            .Address("mx1.example.net", "198.51.100.1").Address("mx2.example.net", "198.51.100.2").Address("mx3.example.net", "198.51.100.3")
            .Address("example.com", "198.51.100.4").Address("mail.example.net", "198.51.100.5")
            .Pointer(SpfTestZone.IPv4, "client.example.com").Address("client.example.com", "198.51.100.6")
            .Text("a.example.net", "v=spf1 ~all")
            .Text("deep.example.net", "v=spf1 include:deeper.example.net")
            .Text("deep2.example.net", "v=spf1 include:deeper2.example.net")
            .Text("deeper.example.net", "v=spf1 include:deepest.example.net ~all")
            .Text("deeper2.example.net", "v=spf1 a:mail.example.net ~all")
            .Text("deepest.example.net", "v=spf1 ~all");
        var (result, resolver) = await Run(zone, prefetch: true);
        var (sequential, slow) = await Run(zone, prefetch: false);
        Assert.Equal(rounds, resolver.Rounds);
        Assert.True(slow.Rounds > rounds, $"one after the other takes {slow.Rounds} rounds");
        Assert.Equal(Describe(sequential), Describe(result));
    }

    [Fact]
    public async Task Nothing_is_asked_past_a_term_that_is_sure_to_match()
    {
        var zone = SpfTestZone.Of("v=spf1 a:mail.example.net ip4:192.0.2.0/24 include:a.example.net -all").Address("mail.example.net", "198.51.100.5");
        var (result, resolver) = await Run(zone, prefetch: true);
        Assert.Equal(SpfResultCode.Pass, result.Code);
        Assert.Equal(["TXT example.com", "A mail.example.net"], resolver.Asked);
    }

    [Fact]
    public async Task Nothing_is_asked_past_a_mail_host_that_is_sure_to_match()
    {
        var zone = SpfTestZone.Of("v=spf1 a:slow.example.net mx:m.example.net include:a.example.net -all")
            .Exchange("m.example.net", 10, "h.example.net").Address("h.example.net", SpfTestZone.IPv4.ToString())
            .Text("a.example.net", "v=spf1 a:inner.example.net -all");
        var held = ScriptedResolver.Held(new ZoneResolver(zone));
        var waiting = 0;
        var result = await Task.Run(() =>
        {
            var check = new SpfEvaluator(held).EvaluateMailFromAsync(SpfTestZone.IPv4, "mail.example.com", "alice@example.com", CancellationToken.None).AsTask();
            held.AnswerOne(0); // the record
            waiting = held.Waiting;
            held.AnswerOne(1); // the mail hosts, so that their address is asked for
            held.AnswerOne(2); // the address, which matches
            held.AnswerOne(1); // the include, whose own term is not asked for any more
            held.AnswerOne(0);
            return check;
        }, TestContext.Current.CancellationToken);
        Assert.Equal(3, waiting); // the slow host, the mail hosts, the include
        Assert.Equal((SpfResultCode.Pass, 2), (result.Code, result.LookupCount));
        Assert.Equal(["TXT example.com", "A slow.example.net", "MX m.example.net", "TXT a.example.net", "A h.example.net"], held.Asked);
    }

    [Fact]
    public async Task What_is_answered_at_once_is_followed_at_once()
    {
        var zone = new ZoneResolver(SpfTestZone.Of("v=spf1 a:slow.example.net include:a.example.net -all").Text("a.example.net", "v=spf1 a:inner.example.net ~all"));
        var held = new ScriptedResolver(zone) { IsHolding = true, Script = (_, question, token) => question.Type == DnsRecordType.Txt ? () => zone.QueryAsync(question, token) : null };
        var check = new SpfEvaluator(held).EvaluateMailFromAsync(SpfTestZone.IPv4, "mail.example.com", "alice@example.com", TestContext.Current.CancellationToken).AsTask();
        Assert.Equal(["TXT example.com", "A slow.example.net", "TXT a.example.net", "A inner.example.net"], held.Asked);
        held.AnswerRound();
        Assert.Equal(SpfResultCode.Fail, (await check).Code);
    }

    // The include comes after them: its own term is asked for while the first one is still awaited, or not.
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task Prefetching_goes_on_past_as_many_void_lookups_as_a_check_may_have(int count, bool goesOn)
    {
        var zone = SpfTestZone.Of($"v=spf1 a:slow.example.net {string.Concat(Enumerable.Range(1, count).Select(i => $"a:void{i}.example.net "))}include:a.example.net -all")
            .Address("slow.example.net", "198.51.100.5").Address("inner.example.net", "198.51.100.5")
            .Text("a.example.net", "v=spf1 a:inner.example.net ~all");
        var held = ScriptedResolver.Held(new ZoneResolver(zone));
        var isAsked = false;
        var result = await Task.Run(() =>
        {
            var check = new SpfEvaluator(held).EvaluateMailFromAsync(SpfTestZone.IPv4, "mail.example.com", "alice@example.com", CancellationToken.None).AsTask();
            held.AnswerOne(0); // the record
            while (held.Waiting > 1)
            {
                held.AnswerOne(1); // all but the slow one
            }

            isAsked = held.Asked.Contains("A inner.example.net");
            while (held.Waiting > 0)
            {
                held.AnswerRound();
            }

            return check;
        }, TestContext.Current.CancellationToken);
        Assert.Equal(goesOn, isAsked);
        Assert.Equal(goesOn ? SpfResultCode.Fail : SpfResultCode.PermError, result.Code);
    }

    [Fact]
    public async Task Not_more_than_the_limit_is_prefetched()
    {
        var zone = SpfTestZone.Of("v=spf1 " + string.Join(' ', Enumerable.Range(1, 30).Select(i => $"a:h{i}.example.net")) + " -all");
        for (var i = 1; i <= 30; i++)
        {
            zone.Address($"h{i}.example.net", "198.51.100.5");
        }

        var (result, resolver) = await Run(zone, prefetch: true);
        Assert.Equal(SpfResultCode.PermError, result.Code);
        Assert.Equal(10, result.LookupCount);
        Assert.Equal(11, resolver.AskedCount);
        Assert.Equal(2, resolver.Rounds);
    }

    [Fact]
    public async Task Ten_terms_are_prefetched_at_the_most()
    {
        var zone = SpfTestZone.Of("v=spf1 " + string.Concat(Enumerable.Range(1, 100).Select(i => $"a:h{i}.example.net ")) + "-all");
        for (var i = 1; i <= 100; i++)
        {
            zone.Address($"h{i}.example.net", "198.51.100.5");
        }

        var held = ScriptedResolver.Held(new ZoneResolver(zone));
        var most = 0;
        var result = await Task.Run(() =>
        {
            var check = new SpfEvaluator(held, new SpfOptions { MaxLookups = SpfOptions.MostLookups }).EvaluateMailFromAsync(SpfTestZone.IPv4, "mail.example.com", "alice@example.com").AsTask();
            while (held.Waiting > 0)
            {
                most = Math.Max(most, held.Waiting);
                held.AnswerRound();
            }

            return check;
        }, TestContext.Current.CancellationToken);
        Assert.Equal((SpfResultCode.Fail, 100), (result.Code, result.LookupCount));
        Assert.Equal(11, most); // the term that is evaluated, and those ahead
        Assert.Equal(101, held.AskedCount);
    }

    // Each late answer is followed by a walk from the first record down, on a thread's stack.
    [Fact]
    public async Task A_chain_as_long_as_the_highest_limit_ends_well_when_each_answer_is_late()
    {
        var zone = SpfTestZone.Of("v=spf1 include:i1.example.net -all");
        for (var i = 1; i <= SpfOptions.MostLookups; i++)
        {
            zone.Text($"i{i}.example.net", i == SpfOptions.MostLookups ? "v=spf1 ip4:192.0.2.0/24 -all" : $"v=spf1 include:i{i + 1}.example.net -all");
        }

        var held = ScriptedResolver.Held(new ZoneResolver(zone));
        var result = await held.RunAsync(() => new SpfEvaluator(held, new SpfOptions { MaxLookups = SpfOptions.MostLookups })
            .EvaluateMailFromAsync(SpfTestZone.IPv4, "mail.example.com", "alice@example.com", TestContext.Current.CancellationToken));
        Assert.Equal((SpfResultCode.Pass, SpfOptions.MostLookups), (result.Code, result.LookupCount));
        Assert.Equal(1 + SpfOptions.MostLookups, held.AskedCount);
    }

    [Fact]
    public async Task Includes_within_includes_are_prefetched_within_the_limit()
    {
        var zone = SpfTestZone.Of("v=spf1 include:i1.example.net include:i2.example.net include:i3.example.net include:i4.example.net -all");
        for (var i = 1; i <= 4; i++)
        {
            zone.Text($"i{i}.example.net", $"v=spf1 a:h{i}a.example.net a:h{i}b.example.net a:h{i}c.example.net ~all");
            foreach (var letter in "abc")
            {
                zone.Address($"h{i}{letter}.example.net", "198.51.100.5");
            }
        }

        var (result, resolver) = await Run(zone, prefetch: true);
        var (sequential, _) = await Run(zone, prefetch: false);
        Assert.Equal(Describe(sequential), Describe(result));
        Assert.Equal(SpfResultCode.PermError, result.Code);

        // Two includes were prefetched that the sequential algorithm never came to; nothing else.
        Assert.True(resolver.AskedCount <= 1 + 10 + 2, string.Join(", ", resolver.Asked));
        Assert.True(resolver.Rounds < 12, $"{resolver.Rounds} rounds");
    }

    [Fact]
    public async Task A_name_that_two_terms_need_is_asked_once()
    {
        var zone = SpfTestZone.Of("v=spf1 a:h.example.net a:h.example.net/31 mx:h.example.net -all").Address("h.example.net", "198.51.100.5")
            .Exchange("h.example.net", 10, "h.example.net");
        var (result, resolver) = await Run(zone, prefetch: true);
        Assert.Equal(3, result.LookupCount);
        Assert.Equal(["TXT example.com", "A h.example.net", "MX h.example.net"], resolver.Asked);
    }

    [Property(MaxTest = 1500)]
    public void Prefetching_changes_no_verdict_no_count_no_explanation_and_no_evidence(int seed)
    {
        var generated = new SpfGeneratedCase(seed);
        var (ahead, resolver) = Run(generated.Zone, true, generated).GetAwaiter().GetResult();
        var (sequential, slow) = Run(generated.Zone, false, generated).GetAwaiter().GetResult();
        var atHand = new SpfEvaluator(new ZoneResolver(generated.Zone)).EvaluateMailFromAsync(generated.Client, generated.Helo, generated.MailFrom).AsTask().GetAwaiter().GetResult();
        Assert.Equal(Describe(sequential), Describe(ahead));
        Assert.Equal(Describe(sequential), Describe(atHand));
        Assert.True(resolver.Rounds <= slow.Rounds, $"{resolver.Rounds} rounds instead of {slow.Rounds}\n{generated}");
    }

    [Property(MaxTest = 1000)]
    public void The_order_in_which_answers_come_changes_nothing(int seed)
    {
        var generated = new SpfGeneratedCase(seed);
        var resolver = ScriptedResolver.Held(new ZoneResolver(generated.Zone));
        var shuffled = resolver.RunAsync(() => new SpfEvaluator(resolver).EvaluateMailFromAsync(generated.Client, generated.Helo, generated.MailFrom), new Random(seed)).GetAwaiter().GetResult();
        var (sequential, _) = Run(generated.Zone, false, generated).GetAwaiter().GetResult();
        Assert.Equal(Describe(sequential), Describe(shuffled));
    }

    [Fact]
    public async Task Answers_from_other_threads_change_nothing()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var generated = new SpfGeneratedCase(seed);
            var elsewhere = await new SpfEvaluator(ScriptedResolver.Yielding(new ZoneResolver(generated.Zone))).EvaluateMailFromAsync(
                generated.Client, generated.Helo, generated.MailFrom, TestContext.Current.CancellationToken);
            var (sequential, _) = await Run(generated.Zone, false, generated);
            Assert.Equal(Describe(sequential), Describe(elsewhere));
        }
    }

    internal static string Describe(SpfResult result) =>
        $"{result} {result.LookupCount} {result.VoidLookupCount} {result.Explanation} {result.MatchedMechanism}\n{result.Evidence}";

    private static async Task<(SpfResult Result, ScriptedResolver Resolver)> Run(Zone zone, bool prefetch, SpfGeneratedCase? generated = null)
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(zone));
        var evaluator = new SpfEvaluator(resolver, new SpfOptions { Prefetch = prefetch });
        var result = await resolver.RunAsync(() => generated is null
            ? evaluator.EvaluateMailFromAsync(SpfTestZone.IPv4, "mail.example.com", "alice@example.com")
            : evaluator.EvaluateMailFromAsync(generated.Client, generated.Helo, generated.MailFrom));
        return (result, resolver);
    }
}
