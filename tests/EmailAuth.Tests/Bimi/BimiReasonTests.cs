using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>Each reason of BIMI is reached by an input, and given as its word beside the text.</summary>
public sealed class BimiReasonTests : IAsyncLifetime
{
    private static readonly byte[] Logo = File.ReadAllBytes(Repository.PathOf("testdata", "bimi", "logo.svg"));

    private static readonly BimiRequest Request = BimiRequests.Passing;

    // What the message and its DMARC record lack, and what the DNS holds.
    private static readonly Dictionary<string, BimiRequest> Unmet = new(StringComparer.Ordinal)
    {
        ["no_author"] = Request with { AuthorDomain = null },
        ["dmarc_not_pass"] = Request with { DmarcResult = "fail" },
        ["dmarc_undecided"] = Request with { DmarcResult = "temperror" },
        ["testing_key"] = Request with { RestsOnTestingKey = true },
        ["no_dmarc_record"] = Request with { AuthorRecord = null },
        ["policy_none"] = Request with { AppliedPolicy = BimiPolicy.None },
        ["subdomain_policy_none"] = Request with { AuthorRecord = new() { Policy = BimiPolicy.Reject, SubdomainPolicy = BimiPolicy.None } },
        ["policy_testing"] = Request with { AuthorRecord = new() { Policy = BimiPolicy.Reject, IsTesting = true } },
        ["policy_percentage"] = Request with { AuthorRecord = new() { Policy = BimiPolicy.Quarantine, Percentage = 50 } },
        ["several_selectors"] = Request with { SelectorFields = ["v=BIMI1; s=a", "v=BIMI1; s=b"] },
        ["selector_syntax"] = Request with { SelectorFields = ["s=a"], IsSelectorSigned = true },
    };

    private static readonly Dictionary<string, string[]> Records = new(StringComparer.Ordinal)
    {
        ["no_record"] = ["v=spf1 -all"],
        ["several_records"] = ["v=BIMI1; l=", "v=BIMI1; l=; a="],
        ["record_syntax"] = ["v=BIMI1; x"],
        ["declined"] = ["v=BIMI1; l=; a=;"],
        ["no_indicator"] = ["v=BIMI1; l=; a=https://example.com/vmc.pem"],
    };

    // The paths of l and a, empty for no tag, on a server that has /logo.svg, /wrong.svg, /other.svg, /vmc.pem, /wrong.pem and, for now, not /busy.
    private static readonly Dictionary<string, (string Logo, string Evidence)> Locations = new(StringComparer.Ordinal)
    {
        ["no_evidence"] = ("/logo.svg", ""),
        ["evidence_unavailable"] = ("/logo.svg", "/busy.svg"),
        ["evidence_refused"] = ("/logo.svg", "/absent.pem"),
        ["evidence_invalid"] = ("/logo.svg", "/wrong.pem"),
        ["indicator_unavailable"] = ("/busy.svg", "/vmc.pem"),
        ["indicator_refused"] = ("/absent.svg", "/vmc.pem"),
        ["indicator_unreadable"] = ("/broken.svgz", "/vmc.pem"),
        ["indicator_invalid"] = ("/wrong.svg", "/vmc.pem"),
        ["indicator_mismatch"] = ("/other.svg", "/vmc.pem"),
    };

    private readonly MarkAuthority _authority = new();
    private readonly FakeTimeProvider _clock = new(MarkAuthority.Now);
    private WebServer _server = null!;

    public static TheoryData<string> UnmetWords => [.. Unmet.Keys];

    public static TheoryData<string> RecordWords => [.. Records.Keys];

    public static TheoryData<string> LocationWords => [.. Locations.Keys];

    public async ValueTask InitializeAsync() => _server = await WebServer.StartAsync();

    public ValueTask DisposeAsync()
    {
        _authority.Dispose();
        return _server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(UnmetWords))]
    public async Task A_message_that_does_not_qualify_has_the_reason(string word) =>
        AssertReason(word, await EvaluateAsync(Unmet[word], new Zone()));

    [Theory]
    [MemberData(nameof(RecordWords))]
    public async Task A_record_has_the_reason(string word)
    {
        var zone = new Zone();
        foreach (var record in Records[word])
        {
            zone.Add("default._bimi.example.com", ZoneEntryKind.Txt, record);
        }

        AssertReason(word, await EvaluateAsync(Request, zone));
    }

    [Fact]
    public async Task A_failed_lookup_has_the_reason() =>
        AssertReason("dns_failure", await EvaluateAsync(Request, new Zone().Add("default._bimi.example.com", ZoneEntryKind.ServFail)));

    [Theory]
    [MemberData(nameof(LocationWords))]
    public async Task What_is_fetched_has_the_reason(string word)
    {
        var text = Encoding.UTF8.GetString(Logo);
        _server.Serve("/logo.svg", Logo);
        _server.Serve("/broken.svgz", [0x1f, 0x8b, 1, 2, 3]);
        _server.Serve("/wrong.svg", Encoding.UTF8.GetBytes(text.Replace("<desc>", "<script/><desc>", StringComparison.Ordinal)));
        _server.Serve("/other.svg", Encoding.UTF8.GetBytes(text.Replace("#ffcc00", "#ff0000", StringComparison.Ordinal)));
        _server.Serve("/vmc.pem", _authority.Issue(new MarkLeaf(Logo)));
        _server.Serve("/wrong.pem", _authority.Issue(new MarkLeaf(Logo) { DnsNames = ["other.example"] }));
        _server.Serve("/busy.svg", static context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        var (logo, evidence) = Locations[word];
        var record = $"v=BIMI1; l={_server.Uri(logo)}" + (evidence.Length == 0 ? null : $"; a={_server.Uri(evidence)}");
        var options = new BimiOptions
        {
            RetrieveIndicator = true,
            VerifyEvidence = true,
            RequireEvidence = true,
            MarkRoots = [_authority.Root],
            AllowLoopback = true,
            TrustedServerRoots = _server.Roots,
        };
        var zone = new Zone().Add("images.example", ZoneEntryKind.A, "127.0.0.1").Add("default._bimi.example.com", ZoneEntryKind.Txt, record);
        AssertReason(word, await EvaluateAsync(Request, zone, options));
    }

    // Without OpenSSL a process cannot run these tests: WithoutOpenSslTests start one of their own.
    [Fact]
    public void Each_reason_has_an_input_and_a_word_of_its_own() => Assert.Equal(
        Enum.GetValues<BimiReason>().Select(static reason => reason.Keyword()).Order(StringComparer.Ordinal),
        Unmet.Keys.Concat(Records.Keys).Concat(Locations.Keys).Append("dns_failure").Append("platform_fault").Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_pass_has_neither_reason_nor_code()
    {
        var zone = new Zone().Add("default._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://example.com/logo.svg");
        var result = await EvaluateAsync(Request, zone);
        Assert.Equal((BimiResultCode.Pass, null, null), (result.Code, result.Reason, result.ReasonCode));
    }

    private static void AssertReason(string word, BimiResult result)
    {
        Assert.Equal(word, result.ReasonCode);
        Assert.NotNull(result.Reason);
    }

    private async Task<BimiResult> EvaluateAsync(BimiRequest request, Zone zone, BimiOptions? options = null)
    {
        using var evaluator = new BimiEvaluator(new ZoneResolver(zone), options, _clock);
        return await evaluator.EvaluateAsync(request, TestContext.Current.CancellationToken);
    }
}
