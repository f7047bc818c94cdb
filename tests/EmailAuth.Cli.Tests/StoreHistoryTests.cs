using EmailAuth.Cli.Domains;
using EmailAuth.Reports;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Incoming;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>What <c>emailauth domain --store</c> reads from imported reports.</summary>
public class StoreHistoryTests
{
    private static readonly DateOnly Day = new(2026, 11, 20);

    // Also a genuine report has what somebody forged: each name of a selector that is invented, with a signature that does not pass.
    [Fact]
    public async Task Selectors_in_use_are_those_whose_signatures_passed_however_many_are_forged()
    {
        var forged = Enumerable.Range(0, 150).Select(number => Signature("example.com", $"forged{number}", isPass: false, count: 1000));
        var others = Enumerable.Range(0, 150).Select(number => Signature($"d{number}.example.net", "s", isPass: true, count: 500));
        Assert.Equal(["s1"], await SelectorsAsync([.. forged, .. others, Signature("example.com", "s1", isPass: true, count: 1), Signature("example.com", "old", isPass: false, count: 2)]));
    }

    [Fact]
    public async Task A_selector_of_which_some_signatures_fail_is_in_use() => Assert.Equal(
        ["s1"], await SelectorsAsync([Signature("example.com", "s1", isPass: false, count: 5), Signature("example.com", "s1", isPass: true, count: 2)]));

    private static async Task<string[]> SelectorsAsync(IncomingFact[] facts)
    {
        await using var store = new MemoryReportStore();
        var document = new IncomingDocument
        {
            Identity = "one",
            ContentHash = "one",
            Kind = ReportKind.Aggregate,
            Verdict = ReportVerdict.Conforms,
            Submitter = "reporter.example",
            Domain = "example.com",
            FirstDay = Day,
            LastDay = Day,
        };
        Assert.Equal(IncomingResult.Counted, await ((IIncomingReportStore)store).AddAsync(document, EachAsync(facts), TestContext.Current.CancellationToken));
        return [.. await new StoreHistory(store, Day).SelectorsAsync(DomainName.Parse("example.com").Value!, TestContext.Current.CancellationToken)];
    }

    private static IncomingFact Signature(string domain, string selector, bool isPass, long count) =>
        new() { Kind = IncomingFactKind.Signature, Day = Day, Name = domain, Detail = selector, IsPass = isPass, Word = isPass ? "pass" : "permerror", Count = count };

    private static async IAsyncEnumerable<IncomingFact> EachAsync(IncomingFact[] facts)
    {
        foreach (var fact in facts)
        {
            yield return fact;
        }

        await Task.CompletedTask;
    }
}
