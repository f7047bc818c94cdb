using System.Collections.Immutable;
using EmailAuth.Bimi;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Bimi;

public partial class BimiEvaluatorTests
{
    private const string Plain = "v=BIMI1; l=https://example.com/logo.svg";

    private static readonly BimiDmarcRecord Reject = new() { Policy = BimiPolicy.Reject };
    private static readonly BimiDmarcRecord Quarantine = new() { Policy = BimiPolicy.Quarantine };

    private static readonly BimiRequest Request = BimiRequests.Passing;

    private static readonly BimiRequest SubdomainRequest = Request with
    {
        AuthorDomain = Name("foo.example.com"),
        OrganizationalDomain = Name("example.com"),
        AuthorRecord = null,
        OrganizationalRecord = Reject,
    };

    // The draft's examples of selector discovery, one by one.
    [Fact]
    public async Task Without_a_selector_field_the_default_record_is_used()
    {
        var result = await Evaluate(Request, ("default._bimi.example.com", Plain));
        Assert.Equal(BimiResultCode.Pass, result.Code);
        Assert.Equal("example.com", result.Domain?.ToString());
        Assert.Equal("default", result.Selector);
        Assert.Equal("https://example.com/logo.svg", result.Record?.Location);
    }

    [Fact]
    public async Task A_signed_selector_field_names_the_record()
    {
        var result = await Evaluate(
            Request with { SelectorFields = [" v=BIMI1; s=selector;"], IsSelectorSigned = true },
            ("default._bimi.example.com", Plain),
            ("selector._bimi.example.com", Plain));
        Assert.Equal("selector", result.Selector);
        Assert.Equal(["selector._bimi.example.com"], Asked(result));
    }

    [Fact]
    public async Task A_subdomain_without_a_record_falls_back_to_the_organizational_domain()
    {
        var result = await Evaluate(SubdomainRequest, ("default._bimi.example.com", Plain));
        Assert.Equal(BimiResultCode.Pass, result.Code);
        Assert.Equal("example.com", result.Domain?.ToString());
        Assert.Equal(["default._bimi.foo.example.com", "default._bimi.example.com"], Asked(result));
    }

    [Fact]
    public async Task The_fallback_keeps_the_selector()
    {
        var result = await Evaluate(
            SubdomainRequest with { SelectorFields = ["v=BIMI1; s=selector"], IsSelectorSigned = true },
            ("default._bimi.example.com", Plain),
            ("selector._bimi.example.com", Plain));
        Assert.Equal(["selector._bimi.foo.example.com", "selector._bimi.example.com"], Asked(result));
        Assert.Equal("selector", result.Selector);
    }

    [Fact]
    public async Task No_record_anywhere_is_none()
    {
        var result = await Evaluate(SubdomainRequest);
        Assert.Equal(BimiResultCode.None, result.Code);
        Assert.Null(result.Domain);
        Assert.Equal(2, result.Lookups.Length);
    }

    [Fact]
    public async Task Records_of_other_versions_do_not_count()
    {
        var result = await Evaluate(
            Request, ("default._bimi.example.com", "v=BIMI2; l=x"), ("default._bimi.example.com", Plain), ("default._bimi.example.com", "hello"));
        Assert.Equal(BimiResultCode.Pass, result.Code);
    }

    [Fact]
    public async Task Two_records_at_a_name_fail_and_none_is_used()
    {
        var result = await Evaluate(SubdomainRequest, ("default._bimi.foo.example.com", Plain), ("default._bimi.foo.example.com", "v=BIMI1; l=;"), ("default._bimi.example.com", Plain));
        Assert.Equal(BimiResultCode.Fail, result.Code);
        Assert.Contains("more than one BIMI record", result.Reason, StringComparison.Ordinal);
        Assert.Null(result.Record);
        Assert.Single(result.Lookups);
    }

