using System.Diagnostics;
using System.Reflection;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Spf;

public class SpfAllocationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Three_includes_of_which_the_third_matches_allocate_less_than_1_KB(bool prefetch)
    {
        Assert.SkipWhen(
            typeof(SpfEvaluator).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled == true,
            "in a debug build every async method allocates its state");
        var zone = SpfTestZone.Of("v=spf1 include:a.example.net include:b.example.net include:c.example.net -all")
            .Text("a.example.net", "v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.0/25 ip6:2001:db8:1::/48 ~all")
            .Text("b.example.net", "v=spf1 ip4:198.18.0.0/15 ip4:203.0.113.128/26 ~all")
            .Text("c.example.net", "v=spf1 ip4:203.0.113.192/27 ip4:192.0.2.0/25 ~all");
        var evaluator = new SpfEvaluator(new ZoneResolver(zone), new SpfOptions { Prefetch = prefetch });
        Assert.Equal(SpfResultCode.Pass, Check(evaluator));
        Check(evaluator);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Check(evaluator);
        }

        var perCheck = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        Assert.True(perCheck <= 912, $"{perCheck} bytes");
    }

    [Fact]
    public void A_name_of_thousands_of_macros_costs_no_more_than_its_end()
    {
        // RFC 7208 section 7.3: of a longer name the last 253 characters count.
        Assert.InRange(CostOfName(10_000), 1, 2 * CostOfName(100));
    }

    [Fact]
    public void Long_records_are_parsed_once_a_check_however_many_answers_come_after_them()
    {
        var zone = SpfTestZone.Of("v=spf1 " + string.Join(' ', Enumerable.Range(1, 9).Select(i => $"include:n{i}.example.net")) + " -all");
        for (var i = 1; i <= 9; i++)
        {
            zone.Text($"n{i}.example.net", "v=spf1 " + string.Concat(Enumerable.Repeat($"ip4:198.51.100.{i} ", 2000)));
        }

        CostOfCheck(zone, prefetch: true);
        Assert.InRange(CostOfCheck(zone, prefetch: true), 1, CostOfCheck(zone, prefetch: false) * 3 / 2);
    }

    // The answers come from the last to the first, so that each finds all that came before it.
    private static long CostOfCheck(Zone zone, bool prefetch)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var held = ScriptedResolver.Held(new ZoneResolver(zone));
        var check = new SpfEvaluator(held, new SpfOptions { Prefetch = prefetch })
            .EvaluateMailFromAsync(SpfTestZone.IPv4, "mail.example.com", "alice@example.com", CancellationToken.None).AsTask();
        while (held.Waiting > 0)
        {
            held.AnswerOne(held.Waiting - 1);
        }

        Assert.Equal(TaskStatus.RanToCompletion, check.Status);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static long CostOfName(int macros)
    {
        var domain = DomainName.Parse("example.com").Value!;
        var spec = SpfDomainSpec.Parse(string.Concat(Enumerable.Repeat("%{S}.", macros)) + "example.net", 0).Value!;
        var expander = new SpfMacroExpander(new CheckHostArguments(SpfTestZone.IPv4, null, new string('!', 900) + "@example.com", 900, domain), TimeProvider.System, null);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("com.example.net", expander.ExpandName(spec, domain, null)?.ToString());
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static SpfResultCode Check(SpfEvaluator evaluator)
    {
        var check = evaluator.EvaluateMailFromAsync(SpfTestZone.IPv4, "mail.example.com", "alice@example.com", CancellationToken.None);
        return check.IsCompletedSuccessfully ? check.Result.Code : throw new InvalidOperationException("Every answer is at hand.");
    }
}
