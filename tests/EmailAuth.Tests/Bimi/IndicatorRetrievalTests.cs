using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>Records, logos and certificates together, over the wire.</summary>
public sealed class IndicatorRetrievalTests : IAsyncLifetime
{
    private static readonly byte[] Logo = File.ReadAllBytes(Repository.PathOf("testdata", "bimi", "logo.svg"));

    private static readonly BimiRequest Request = BimiRequests.Passing;

    private readonly MarkAuthority _authority = new();
    private readonly FakeTimeProvider _clock = new(MarkAuthority.Now);
    private WebServer _server = null!;

    private BimiOptions Both => new()
    {
        RetrieveIndicator = true,
        VerifyEvidence = true,
        MarkRoots = [_authority.Root],
        AllowLoopback = true,
        TrustedServerRoots = _server.Roots,
    };

    private BimiOptions IndicatorOnly => Both with { VerifyEvidence = false, MarkRoots = [] };

    public async ValueTask InitializeAsync() => _server = await WebServer.StartAsync();

    public ValueTask DisposeAsync()
    {
        _authority.Dispose();
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task A_logo_and_its_certificate_pass_together()
    {
        var (l, a) = (_server.Serve("/logo.svg", MarkLeaf.Gzip(Logo)), _server.Serve("/vmc.pem", _authority.Issue(new MarkLeaf(Logo)), "text/plain"));
        var result = await Evaluate(Both, $"v=BIMI1; l={l}; a={a}");
        Assert.Equal((BimiResultCode.Pass, BimiAuthorityCode.Pass), (result.Code, result.Authority));
        Assert.Null(result.Reason);
        Assert.Equal("verified", result.MarkCertificate?.Kind);
        Assert.Equal(
            [
                "header.d=example.com",
                "header.selector=default",
                "policy.authority=pass",
                $"policy.authority-uri={a}",
                $"policy.indicator-uri={l}",
                $"policy.indicator-hash={result.Indicator!.Hash[^8..]}",
                "policy.logo-preference=brand",
            ],
            result.ToMethodResult().Properties.Select(p => $"{p.Type}.{p.Name}={p.Value}"));
    }

    [Fact]
    public async Task The_fields_that_are_added_hold_what_was_checked()
    {
        var (l, a) = (_server.Serve("/logo.svgz", MarkLeaf.Gzip(Logo)), _server.Serve("/vmc.pem", _authority.Issue(new MarkLeaf(Logo))));
        var fields = BimiHeaderFields.Of(await Evaluate(Both, $"v=BIMI1; l={l}; a={a}; avp=personal"));
        Assert.Equal(["BIMI-Location", "BIMI-Indicator", "BIMI-Logo-Preference"], fields.Select(f => f.Name));
        Assert.Equal($" v=BIMI1;\r\n l={l};\r\n a={a};", fields[0].Value);
        Assert.Equal("BIMI-Logo-Preference: avp=personal", fields[2].ToString());

        var lines = fields[1].ToString().Split("\r\n");
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 78));
        Assert.All(lines.Skip(1), line => Assert.StartsWith(" ", line, StringComparison.Ordinal));
        Assert.Equal(Logo, Convert.FromBase64String(string.Concat(fields[1].Value.Where(c => !char.IsWhiteSpace(c)))));
    }

    [Fact]
    public async Task Without_evidence_only_the_location_is_named()
    {
        var l = _server.Serve("/logo.svg", Logo);
        var result = await Evaluate(IndicatorOnly, $"v=BIMI1; l={l}; a={_server.Uri("/vmc.pem")}; avp=x");
        Assert.Equal((BimiResultCode.Pass, BimiAuthorityCode.None), (result.Code, result.Authority));
        var fields = BimiHeaderFields.Of(result);
        Assert.Equal([$" v=BIMI1;\r\n l={l};"], fields.Where(f => f.Name == "BIMI-Location").Select(f => f.Value));
        Assert.DoesNotContain(fields, f => f.Name == "BIMI-Logo-Preference");
        Assert.Equal(["/logo.svg"], _server.Requests);
    }

    [Fact]
    public async Task With_evidence_alone_the_certificates_image_is_the_indicator()
    {
        var a = _server.Serve("/vmc.pem", _authority.Issue(new MarkLeaf(Logo)));
        var result = await Evaluate(Both with { RetrieveIndicator = false }, $"v=BIMI1; l={_server.Uri("/logo.svg")}; a={a}");
        Assert.Equal(BimiResultCode.Pass, result.Code);
        Assert.Equal(Logo, result.Indicator?.Svg.ToArray());
        Assert.Equal([$" v=BIMI1;\r\n a={a};"], BimiHeaderFields.Of(result).Where(f => f.Name == "BIMI-Location").Select(f => f.Value));
        Assert.Contains($"BIMI-Location: v=BIMI1;\r\n a={a};", result.ToHeaderFields());
        Assert.Equal(BimiHeaderFields.Of(result).Length, result.ToHeaderFields().Length);
    }

    [Fact]
    public async Task Another_image_than_the_certificates_fails()
    {
        var other = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Logo).Replace("#ffcc00", "#ff0000", StringComparison.Ordinal));
        var result = await Evaluate(
            Both, $"v=BIMI1; l={_server.Serve("/logo.svg", other)}; a={_server.Serve("/vmc.pem", _authority.Issue(new MarkLeaf(Logo)))}");
        Assert.Equal((BimiResultCode.Fail, BimiAuthorityCode.Fail), (result.Code, result.Authority));
        Assert.Contains("not the image in the mark certificate", result.Reason, StringComparison.Ordinal);
        Assert.Empty(BimiHeaderFields.Of(result));
        Assert.DoesNotContain(result.ToMethodResult().Properties, p => p.Name == "indicator-hash");
    }

    [Fact]
    public async Task A_certificate_of_another_domain_fails()
    {
        var document = _authority.Issue(new MarkLeaf(Logo) { DnsNames = ["other.example"] });
        var result = await Evaluate(Both, $"v=BIMI1; l={_server.Serve("/logo.svg", Logo)}; a={_server.Serve("/vmc.pem", document)}");
        Assert.Equal((BimiResultCode.Fail, BimiAuthorityCode.Fail), (result.Code, result.Authority));
        Assert.Contains("subject alternative name", result.Reason, StringComparison.Ordinal);
        Assert.Contains(result.ToMethodResult().Properties, p => p is { Name: "authority", Value: "fail" });
        Assert.Null(result.Indicator);
    }

    [Fact]
    public async Task A_logo_outside_of_the_profile_fails_and_says_where()
    {
        var wrong = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Logo).Replace("<desc>", "<script/><desc>", StringComparison.Ordinal));
        var result = await Evaluate(IndicatorOnly, $"v=BIMI1; l={_server.Serve("/logo.svg", wrong)}");
        Assert.Equal(BimiResultCode.Fail, result.Code);
        Assert.Contains("line 4, column 4: the element script", result.Reason, StringComparison.Ordinal);
        Assert.Single(result.Indicator!.Problems);
        Assert.Empty(BimiHeaderFields.Of(result));
    }

    [Fact]
    public async Task Of_several_problems_of_a_logo_the_first_is_named_and_the_others_are_counted()
    {
        var wrong = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Logo).Replace("<desc>", "<script/><script/><script/><desc>", StringComparison.Ordinal));
        var result = await Evaluate(IndicatorOnly, $"v=BIMI1; l={_server.Serve("/logo.svg", wrong)}");
        Assert.Equal(3, result.Indicator!.Problems.Length);
        Assert.EndsWith($"{result.Indicator.Problems[0]} (and 2 more)", result.Reason, StringComparison.Ordinal);
    }

    // The certificate may name the author domain, or the organizational domain above it.
    [Theory]
    [InlineData("example.com", BimiAuthorityCode.Pass)]
    [InlineData("news.example.com", BimiAuthorityCode.Pass)]
    [InlineData("other.example.com", BimiAuthorityCode.Fail)]
    public async Task A_certificate_is_of_the_author_domain_or_of_its_organizational_domain(string named, BimiAuthorityCode expected)
    {
        var a = _server.Serve("/vmc.pem", _authority.Issue(new MarkLeaf(Logo) { DnsNames = [named] }));
        var request = new BimiRequest
        {
            AuthorDomain = DomainName.Parse("news.example.com").Value!,
            OrganizationalDomain = Request.AuthorDomain,
            DmarcResult = "pass",
            AppliedPolicy = BimiPolicy.Reject,
            AuthorRecord = new() { Policy = BimiPolicy.Reject },
            OrganizationalRecord = new() { Policy = BimiPolicy.Reject },
        };
        Assert.Equal(expected, (await Evaluate(Both with { RetrieveIndicator = false }, $"v=BIMI1; l={_server.Uri("/logo.svg")}; a={a}", request)).Authority);
    }

    [Fact]
    public async Task A_gzip_bomb_fails()
    {
        var result = await Evaluate(IndicatorOnly, $"v=BIMI1; l={_server.Serve("/logo.svgz", MarkLeaf.Gzip(new byte[20_000_000]))}");
        Assert.Equal(BimiResultCode.Fail, result.Code);
        Assert.Contains("after decompression", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/absent.svg", "/vmc.pem", BimiResultCode.Fail, BimiAuthorityCode.Pass)]
    [InlineData("/logo.svg", "/absent.pem", BimiResultCode.Fail, BimiAuthorityCode.Fail)]
    [InlineData("/busy.svg", "/vmc.pem", BimiResultCode.TempError, BimiAuthorityCode.Pass)]
    [InlineData("/logo.svg", "/busy.pem", BimiResultCode.TempError, BimiAuthorityCode.None)]
    public async Task What_cannot_be_fetched_fails_for_good_or_for_now(string logo, string evidence, BimiResultCode code, BimiAuthorityCode authority)
    {
        _server.Serve("/logo.svg", Logo);
        _server.Serve("/vmc.pem", _authority.Issue(new MarkLeaf(Logo)));
        foreach (var path in (string[])["/busy.svg", "/busy.pem"])
        {
            _server.Serve(path, context =>
            {
                context.Response.StatusCode = 503;
                return Task.CompletedTask;
            });
        }

        var result = await Evaluate(Both, $"v=BIMI1; l={_server.Uri(logo)}; a={_server.Uri(evidence)}");
        Assert.Equal((code, authority), (result.Code, result.Authority));
        Assert.Null(result.Indicator);
        Assert.Empty(BimiHeaderFields.Of(result));
    }

    [Fact]
    public async Task A_record_without_evidence_fails_only_where_evidence_is_required()
    {
        var record = $"v=BIMI1; l={_server.Serve("/logo.svg", Logo)}";
        Assert.Equal(BimiResultCode.Pass, (await Evaluate(Both, record)).Code);
        Assert.Equal(BimiResultCode.Fail, (await Evaluate(Both with { RequireEvidence = true }, record)).Code);
    }

    // Nothing is asked that need not be.
    [Fact]
    public async Task Without_options_no_web_client_is_made()
    {
        var resolver = new ScriptedResolver(new Zone().Add("default._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://images.example/logo.svg; a=https://images.example/vmc.pem"));
        using var evaluator = new BimiEvaluator(resolver, timeProvider: _clock);
        var result = await evaluator.EvaluateAsync(Request, TestContext.Current.CancellationToken);
        Assert.Equal(BimiResultCode.Pass, result.Code);
        Assert.False(evaluator.HasWebClient);
        Assert.Equal(["default._bimi.example.com"], resolver.Names);
        Assert.Empty(BimiHeaderFields.Of(result));
    }

    [Theory]
    [InlineData("fail", "v=BIMI1; l=https://images.example/logo.svg")]
    [InlineData("pass", "v=BIMI1; l=; a=;")]
    [InlineData("pass", "v=BIMI1; l=https://127.0.0.1/logo.svg")]
    public async Task A_message_that_never_gets_to_the_indicator_makes_no_web_client(string dmarc, string record)
    {
        using var evaluator = new BimiEvaluator(new ZoneResolver(new Zone().Add("default._bimi.example.com", ZoneEntryKind.Txt, record)), Both, _clock);
        var result = await evaluator.EvaluateAsync(Request with { DmarcResult = dmarc }, TestContext.Current.CancellationToken);
        Assert.NotEqual(BimiResultCode.Pass, result.Code);
        Assert.False(evaluator.HasWebClient);
    }

    [Fact]
    public async Task What_was_fetched_is_kept_and_asked_for_again_when_it_is_old()
    {
        var zone = new Zone().Add("images.example", ZoneEntryKind.A, "127.0.0.1")
            .Add("default._bimi.example.com", ZoneEntryKind.Txt, $"v=BIMI1; l={_server.Serve("/logo.svg", Logo)}");
        using var evaluator = new BimiEvaluator(new ZoneResolver(zone), IndicatorOnly, _clock);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(BimiResultCode.Pass, (await evaluator.EvaluateAsync(Request, TestContext.Current.CancellationToken)).Code);
        }

        Assert.Single(_server.Requests);
        _clock.Advance(TimeSpan.FromHours(1));
        _ = await evaluator.EvaluateAsync(Request, TestContext.Current.CancellationToken);
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task The_messages_of_a_pipeline_share_what_was_fetched()
    {
        var zone = new Zone().Add("images.example", ZoneEntryKind.A, "127.0.0.1")
            .Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
            .Add("default._bimi.example.com", ZoneEntryKind.Txt, $"v=BIMI1; l={_server.Serve("/logo.svg", Logo)}");
        var options = new AuthenticationOptions { AuthservId = "mx.example.org", Bimi = IndicatorOnly, TimeProvider = _clock };
        var pipeline = new AuthenticationPipeline(new ZoneResolver(zone), options);
        var envelope = new SmtpEnvelope(System.Net.IPAddress.Parse("192.0.2.1"), "mail.example.com", "a@example.com");
        for (var i = 0; i < 2; i++)
        {
            var outcome = await pipeline.AuthenticateAsync(envelope, "From: a@example.com\r\n\r\nx\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Equal(BimiResultCode.Pass, outcome.Bimi?.Code);
            Assert.Contains("policy.indicator-hash=", outcome.ExtendedHeader, StringComparison.Ordinal);
        }

        Assert.Single(_server.Requests);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_the_callers_mistake()
    {
        var resolver = new ZoneResolver(new Zone());
        Assert.Throws<ArgumentException>(() => new BimiEvaluator(resolver, new BimiOptions { VerifyEvidence = true }));
        Assert.Throws<ArgumentException>(() => new BimiEvaluator(resolver, new BimiOptions { RequireEvidence = true }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BimiOptions { MaxRedirects = 6 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BimiOptions { FetchTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BimiOptions { MaxEvidenceBytes = 0 });
    }

    private async Task<BimiResult> Evaluate(BimiOptions options, string record, BimiRequest? request = null)
    {
        var zone = new Zone().Add("images.example", ZoneEntryKind.A, "127.0.0.1").Add("default._bimi.example.com", ZoneEntryKind.Txt, record);
        using var evaluator = new BimiEvaluator(new ZoneResolver(zone), options, _clock);
        var result = await evaluator.EvaluateAsync(request ?? Request, TestContext.Current.CancellationToken);
        Assert.True(evaluator.HasWebClient || result.Code == BimiResultCode.Fail);
        return result;
    }
}
