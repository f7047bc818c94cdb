using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>What is asked ahead is a guess: it uses up nothing of what a message may ask.</summary>
public class SpfLookaheadAllowanceTests
{
    [Fact]
    public async Task What_was_asked_ahead_and_not_needed_leaves_the_messages_lookups_to_others()
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
        var held = new HeldResolver(new ZoneResolver(zone));
        var message = new MessageResolver(held, new LookupLimits { MaxLookups = 20 });
        var check = Start(message);
        while (held.Waiting > 0)
        {
            held.AnswerOne(held.Waiting - 1);
        }

        var result = await check;
        Assert.Equal((SpfResultCode.Pass, 1), (result.Code, result.LookupCount));

        // The record, the term that matched, and half of the message's lookups for what might have been needed.
        Assert.Equal(1 + 1 + 10, held.Asked);
        for (var i = 1; i <= 18; i++)
        {
            Assert.Equal(DnsStatus.NameError, (await AskAsync(held, message, $"s{i}._domainkey.example.com")).Status);
        }

        Assert.False(message.IsExhausted);
        Assert.Equal("the message needs more than 20 DNS lookups (MaxLookups)", (await AskAsync(held, message, "s19._domainkey.example.com")).Reason);
    }

    [Fact]
    public async Task What_was_asked_ahead_counts_when_another_check_needs_it()
    {
        var zone = SpfTestZone.Of("v=spf1 a:first.example.net include:other.example.net -all").Address("first.example.net", SpfTestZone.IPv4.ToString());
        var held = new HeldResolver(new ZoneResolver(zone));
        var message = new MessageResolver(held, new LookupLimits { MaxLookups = 3 });
        var check = Start(message);
        held.AnswerRound();
        held.AnswerOne(1);
        var needed = AskAsync(held, message, "other.example.net");
        held.AnswerRound();
        Assert.Equal(SpfResultCode.Pass, (await check).Code);
        Assert.Equal(DnsStatus.NameError, (await needed).Status);
        Assert.Equal((3, 3), (held.Asked, message.Lookups));
        Assert.Equal("the message needs more than 3 DNS lookups (MaxLookups)", (await AskAsync(held, message, "more.example.net")).Reason);
    }

    [Property(MaxTest = 1000)]
    public void Where_a_messages_lookups_end_is_the_same_with_lookahead_and_without(int seed)
    {
        var generated = new SpfGeneratedCase(seed);
        var limits = new LookupLimits { MaxLookups = new Random(seed).Next(1, 12) };
        var ahead = Run(generated, limits, lookahead: true);
        var sequential = Run(generated, limits, lookahead: false);
        Assert.Equal(SpfLookaheadTests.Describe(sequential), SpfLookaheadTests.Describe(ahead));
    }

    private static SpfResult Run(SpfGeneratedCase generated, LookupLimits limits, bool lookahead)
    {
        var resolver = new WaitingResolver(generated.Zone, new Random(generated.Seed));
        var message = new MessageResolver(resolver, limits);
        var evaluator = new SpfEvaluator(resolver, new SpfOptions { Lookahead = lookahead });
        return resolver.RunAsync(() => evaluator.EvaluateMailFromAsync(
            message, generated.Client, generated.Helo, generated.MailFrom, ReversePath.Parse(generated.MailFrom), CancellationToken.None)).GetAwaiter().GetResult();
    }

    private static Task<SpfResult> Start(MessageResolver message)
    {
        const string Sender = "alice@example.com";
        return new SpfEvaluator(message)
            .EvaluateMailFromAsync(message, SpfTestZone.IPv4, "mail.example.com", Sender, ReversePath.Parse(Sender), CancellationToken.None).AsTask();
    }

    private static async Task<DnsResponse<string>> AskAsync(HeldResolver held, MessageResolver message, string name)
    {
        var answer = message.QueryTextAsync(DomainName.Parse(name).Value!, TestContext.Current.CancellationToken);
        held.AnswerRound();
        return await answer;
    }
}
