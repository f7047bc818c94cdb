using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>What is fetched for a record, and what becomes of each answer: the whole result, from documents that no server gave.</summary>
public sealed class IndicatorRetrievalJudgingTests : IDisposable
{
    private static readonly byte[] Logo = File.ReadAllBytes(Repository.PathOf("testdata", "bimi", "logo.svg"));
    private static readonly byte[] Other = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Logo).Replace("#ffcc00", "#ff0000", StringComparison.Ordinal));
    private static readonly byte[] Wrong = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Logo).Replace("<desc>", "<script/><desc>", StringComparison.Ordinal));
    private static readonly byte[] Worse = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Logo).Replace("<desc>", "<script/><a/><desc>", StringComparison.Ordinal));

    private readonly MarkAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    // The options: i fetches the indicator, e verifies the evidence, r requires it. What l and a hold, what is asked, the result.
    public static TheoryData<string, string, string, string, string> Cases => new()
    {
        { "", "logo", "mark", "", "pass none - no certificate; ; " },
        { "i", "logo", "mark", "Indicator l.svg", "pass none logo no certificate; checked; ; " },
        { "i", "logo", "", "Indicator l.svg", "pass none logo no certificate; checked; ; " },
        { "i", "refused", "", "Indicator l.svg", "fail none - no certificate; indicator_refused; indicator: r" },
        { "i", "busy", "", "Indicator l.svg", "temperror none - no certificate; indicator_unavailable; indicator: u" },
        { "i", "broken", "", "Indicator l.svg", "fail none - no certificate; indicator_unreadable; the indicator's gzip compression is broken (RFC 1952)" },
        { "i", "wrong", "", "Indicator l.svg", "fail none wrong no certificate; indicator_invalid; the indicator is not SVG Tiny PS: line 4, column 4: the element script is not allowed: SVG Tiny PS has no scripts" },
        { "i", "worse", "", "Indicator l.svg", "fail none worse no certificate; indicator_invalid; the indicator is not SVG Tiny PS: line 4, column 4: the element script is not allowed: SVG Tiny PS has no scripts (and 1 more)" },
        { "e", "logo", "mark", "Evidence a", "pass pass logo certificate; ; " },
        { "e", "logo", "", "", "pass none - no certificate; ; " },
        { "er", "logo", "", "", "fail none - no certificate; no_evidence; the record names no evidence, and the receiver requires it" },
        { "er", "logo", "mark", "Evidence a", "pass pass logo certificate; ; " },
        { "e", "logo", "refused", "Evidence a", "fail fail - no certificate; evidence_refused; evidence: r" },
        { "e", "logo", "busy", "Evidence a", "temperror none - no certificate; evidence_unavailable; evidence: u" },
        { "e", "logo", "alien", "Evidence a", "fail fail - certificate; evidence_invalid; evidence: no subject alternative name of the mark certificate is example.com, with or without default._bimi before it" },
        { "ie", "logo", "mark", "Evidence a, Indicator l.svg", "pass pass logo certificate; checked; ; " },
        { "ie", "logo", "", "Indicator l.svg", "pass none logo no certificate; checked; ; " },
        { "ie", "other", "mark", "Evidence a, Indicator l.svg", "fail fail other certificate; indicator_mismatch; the indicator at the record's location is not the image in the mark certificate" },
        { "ie", "wrong", "mark", "Evidence a, Indicator l.svg", "fail pass wrong certificate; indicator_invalid; the indicator is not SVG Tiny PS: line 4, column 4: the element script is not allowed: SVG Tiny PS has no scripts" },
        { "ie", "refused", "mark", "Evidence a, Indicator l.svg", "fail pass - certificate; indicator_refused; indicator: r" },
        { "ie", "busy", "mark", "Evidence a, Indicator l.svg", "temperror pass - certificate; indicator_unavailable; indicator: u" },
        { "ie", "broken", "mark", "Evidence a, Indicator l.svg", "fail pass - certificate; indicator_unreadable; the indicator's gzip compression is broken (RFC 1952)" },
        { "ie", "logo", "alien", "Evidence a, Indicator l.svg", "fail fail - certificate; evidence_invalid; evidence: no subject alternative name of the mark certificate is example.com, with or without default._bimi before it" },
        { "ie", "refused", "busy", "Evidence a, Indicator l.svg", "temperror none - no certificate; evidence_unavailable; evidence: u" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Each_document_decides(string options, string l, string a, string asked, string expected)
    {
        using var fetcher = new Fetcher();
        fetcher.Documents["https://x.example/l.svg"] = Document(l);
        fetcher.Documents["https://x.example/a"] = Document(a);
        using var retrieval = new IndicatorRetrieval(Options(options), fetcher, new FakeTimeProvider(MarkAuthority.Now));
        var found = new BimiResult
        {
            Code = BimiResultCode.Pass,
            Domain = Name("example.com"),
            Selector = "default",
            Record = BimiRecord.Parse($"v=BIMI1; l=https://x.example/l.svg; a={(a.Length == 0 ? "" : "https://x.example/a")}").Value,
            Lookups = [new BimiLookup(Name("default._bimi.example.com"), DnsStatus.Records)],
        };
        var result = await retrieval.JudgeAsync(found, BimiRequests.Passing, TestContext.Current.CancellationToken);
        Assert.Equal(asked, string.Join(", ", fetcher.Asked));
        Assert.Equal(expected, Text(result));
        Assert.Equal(("example.com", "default", found.Record, 1), (result.Domain!.ToString(), result.Selector, result.Record, result.Lookups.Length));
    }

    // The author domain, and the organizational domain if it is another.
    [Theory]
    [InlineData("a.example.com", "example.com", "a.example.com", true)]
    [InlineData("a.example.com", "example.com", "example.com", true)]
    [InlineData("a.example.com", "example.com", "s._bimi.a.example.com", true)]
    [InlineData("a.example.com", "example.com", "s._bimi.example.com", true)]
    [InlineData("a.example.com", "example.com", "default._bimi.example.com", false)]
    [InlineData("a.example.com", null, "example.com", false)]
    [InlineData("example.com", "example.com", "example.com", true)]
    [InlineData("example.com", "example.com", "a.example.com", false)]
    public async Task The_certificate_is_for_a_domain_of_the_author(string author, string? organization, string named, bool isRight)
    {
        using var fetcher = new Fetcher();
        fetcher.Documents["https://x.example/a"] = BimiDocument.Of(_authority.Issue(new MarkLeaf(Logo) { DnsNames = [named] }));
        using var retrieval = new IndicatorRetrieval(Options("e"), fetcher, new FakeTimeProvider(MarkAuthority.Now));
        var found = new BimiResult { Code = BimiResultCode.Pass, Selector = "s", Record = BimiRecord.Parse("v=BIMI1; l=https://x.example/l.svg; a=https://x.example/a").Value };
        var request = BimiRequests.Passing with { AuthorDomain = Name(author), OrganizationalDomain = organization is null ? null : Name(organization) };
        var result = await retrieval.JudgeAsync(found, request, TestContext.Current.CancellationToken);
        Assert.Equal(isRight ? BimiAuthorityCode.Pass : BimiAuthorityCode.Fail, result.Authority);
        if (!isRight)
        {
            Assert.Equal(
                $"evidence: no subject alternative name of the mark certificate is {author}{(organization is null || organization == author ? "" : $" or {organization}")}, with or without s._bimi before it", result.Reason);
        }
    }

    [Fact]
    public void The_fetcher_is_disposed_with_it()
    {
        var fetcher = new Fetcher();
        new IndicatorRetrieval(BimiOptions.Default, fetcher, TimeProvider.System).Dispose();
        Assert.Equal(1, fetcher.Disposed);
    }

    // The client of several evaluators: made when it is needed, closed when it was made, by whom it belongs to.
    [Theory]
    [InlineData("", false)]
    [InlineData("i", true)]
    [InlineData("e", true)]
    [InlineData("ie", true)]
    public void A_client_is_wanted_by_the_options(string options, bool isWanted)
    {
        var client = new IndicatorClient(new ZoneResolver(new Zone()), Options(options), timeProvider: null);
        Assert.Equal((isWanted, false), (client.IsWanted, client.HasClient));
        client.Close();
        Assert.False(client.HasClient);
        var indicators = client.Indicators;
        Assert.Equal((isWanted, isWanted), (indicators is not null, client.HasClient));
        Assert.Same(indicators, client.Indicators);
        client.Close();
    }

    [Fact]
    public async Task A_client_is_closed_by_the_evaluator_that_made_it()
    {
        var zone = new Zone().Add("default._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://absent.example/l.svg")
            .Add("other._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://absent.example/n.svg");
        var client = new IndicatorClient(new ZoneResolver(zone), Options("i"), timeProvider: null);
        var token = TestContext.Current.CancellationToken;
        using (var sharing = new BimiEvaluator(new ZoneResolver(zone), Options("i"), client))
        {
            Assert.Equal("indicator: absent.example has no address", (await sharing.EvaluateAsync(BimiRequests.Passing, token)).Reason);
        }

        // The first location is kept; the other one needs the client.
        Assert.Equal("indicator: absent.example has no address", (await client.Indicators!.JudgeAsync(Found("https://absent.example/l.svg"), BimiRequests.Passing, token)).Reason);
        Assert.Equal("indicator: absent.example has no address", (await client.Indicators.JudgeAsync(Found("https://absent.example/k.svg"), BimiRequests.Passing, token)).Reason);
        client.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await client.Indicators.JudgeAsync(Found("https://absent.example/m.svg"), BimiRequests.Passing, token));

        var owning = new BimiEvaluator(new ZoneResolver(zone), Options("i"));
        Assert.Equal("indicator: absent.example has no address", (await owning.EvaluateAsync(BimiRequests.Passing, token)).Reason);
        Assert.True(owning.HasWebClient);
        owning.Dispose();
        var other = BimiRequests.Passing with { SelectorFields = ["v=BIMI1; s=other"], IsSelectorSigned = true };
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await owning.EvaluateAsync(other, token));
        _ = await owning.EvaluateAsync(BimiRequests.Passing with { DmarcResult = "fail" }, token);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_named()
    {
        var resolver = new ZoneResolver(new Zone());
        Assert.StartsWith("VerifyEvidence needs at least one certificate in MarkRoots.", Message(new BimiOptions { VerifyEvidence = true }), StringComparison.Ordinal);
        Assert.StartsWith("VerifyEvidence needs at least one certificate in MarkRoots.", Message(new BimiOptions { VerifyEvidence = true, MarkRoots = default, RequireEvidence = true }), StringComparison.Ordinal);
        Assert.StartsWith("RequireEvidence needs VerifyEvidence.", Message(new BimiOptions { RequireEvidence = true, MarkRoots = [_authority.Root] }), StringComparison.Ordinal);

        string Message(BimiOptions options)
        {
            var thrown = Assert.Throws<ArgumentException>(() => new BimiEvaluator(resolver, options));
            Assert.Equal("options", thrown.ParamName);
            return thrown.Message;
        }
    }

    private static BimiResult Found(string location) => new() { Code = BimiResultCode.Pass, Selector = "default", Record = BimiRecord.Parse("v=BIMI1; l=" + location).Value };

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;

    private static string Text(BimiResult result)
    {
        var indicator = result.Indicator?.Svg.ToArray() switch
        {
            null => "-",
            var svg when svg.SequenceEqual(Logo) => "logo",
            var svg when svg.SequenceEqual(Other) => "other",
            var svg when svg.SequenceEqual(Wrong) => "wrong",
            _ => "worse",
        };
        return $"{result.Code.Keyword()} {result.Authority.Keyword()} {indicator} {(result.MarkCertificate is null ? "no certificate" : "certificate")}; {(result.IsLocationChecked ? "checked; " : "")}{result.ReasonCode}; {result.Reason}";
    }

    private BimiOptions Options(string letters) => new()
    {
        RetrieveIndicator = letters.Contains('i', StringComparison.Ordinal),
        VerifyEvidence = letters.Contains('e', StringComparison.Ordinal),
        RequireEvidence = letters.Contains('r', StringComparison.Ordinal),
        MarkRoots = [_authority.Root],
    };

    private BimiDocument Document(string what) => what switch
    {
        "logo" => BimiDocument.Of(Logo),
        "other" => BimiDocument.Of(Other),
        "wrong" => BimiDocument.Of(Wrong),
        "worse" => BimiDocument.Of(Worse),
        "broken" => BimiDocument.Of([0x1f, 0x8b, 1, 2, 3]),
        "mark" => BimiDocument.Of(_authority.Issue(new MarkLeaf(Logo))),
        "alien" => BimiDocument.Of(_authority.Issue(new MarkLeaf(Logo) { DnsNames = ["other.example"] })),
        "busy" => BimiDocument.Unavailable("u"),
        _ => BimiDocument.Refused("r"),
    };

    private sealed class Fetcher : IBimiFetcher
    {
        public Dictionary<string, BimiDocument> Documents { get; } = new(StringComparer.Ordinal);

        public List<string> Asked { get; } = [];

        public int Disposed { get; private set; }

        public Task<BimiDocument> FetchAsync(string uri, BimiDocumentKind kind, CancellationToken cancellationToken)
        {
            Assert.Equal(TestContext.Current.CancellationToken, cancellationToken);
            Asked.Add($"{kind} {uri["https://x.example/".Length..]}");
            return Task.FromResult(Documents[uri]);
        }

        public void Dispose() => Disposed++;
    }
}