    [Fact]
    public async Task A_malformed_record_fails_and_there_is_no_fallback()
    {
        var result = await Evaluate(SubdomainRequest, ("default._bimi.foo.example.com", "v=BIMI1; l=http://example.com/a.svg"), ("default._bimi.example.com", Plain));
        Assert.Equal(BimiResultCode.Fail, result.Code);
        Assert.Contains("https", result.Reason, StringComparison.Ordinal);
        Assert.Single(result.Lookups);
    }

    [Fact]
    public async Task A_declination_at_the_subdomain_hides_the_organizational_domains_record()
    {
        var result = await Evaluate(SubdomainRequest, ("default._bimi.foo.example.com", "v=BIMI1; l=; a=;"), ("default._bimi.example.com", Plain));
        Assert.Equal(BimiResultCode.Declined, result.Code);
        Assert.Equal("foo.example.com", result.Domain?.ToString());
    }

    [Fact]
    public async Task Evidence_without_an_indicator_fails()
    {
        var result = await Evaluate(Request, ("default._bimi.example.com", "v=BIMI1; l=; a=https://example.com/vmc.pem"));
        Assert.Equal(BimiResultCode.Fail, result.Code);
    }

    [Theory]
    [InlineData("default._bimi.foo.example.com", 1)]
    [InlineData("default._bimi.example.com", 2)]
    public async Task A_DNS_failure_on_the_way_is_a_temperror_and_never_none(string name, int lookups)
    {
        var zone = new Zone().Add(name, ZoneEntryKind.ServFail);
        var result = await new BimiEvaluator(new ZoneResolver(zone)).EvaluateAsync(SubdomainRequest, TestContext.Current.CancellationToken);
        Assert.Equal(BimiResultCode.TempError, result.Code);
        Assert.Contains(name, result.Reason, StringComparison.Ordinal);
        Assert.Equal(lookups, result.Lookups.Length);
    }

    // The selector field.
    [Fact]
    public async Task An_unsigned_selector_field_does_not_count()
    {
        var request = Request with { SelectorFields = ["v=BIMI1; s=other"] };
        Assert.Equal("default", (await Evaluate(request, ("default._bimi.example.com", Plain))).Selector);
    }

