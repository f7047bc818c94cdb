using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Testing;

/// <summary>What a large zone takes in memory. Runs alone: what other tests of this process take and leave would be counted.</summary>
[Collection(nameof(AuthenticationMemoryTests))]
public class LargeZoneTests
{
    // The answers of a large zone are made when they are asked for, from texts that take one byte a character.
    [Fact]
    public async Task A_large_zone_answers_as_a_small_one_and_takes_less_memory()
    {
        const int Count = 110_000;
        var zone = new Zone();
        for (var i = 0; i < Count; i++)
        {
            zone.Add($"n{i}.example", ZoneEntryKind.Txt, $"v=DKIM1; p={new string('A', 300)}{i}");
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var resolver = new ZoneResolver(zone);
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / Count, 0, 200); // with a node a name it would be some 900
        foreach (var i in (int[])[0, 1, Count / 2, Count - 1])
        {
            var name = DomainName.Parse($"n{i}.example").Value!;
            Assert.Equal([$"v=DKIM1; p={new string('A', 300)}{i}"], (await resolver.QueryTextAsync(name, TestContext.Current.CancellationToken)).Texts);
        }

        Assert.Equal(DnsStatus.NoData, (await resolver.QueryTextAsync(DomainName.Parse("example").Value!, TestContext.Current.CancellationToken)).Status);
        GC.KeepAlive(zone);
    }
}
