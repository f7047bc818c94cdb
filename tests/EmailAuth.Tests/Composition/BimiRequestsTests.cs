using EmailAuth.Bimi;
using EmailAuth.Composition;
using EmailAuth.Dmarc;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>BIMI without a pipeline, on what DMARC found.</summary>
public class BimiRequestsTests
{
    private const string Record = "v=BIMI1; l=https://example.com/logo.svg; lps=";

    [Theory]
    [InlineData("reject", null, null, BimiResultCode.Pass, "default")]
    [InlineData("reject", "brand", null, BimiResultCode.Pass, "brand")]
    [InlineData("reject", null, "news", BimiResultCode.Pass, "news")] // the record has lps
    [InlineData("reject", "-bad-", null, BimiResultCode.Fail, null)]
    [InlineData("none", null, null, BimiResultCode.Skipped, null)]
    public async Task The_policy_and_the_selector_decide(string policy, string? selector, string? localPart, BimiResultCode code, string? found)
    {
        var result = await EvaluateAsync(policy, selector, localPart, ignoresPolicy: false);
        Assert.Equal((code, found), (result.Code, result.Selector));
    }

    // BIMI draft section 7.1: a quarantine of a part only is no enforcement.
    [Theory]
    [InlineData("quarantine; pct=100", BimiResultCode.Pass)]
    [InlineData("quarantine; pct=99", BimiResultCode.Skipped)]
    [InlineData("quarantine;; pct=10", BimiResultCode.Skipped)]
    [InlineData("quarantine; PCT=10", BimiResultCode.Skipped)]
    [InlineData("quarantine; bad; pct=10", BimiResultCode.Skipped)]
    [InlineData("quarantine; 1=2; pct=10", BimiResultCode.Skipped)]
    [InlineData("quarantine;; PCT=100", BimiResultCode.Pass)]
    [InlineData("quarantine; pct=x", BimiResultCode.Pass)]
    [InlineData("quarantine; n=pct", BimiResultCode.Pass)]
    public async Task A_percentage_counts_although_DMARC_has_none_any_more(string policy, BimiResultCode code) =>
        Assert.Equal(code, (await EvaluateAsync(policy, null, null, ignoresPolicy: false)).Code);

    [Fact]
    public async Task What_is_published_is_judged_whatever_the_policy()
    {
        var result = await EvaluateAsync("none", null, null, ignoresPolicy: true);
        Assert.Equal((BimiResultCode.Pass, "default"), (result.Code, result.Selector));
    }

    // Only a message has a chain.
    [Fact]
    public async Task A_failure_of_DMARC_is_skipped_where_trusted_chains_count_too()
    {
        var domain = DomainName.Parse("example.com").Value!;
        var resolver = new ZoneResolver(new Zone()
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
            .Add("default._bimi.example.com", ZoneEntryKind.Txt, Record));
        var dmarc = await new DmarcEvaluator(resolver).EvaluateAsync(domain, [], TestContext.Current.CancellationToken);
        Assert.Equal(DmarcResultCode.Fail, dmarc.Code);
        using var evaluator = new BimiEvaluator(resolver, new BimiOptions { AcceptTrustedArc = true });
        Assert.Equal(BimiResultCode.Skipped, (await evaluator.EvaluateAsync(dmarc, null, null, false, TestContext.Current.CancellationToken)).Code);
    }

    private static async Task<BimiResult> EvaluateAsync(string policy, string? selector, string? localPart, bool ignoresPolicy)
    {
        var domain = DomainName.Parse("example.com").Value!;
        var zone = new Zone()
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, $"v=DMARC1; p={policy}")
            .Add("default._bimi.example.com", ZoneEntryKind.Txt, Record)
            .Add("brand._bimi.example.com", ZoneEntryKind.Txt, Record)
            .Add("news._bimi.example.com", ZoneEntryKind.Txt, Record);
        var resolver = new ZoneResolver(zone);
        var dmarc = await new DmarcEvaluator(resolver).EvaluateAsync(
            domain, [new AuthenticatedIdentifier { Method = IdentifierSource.Dkim, Domain = domain }], TestContext.Current.CancellationToken);
        using var evaluator = new BimiEvaluator(resolver);
        return await evaluator.EvaluateAsync(dmarc, selector, localPart, ignoresPolicy, TestContext.Current.CancellationToken);
    }
}
