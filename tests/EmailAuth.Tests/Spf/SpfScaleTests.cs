using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>Records that use whatever MaxLookups is raised to: nothing overflows, and nothing is done again for each term.</summary>
public class SpfScaleTests
{
    private static readonly SpfOptions Lifted = new() { MaxLookups = 1000 };

    [Fact]
    public void A_chain_of_a_thousand_includes_ends_on_a_small_stack()
    {
        SpfResult? result = null;
        string? evidence = null;
        var thread = new Thread(
            () =>
            {
                result = Chain(1000).CheckAsync(options: Lifted).AsTask().GetAwaiter().GetResult();
                evidence = result.Evidence!.ToString();
            },
            maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.Equal((SpfResultCode.Pass, 1000), (result!.Code, result.LookupCount));
        Assert.Contains("d1000.example.com: pass\n", evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_of_a_thousand_terms_has_its_own_lookup_in_the_evidence()
    {
        var zone = SpfTestZone.Of("v=spf1 " + string.Concat(Enumerable.Range(1, 999).Select(i => $"a:h{i}.example.com include:i.example.com ".Split(' ')[i % 2] + " ")) + "-all")
            .Text("i.example.com", "v=spf1 ?all");
        for (var i = 1; i < 1000; i++)
        {
            zone.Address($"h{i}.example.com", "198.51.100.5");
        }

        var result = await zone.CheckAsync(options: Lifted);
        Assert.Equal(SpfResultCode.Fail, result.Code);
        for (var i = 1; i < 1000; i++)
        {
            var term = result.Evidence!.Terms[i - 1];
            Assert.Equal(i % 2 == 0 ? [$"h{i}.example.com"] : [], term.Lookups.Select(lookup => lookup.Name));
            Assert.Equal(i % 2 == 0 ? null : "i.example.com", term.Target?.Domain.ToString());
        }
    }

    [Fact]
    public async Task The_evidence_of_four_times_the_depth_is_four_times_as_long()
    {
        var some = (await Chain(200).CheckAsync(options: Lifted)).Evidence!.ToString().Length;
        var more = (await Chain(800).CheckAsync(options: Lifted)).Evidence!.ToString().Length;
        Assert.InRange(more, some * 3, some * 5);
    }

    [Fact]
    public async Task Twenty_terms_are_asked_ahead_at_the_most()
    {
        var zone = SpfTestZone.Of("v=spf1 " + string.Concat(Enumerable.Range(1, 100).Select(i => $"a:h{i}.example.net ")) + "-all");
        for (var i = 1; i <= 100; i++)
        {
            zone.Address($"h{i}.example.net", "198.51.100.5");
        }

        var held = new HeldResolver(new ZoneResolver(zone));
        var most = 0;
        var result = await Task.Run(() =>
        {
            var check = new SpfEvaluator(held, Lifted).EvaluateMailFromAsync(SpfTestZone.IPv4, "mail.example.com", "alice@example.com").AsTask();
            while (held.Waiting > 0)
            {
                most = Math.Max(most, held.Waiting);
                held.AnswerRound();
            }

            return check;
        }, TestContext.Current.CancellationToken);
        Assert.Equal((SpfResultCode.Fail, 100), (result.Code, result.LookupCount));
        Assert.Equal(21, most); // the term that is evaluated, and those ahead
        Assert.Equal(101, held.Asked);
    }

    [Fact]
    public async Task A_name_of_macros_is_made_once_however_many_answers_come()
    {
        var macros = string.Concat(Enumerable.Repeat("%{l1r-}", 300));
        var zone = SpfTestZone.Of("v=spf1 " + string.Concat(Enumerable.Range(1, 5).Select(i => $"a:h{i}.example.net ")) + string.Concat(Enumerable.Range(1, 5).Select(i => $"exists:{macros}.x{i}.example.net ")) + "-all");
        for (var i = 1; i <= 5; i++)
        {
            zone.Address($"h{i}.example.net", "198.51.100.5");
        }

        var sender = new string('a', 400) + "@example.com";
        var options = new SpfOptions { MaxVoidLookups = 10 };
        var (ahead, one) = (await AllocatedAsync(lookahead: true), await AllocatedAsync(lookahead: false));

        // Ahead, and again when its term is evaluated.
        Assert.InRange(ahead, one, one * 5 / 2);

        Task<long> AllocatedAsync(bool lookahead) => Task.Run(() =>
        {
            var held = new HeldResolver(new ZoneResolver(zone));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var check = new SpfEvaluator(held, options with { Lookahead = lookahead }).EvaluateMailFromAsync(SpfTestZone.IPv4, "mail.example.com", sender).AsTask();
            while (held.Waiting > 0)
            {
                held.AnswerOne(held.Waiting - 1);
            }

            Assert.True(check.IsCompletedSuccessfully);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
    }

    private static Zone Chain(int depth)
    {
        var zone = SpfTestZone.Of("v=spf1 include:d1.example.com -all");
        for (var i = 1; i < depth; i++)
        {
            zone.Text($"d{i}.example.com", $"v=spf1 include:d{i + 1}.example.com -all");
        }

        return zone.Text($"d{depth}.example.com", "v=spf1 ip4:192.0.2.0/24 -all");
    }
}