    [Fact]
    public async Task An_unsigned_selector_field_counts_when_the_operator_says_so()
    {
        var request = Request with { SelectorFields = ["v=BIMI1; s=other"] };
        var zone = new Zone().Add("other._bimi.example.com", ZoneEntryKind.Txt, Plain);
        var evaluator = new BimiEvaluator(new ZoneResolver(zone), new BimiOptions { RequireSignedSelector = false });
        Assert.Equal("other", (await evaluator.EvaluateAsync(request, TestContext.Current.CancellationToken)).Selector);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_than_one_selector_field_fails(bool signed)
    {
        var result = await Evaluate(
            Request with { SelectorFields = ["v=BIMI1; s=a", "v=BIMI1; s=a"], IsSelectorSigned = signed }, ("default._bimi.example.com", Plain));
        Assert.Equal(BimiResultCode.Fail, result.Code);
        Assert.Contains("2 BIMI-Selector fields", result.Reason, StringComparison.Ordinal);
        Assert.Empty(result.Lookups);
    }

    [Fact]
    public async Task A_malformed_selector_field_fails()
    {
        var result = await Evaluate(Request with { SelectorFields = ["s=selector;"], IsSelectorSigned = true }, ("default._bimi.example.com", Plain));
        Assert.Equal(BimiResultCode.Fail, result.Code);
        Assert.Contains("v=BIMI1", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_selector_too_long_for_a_name_finds_nothing()
    {
        var selector = string.Join('.', Enumerable.Repeat(new string('a', 60), 4));
        var result = await Evaluate(Request with { SelectorFields = ["v=BIMI1; s=" + selector], IsSelectorSigned = true });
        Assert.Equal(BimiResultCode.None, result.Code);
        Assert.Empty(result.Lookups);
    }

    // Section 7.1, rule by rule.
    private static readonly (string Rule, BimiRequest Request, string? Reason)[] Requirements =
    [
        ("no single author", Request with { AuthorDomain = null, AuthorDefect = "2 From fields" }, "exactly one address (section 7.1): 2 From fields"),
        ("dmarc fail", Request with { DmarcResult = "fail" }, "not pass but fail"),
        ("dmarc temperror", Request with { DmarcResult = "temperror" }, "not pass but temperror"),
        ("dmarc spelled otherwise", Request with { DmarcResult = "PASS\r\nX: y" }, "not pass but unknown"),
        ("a trusted chain counts by option only", Request with { DmarcResult = "fail", TrustedArcPassed = true }, "not pass"),
        ("nothing applies", Request with { AppliedPolicy = null }, "no DMARC policy"),
        ("none applies", Request with { AppliedPolicy = BimiPolicy.None }, "no DMARC policy"),
        ("p=none", Request with { AuthorRecord = new() { Policy = BimiPolicy.None } }, "p=none"),
        ("sp=none", Request with { AuthorRecord = Reject with { SubdomainPolicy = BimiPolicy.None } }, "sp=none"),
        ("sp=quarantine", Request with { AuthorRecord = Reject with { SubdomainPolicy = BimiPolicy.Quarantine } }, null),
        ("quarantine", Request with { AppliedPolicy = BimiPolicy.Quarantine, AuthorRecord = Quarantine }, null),
        ("quarantine pct=100", Request with { AuthorRecord = Quarantine with { Percentage = 100 } }, null),
        ("quarantine pct=99", Request with { AuthorRecord = Quarantine with { Percentage = 99 } }, "99 percent"),
        ("reject pct=0", Request with { AuthorRecord = Reject with { Percentage = 0 } }, null),
        ("t=y", Request with { AuthorRecord = Reject with { IsTesting = true } }, "t=y"),
        ("no record", Request with { AuthorRecord = null }, "no DMARC record"),
        ("subdomain under its organization", SubdomainRequest, null),
        ("subdomain with its own record", SubdomainRequest with { AuthorRecord = Quarantine }, null),
        ("subdomain's own p=none", SubdomainRequest with { AuthorRecord = new() { Policy = BimiPolicy.None } }, "foo.example.com says p=none"),
        ("organization's p=none", SubdomainRequest with { AuthorRecord = Reject, OrganizationalRecord = new() { Policy = BimiPolicy.None } }, "record of example.com says p=none"),
        ("organization's sp=none", SubdomainRequest with { AuthorRecord = Reject, OrganizationalRecord = Reject with { SubdomainPolicy = BimiPolicy.None } }, "sp=none"),
        ("organization's pct", SubdomainRequest with { AuthorRecord = Reject, OrganizationalRecord = Quarantine with { Percentage = 50 } }, "50 percent"),
        ("organization's t=y", SubdomainRequest with { AuthorRecord = Reject, OrganizationalRecord = Reject with { IsTesting = true } }, "t=y"),
        ("organization without record", SubdomainRequest with { AuthorRecord = Reject, OrganizationalRecord = null }, "example.com has no DMARC record"),
        ("quarantine by sp with pct", SubdomainRequest with { AppliedPolicy = BimiPolicy.Quarantine, OrganizationalRecord = Reject with { SubdomainPolicy = BimiPolicy.Quarantine, Percentage = 10 } }, "10 percent"),
    ];

    public static TheoryData<string> Rules => [.. Requirements.Select(static requirement => requirement.Rule)];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_requirement_that_is_not_met_skips_BIMI(string rule)
    {
        var (_, request, reason) = Requirements.Single(requirement => requirement.Rule == rule);
        var result = await Evaluate(request, ("default._bimi.example.com", Plain), ("default._bimi.foo.example.com", Plain));
        if (reason is null)
        {
            Assert.Equal(BimiResultCode.Pass, result.Code);
            return;
        }

        Assert.True(result.Code == BimiResultCode.Skipped, rule);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        Assert.Empty(result.Lookups);
        Assert.DoesNotContain('\n', result.Reason!);
    }

    [Fact]
    public async Task A_trusted_chain_counts_when_the_operator_says_so()
    {
        var zone = new Zone().Add("default._bimi.example.com", ZoneEntryKind.Txt, Plain);
        var evaluator = new BimiEvaluator(new ZoneResolver(zone), new BimiOptions { AcceptTrustedArc = true });
        var result = await evaluator.EvaluateAsync(Request with { DmarcResult = "fail", TrustedArcPassed = true }, TestContext.Current.CancellationToken);
        Assert.Equal(BimiResultCode.Pass, result.Code);
    }

    // The prefetch.
    [Fact]
    public async Task What_was_asked_at_the_end_of_the_header_is_not_asked_again()
    {
        var counting = new ScriptedResolver(new Zone().Add("brand._bimi.example.com", ZoneEntryKind.Txt, Plain));
        var evaluator = new BimiEvaluator(counting);
        ImmutableArray<string> fields = ["v=BIMI1; s=brand"];
        var session = new DnsSession(counting);
        var dns = BimiEvaluator.Begin(session);
        BimiEvaluator.Prefetch(dns, Name("mail.example.com"), fields);
        Assert.Equal(["brand._bimi.mail.example.com", "brand._bimi.example.com"], counting.Names);

        var result = await evaluator.EvaluateAsync(
            Request with { SelectorFields = fields, IsSelectorSigned = true }, dns, TestContext.Current.CancellationToken);
        Assert.Equal(BimiResultCode.Pass, result.Code);
        Assert.Equal(2, counting.AskedCount);
        Assert.Equal(["brand._bimi.example.com"], Asked(result));
    }

    [Fact]
    public async Task Cancellation_ends_the_evaluation()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await new BimiEvaluator(new ZoneResolver(new Zone())).EvaluateAsync(Request, source.Token));
    }

    // RFC 8601 form.
    [Fact]
    public async Task A_pass_reads_as_the_draft_says()
    {
        var method = (await Evaluate(Request, ("default._bimi.example.com", Plain + "; a=https://example.com/vmc.pem; avp=personal"))).ToMethodResult();
        Assert.Equal("bimi", method.Method);
        Assert.Equal("pass", method.Result);
        Assert.Equal(
            [
                "header.d=example.com",
                "header.selector=default",
                "policy.authority=none",
                "policy.authority-uri=https://example.com/vmc.pem",
                "policy.indicator-uri=https://example.com/logo.svg",
                "policy.logo-preference=personal",
            ],
            method.Properties.Select(p => $"{p.Type}.{p.Name}={p.Value}"));
    }

    [Fact]
    public async Task An_unknown_avatar_preference_is_not_repeated()
    {
        var method = (await Evaluate(Request, ("default._bimi.example.com", Plain + "; avp=none"))).ToMethodResult();
        Assert.DoesNotContain(method.Properties, p => p.Name == "logo-preference");
    }

    [Theory]
    [InlineData("v=BIMI1; l=; a=;", "declined")]
    [InlineData("v=BIMI1; x", "fail")]
    [InlineData(null, "none")]
    public async Task Other_results_carry_a_reason(string? record, string expected)
    {
        var result = record is null ? await Evaluate(Request) : await Evaluate(Request, ("default._bimi.example.com", record));
        var method = result.ToMethodResult();
        Assert.Equal(expected, method.Result);
        Assert.NotNull(method.Reason);
        Assert.Equal(record is not null, method.Properties.Any(p => p is { Type: "header", Name: "d" }));
        Assert.DoesNotContain(method.Properties, p => p.Type == "policy");
    }

    private static IEnumerable<string> Asked(BimiResult result) => result.Lookups.Select(lookup => lookup.Name.ToString());

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;

    private static ValueTask<BimiResult> Evaluate(BimiRequest request, params (string Name, string Text)[] records)
    {
        var zone = new Zone();
        foreach (var (name, text) in records)
        {
            zone.Add(name, ZoneEntryKind.Txt, text);
        }

        return new BimiEvaluator(new ZoneResolver(zone)).EvaluateAsync(request, TestContext.Current.CancellationToken);
    }
}
