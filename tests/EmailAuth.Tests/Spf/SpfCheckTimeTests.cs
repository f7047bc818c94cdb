using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>A check whose time is up after each of its lookups: what it says, and that it asks for nothing more.</summary>
public class SpfCheckTimeTests
{
    [Fact]
    public async Task After_each_lookup_the_end_of_the_time_gives_what_is_approved()
    {
        var zone = new Zone().Text("a.test", "v=spf1 a:n.test mx:m.test ptr:x.test exists:%{p}.e.test include:b.test ?ip4:203.0.113.1 redirect=%{p1}.c.test")
            .Exchange("m.test", 1, "m1.test").Exchange("m.test", 2, "m2.test").Address("m1.test", "198.51.100.1").Address("m2.test", "198.51.100.1")
            .Pointer(SpfTestZone.IPv4, "p1.x.test").Pointer(SpfTestZone.IPv4, "p2.x.test").Pointer(SpfTestZone.IPv4, "p3.test").Address("p1.x.test", "198.51.100.1").Address("p3.test", "192.0.2.3")
            .Text("b.test", "v=spf1 include:d.test ~all").Text("d.test", "v=spf1 exists:f.test -all").Text("test.c.test", "v=spf1 -all exp=why.%{d}").Text("why.test.c.test", "%{d} says no to %{i}.");
        var lines = new List<string>();
        for (var lookups = 0; lookups < 18; lookups++)
        {
            // Each answer takes a second, and the time ends half a second after the last one that it has room for.
            foreach (var prefetch in new[] { false, true })
            {
                var clock = new FakeTimeProvider();
                var resolver = new ScriptedResolver(zone) { OnQuery = _ => clock.Advance(TimeSpan.FromSeconds(1)) };
                var options = new SpfOptions { TimeLimit = TimeSpan.FromSeconds(lookups + 0.5), MaxVoidLookups = 9, Prefetch = prefetch };
                var result = await new SpfEvaluator(resolver, options, clock).EvaluateMailFromAsync(SpfTestZone.IPv4, null, "joe@a.test", TestContext.Current.CancellationToken);
                var evidence = result.Evidence!.ToString().Split('\n');
                string[] described =
                [
                    $"## {lookups}", $"{result} {result.ReasonCode}, {result.LookupCount} lookups, {result.VoidLookupCount} void, {result.Explanation ?? "no explanation"}, {result.Elapsed.TotalSeconds} s",
                    $"asked {resolver.AskedCount}, the last one {resolver.Asked[^1]}; evidence has {evidence.Length} lines, the last ones:", .. evidence[^Math.Min(3, evidence.Length)..],
                ];
                if (prefetch)
                {
                    Assert.Equal(lines[^described.Length..], described);
                }
                else
                {
                    lines.AddRange(described);
                }
            }
        }

        ApprovedPage.Verify("spf", "time.txt", lines);
    }

    // The record, the client's names and the addresses of one come before the target.
    [Theory]
    [InlineData("a:%{p}.e.test")]
    [InlineData("mx:%{p}.e.test")]
    [InlineData("exists:%{p}.e.test")]
    [InlineData("include:%{p}.e.test")]
    [InlineData("redirect=%{p}.e.test")]
    public async Task The_time_may_end_in_each_lookup_that_a_term_with_a_pointer_needs(string term)
    {
        var zone = SpfTestZone.Of("v=spf1 " + term).Pointer(SpfTestZone.IPv4, "p.test").Address("p.test", SpfTestZone.IPv4.ToString()).Text("p.test.e.test", "v=spf1 -all");
        string[] asked = ["TXT example.com", "PTR 192.0.2.3", "A p.test"];
        for (var lookups = 0; lookups <= asked.Length; lookups++)
        {
            foreach (var prefetch in new[] { false, true })
            {
                var clock = new FakeTimeProvider();
                var resolver = new ScriptedResolver(zone) { OnQuery = _ => clock.Advance(TimeSpan.FromSeconds(1)) };
                var options = new SpfOptions { TimeLimit = TimeSpan.FromSeconds(lookups + 0.5), Prefetch = prefetch };
                var result = await new SpfEvaluator(resolver, options, clock).EvaluateMailFromAsync(SpfTestZone.IPv4, null, "joe@example.com", TestContext.Current.CancellationToken);
                Assert.Equal((SpfResultCode.TempError, $"the check took longer than {lookups}.5 seconds (RFC 7208 section 4.6.4)"), (result.Code, result.Reason));
                Assert.Equal(lookups + 1, resolver.AskedCount);
                Assert.Equal(asked[..Math.Min(asked.Length, lookups + 1)], resolver.Asked.Take(asked.Length));
            }
        }
    }
}
