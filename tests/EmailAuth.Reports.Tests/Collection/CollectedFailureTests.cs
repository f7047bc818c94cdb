using System.Collections.Immutable;
using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Failures;
using EmailAuth.Reports.Tests.Failures;

namespace EmailAuth.Reports.Tests.Collection;

/// <summary>What a collector keeps of failures, and how few of a flood.</summary>
public sealed class CollectedFailureTests
{
    private static readonly ReportCollectorOptions On = new() { Failures = new FailureReportOptions { Key = FailureWorld.Key } };

    [Fact]
    public async Task Nothing_is_kept_of_failures_by_default()
    {
        var message = await new FailureWorld().JudgeAsync();
        Assert.Null(ReportCollector.Collect(message, new ReportCollectorOptions()));
        Assert.Single(ReportCollector.Collect(message, On)!.Failures);
        var both = await new FailureWorld { Record = "v=DMARC1; p=reject; rua=mailto:d@example.com; ruf=mailto:f@example.com" }.JudgeAsync();
        Assert.Empty(ReportCollector.Collect(both, new ReportCollectorOptions())!.Failures);
        Assert.Equal((1, 1), (ReportCollector.Collect(both, On)!.Failures.Length, ReportCollector.Collect(both, On)!.ReportUris.Length));
        Assert.Empty((await new FailureWorld().ReportsAsync(mailFrom: "alice@example.com", client: "192.0.2.9")).AsEnumerable());
    }

    [Fact]
    public async Task Failures_go_through_a_journal_unchanged_and_damage_of_them_is_noticed()
    {
        var collected = ReportCollector.Collect(await new FailureWorld { Record = "v=DMARC1; p=none; fo=1:s; ruf=mailto:f@example.com,mailto:g@example.net" }.JudgeAsync(mailFrom: "x@macro.example"), On)!;
        Assert.Equal(2, collected.Failures.Length);
        var bytes = CollectedMessageCodec.Write(collected);
        Assert.Equivalent(collected, CollectedMessageCodec.Read(bytes), strict: true);
        Assert.DoesNotContain((byte)0xff, bytes);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(CollectedMessageCodec.Read(bytes.AsSpan(0, length)));
        }

        for (var place = 0; place < bytes.Length; place++)
        {
            bytes[place] ^= 0x80;
            _ = CollectedMessageCodec.Read(bytes);
            bytes[place] ^= 0x80;
        }
    }

    [Fact]
    public async Task Of_like_failures_the_first_has_a_report_until_the_window_ends()
    {
        var kept = new List<CollectedMessage>();
        var collector = new ReportCollector(message => { kept.Add(message); return JournalDrop.None; }, On);
        var world = new FailureWorld();
        for (var number = 0; number < 5; number++)
        {
            collector.OnEvaluated(await world.JudgeAsync());
        }

        world.Time.Advance(TimeSpan.FromHours(1));
        collector.OnEvaluated(await world.JudgeAsync());
        Assert.Equal([true, false, false, false, false, true], kept.Select(static message => message.Failures.Single().Fields is not null));
        Assert.All(kept.Where(static message => message.Failures[0].Fields is null), static message => Assert.InRange(CollectedMessageCodec.Write(message).Length, 1, 400));
    }

    [Fact]
    public void A_flood_of_kinds_is_cut_at_the_limit_of_the_domain_and_at_that_of_all_until_the_next_day()
    {
        var gate = new FailureGate(new FailureLimits { MaxPerDomain = 3, MaxInAll = 5 });
        Assert.Equal([true, true, true, null, null], Admit("a", 0, 5, FailureWorld.Noon));
        Assert.Equal([true, true, null], Admit("b", 10, 3, FailureWorld.Noon));
        Assert.Equal([false, null], Admit("a", 2, 2, FailureWorld.Noon));
        Assert.Equal([true], Admit("c", 20, 1, FailureWorld.Noon.AddHours(12)));

        // A message of before midnight that was judged late begins no other day, but a clock that was far ahead does.
        Assert.Equal([true, true, null], Admit("c", 30, 3, FailureWorld.Noon.AddHours(12)));
        Assert.Equal([null], Admit("c", 40, 1, FailureWorld.Noon.AddHours(11)));
        Assert.Equal([null], Admit("c", 50, 1, FailureWorld.Noon.AddHours(12)));
        Assert.Equal([true], Admit("c", 60, 1, FailureWorld.Noon.AddDays(-2)));

        ImmutableArray<bool?> Admit(string domain, int first, int count, DateTimeOffset now) =>
            [.. Enumerable.Range(first, count).Select(number => gate.Admit($"kind {number}", domain, now))];
    }
}
