using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>What is prefetched is a guess: it takes nothing from what a check may ask, and decides nothing.</summary>
public class SpfPrefetchAllowanceTests
{
    [Fact]
    public async Task Prefetched_queries_that_are_not_needed_do_not_count_against_other_checks()
    {
        var zone = SpfTestZone.Of("v=spf1 a:first.example.net " + string.Join(' ', Enumerable.Range(1, 9).Select(i => $"mx:m{i}.example.net")) + " -all")
            .Address("first.example.net", SpfTestZone.IPv4.ToString());
        for (var i = 1; i <= 9; i++)
        {
            for (ushort host = 1; host <= 10; host++)
            {
                zone.Exchange($"m{i}.example.net", host, $"h{host}.m{i}.example.net");
            }
        }

        // The answer that decides comes last.
        var held = ScriptedResolver.Held(new ZoneResolver(zone));
        var session = new DnsSession(held);
        var check = Start(session);
        while (held.Waiting > 0)
        {
            held.AnswerOne(held.Waiting - 1);
        }

        var result = await check;
        Assert.Equal((SpfResultCode.Pass, 1), (result.Code, result.LookupCount));

        // The record, the term that matched, nine mx ahead of it and twenty of their hosts.
        Assert.Equal(1 + 1 + 9 + 20, held.AskedCount);
        Assert.Equal(0, held.Outstanding);
        var keys = session.Begin(DnsPurpose.DkimKeys, 10);
        for (var i = 1; i <= 10; i++)
        {
            Assert.Equal(DnsStatus.NameError, (await AskAsync(held, keys, $"s{i}._domainkey.example.com")).Status);
        }

        Assert.Equal("the check needs more than 10 DNS lookups", (await AskAsync(held, keys, "s11._domainkey.example.com")).Reason);
    }

    // Every name that evaluation asks for was prefetched, unless a macro or a limit kept it from being known; and prefetching changes nothing.
    [Property(MaxTest = 1000)]
    public void Prefetching_changes_no_result(int seed)
    {
        var generated = new SpfGeneratedCase(seed);
        var (ahead, asked) = Run(generated, prefetch: true);
        var (sequential, needed) = Run(generated, prefetch: false);
        Assert.Equal(SpfPrefetchTests.Describe(sequential), SpfPrefetchTests.Describe(ahead));
        Assert.Subset(asked.ToHashSet(), needed.ToHashSet());
    }

    // Whatever the limits are: a walk that counted otherwise than the evaluation would end in another place.
    [Property(MaxTest = 1000)]
    public void Prefetching_changes_no_result_under_any_limits(int seed)
    {
        var generated = new SpfGeneratedCase(seed);
        var random = new Random(seed);
        var limits = new SpfOptions
        {
            MaxLookups = random.Next(1, 13),
            MaxVoidLookups = random.Next(4),
            MaxMailHosts = random.Next(1, 11),
            MaxPointers = random.Next(1, 4),
            MaxRecordLength = random.Next(40, 400),
        };
        var (ahead, _) = Run(generated, prefetch: true, limits);
        var (sequential, _) = Run(generated, prefetch: false, limits);
        Assert.Equal(SpfPrefetchTests.Describe(sequential), SpfPrefetchTests.Describe(ahead));
    }

    private static (SpfResult Result, string[] Asked) Run(SpfGeneratedCase generated, bool prefetch, SpfOptions? limits = null)
    {
        var resolver = ScriptedResolver.Held(new ZoneResolver(generated.Zone));
        var session = new DnsSession(resolver);
        var evaluator = new SpfEvaluator(resolver, (limits ?? SpfOptions.Default) with { Prefetch = prefetch });
        var result = resolver.RunAsync(
            () => evaluator.EvaluateMailFromAsync(
                session, generated.Client, generated.Helo, generated.MailFrom, ReversePath.Parse(generated.MailFrom), CancellationToken.None),
            new Random(generated.Seed)).GetAwaiter().GetResult();
        return (result, [.. resolver.Asked]);
    }

    private static Task<SpfResult> Start(DnsSession session)
    {
        const string Sender = "alice@example.com";
        return new SpfEvaluator(new ZoneResolver(new Zone()))
            .EvaluateMailFromAsync(session, SpfTestZone.IPv4, "mail.example.com", Sender, ReversePath.Parse(Sender), CancellationToken.None).AsTask();
    }

    private static async Task<DnsResponse> AskAsync(ScriptedResolver held, DnsAsker dns, string name)
    {
        var answer = dns.QueryAsync(new DnsQuestion(DomainName.Parse(name).Value!, DnsRecordType.Txt), TestContext.Current.CancellationToken);
        held.AnswerRound();
        return await answer;
    }
}
