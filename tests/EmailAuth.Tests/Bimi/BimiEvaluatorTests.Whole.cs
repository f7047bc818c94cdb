using EmailAuth.Bimi;
using EmailAuth.Dns;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>Results in whole: code, domain, selector, reason, and each name that was asked for with its answer.</summary>
public partial class BimiEvaluatorTests
{
    private static BimiRequest Organized => SubdomainRequest with { AuthorRecord = Reject };

    public static TheoryData<string, string, string?, string[], string> Discoveries => new()
    {
        { "example.com", "", null, [], "none - - no BIMI record at default._bimi.example.com; no_record; default._bimi.example.com NameError" },
        { "foo.example.com", "", null, [], "none - - no BIMI record at default._bimi.foo.example.com nor at default._bimi.example.com; no_record; default._bimi.foo.example.com NameError, default._bimi.example.com NameError" },
        { "foo.example.com", "s", null, [], "none - - no BIMI record at s._bimi.foo.example.com nor at s._bimi.example.com; no_record; s._bimi.foo.example.com NameError, s._bimi.example.com NameError" },
        { "foo.example.com", "", null, ["default._bimi.foo.example.com " + Plain], "pass foo.example.com default ; ; default._bimi.foo.example.com Records" },
        { "foo.example.com", "", null, ["default._bimi.example.com " + Plain], "pass example.com default ; ; default._bimi.foo.example.com NameError, default._bimi.example.com Records" },
        { "foo.example.com", "", null, ["default._bimi.foo.example.com other", "default._bimi.example.com " + Plain], "pass example.com default ; ; default._bimi.foo.example.com Records, default._bimi.example.com Records" },
        { "example.com", "", null, ["default._bimi.example.com " + Plain, "default._bimi.example.com " + Plain], "fail example.com default more than one BIMI record at default._bimi.example.com: none is used (BIMI draft section 7.2); several_records; default._bimi.example.com Records" },
        { "example.com", "", null, ["default._bimi.example.com v=BIMI1; x"], "fail example.com default the BIMI record at default._bimi.example.com: a tag name must be followed by \"=\" (RFC 6376 section 3.2) (at position 10); record_syntax; default._bimi.example.com Records" },
        { "example.com", "", null, ["default._bimi.example.com v=BIMI1; l="], "declined example.com default the domain owner declines to publish an indicator (BIMI draft section 4.3.1); declined; default._bimi.example.com Records" },
        { "example.com", "", null, ["default._bimi.example.com v=BIMI1; l=; a=https://a.example"], "fail example.com default the record names evidence but no indicator (BIMI draft section 7.3); no_indicator; default._bimi.example.com Records" },
        { "example.com", "", "News", ["default._bimi.example.com " + Plain + "; lps=", "news._bimi.example.com " + Plain], "pass example.com news ; ; default._bimi.example.com Records, news._bimi.example.com Records" },
        { "example.com", "", "News", ["default._bimi.example.com " + Plain + "; lps="], "pass example.com default ; ; default._bimi.example.com Records, news._bimi.example.com NameError" },
        { "example.com", "", "News", ["default._bimi.example.com " + Plain + "; lps=", "news._bimi.example.com v=BIMI1; x"], "pass example.com default ; ; default._bimi.example.com Records, news._bimi.example.com Records" },
        { "example.com", "", "News", ["default._bimi.example.com " + Plain + "; lps=", "news._bimi.example.com " + Plain, "news._bimi.example.com " + Plain], "fail example.com news more than one BIMI record at news._bimi.example.com: none is used (BIMI draft section 7.2); several_records; default._bimi.example.com Records, news._bimi.example.com Records" },
        { "example.com", "news", "News", ["news._bimi.example.com " + Plain + "; lps="], "pass example.com news ; ; news._bimi.example.com Records" },
        { "foo.example.com", "", "a", ["default._bimi.example.com " + Plain + "; lps=", "a._bimi.foo.example.com " + Plain], "pass example.com default ; ; default._bimi.foo.example.com NameError, default._bimi.example.com Records, a._bimi.example.com NameError" },
    };

    [Theory]
    [MemberData(nameof(Discoveries))]
    public async Task Discovery_finds_a_record_or_says_why_not(string author, string selector, string? localPart, string[] records, string expected)
    {
        var request = (author == "example.com" ? Request : Organized) with
        {
            AuthorLocalPart = localPart,
            SelectorFields = selector.Length == 0 ? [] : ["v=BIMI1; s=" + selector],
            IsSelectorSigned = true,
        };
        Assert.Equal(expected, Text(await Evaluate(request, [.. records.Select(static record => (record[..record.IndexOf(' ', StringComparison.Ordinal)], record[(record.IndexOf(' ', StringComparison.Ordinal) + 1)..]))])));
    }

    [Fact]
    public async Task An_organizational_domain_that_is_the_author_domain_is_asked_once() => Assert.Equal(
        "none - - no BIMI record at default._bimi.example.com; no_record; default._bimi.example.com NameError",
        Text(await Evaluate(Request with { OrganizationalDomain = Name("example.com") })));

    [Fact]
    public async Task A_failure_names_what_could_not_be_read()
    {
        var zone = new Zone().Add("default._bimi.example.com", ZoneEntryKind.ServFail);
        var result = await new BimiEvaluator(new ZoneResolver(zone)).EvaluateAsync(Request, TestContext.Current.CancellationToken);
        Assert.StartsWith("temperror example.com default the TXT records of default._bimi.example.com could not be read: ", Text(result), StringComparison.Ordinal);
        Assert.EndsWith("; dns_failure; default._bimi.example.com Failure", Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Selector_fields_may_be_absent_in_any_form()
    {
        Assert.Equal("default", (await Evaluate(Request with { SelectorFields = default, IsSelectorSigned = true }, ("default._bimi.example.com", Plain))).Selector);
        Assert.Equal("default", (await Evaluate(Request with { SelectorFields = [], IsSelectorSigned = true }, ("default._bimi.example.com", Plain))).Selector);
        Assert.Equal(
            "fail - - the message has 3 BIMI-Selector fields (BIMI draft section 5.1); several_selectors; ", Text(await Evaluate(Request with { SelectorFields = ["a", "b", "c"] })));
        Assert.Equal(
            "fail - - BIMI-Selector does not start with \"v=BIMI1\" (BIMI draft section 5.1) (at position 0); selector_syntax; ",
            Text(await Evaluate(Request with { SelectorFields = ["s=a"], IsSelectorSigned = true })));
    }

    // A selector of 63-character labels leaves room for a short domain and none for a long one.
    [Fact]
    public async Task A_name_that_is_too_long_is_not_asked_for()
    {
        var selector = string.Join('.', Enumerable.Repeat(new string('a', 57), 4));
        Assert.NotNull(BimiDiscovery.NameOf(Name("example.com"), selector));
        Assert.Null(BimiDiscovery.NameOf(Name("foo.bar.example.com"), selector));
        Assert.Null(BimiDiscovery.QuestionOf(Name("foo.bar.example.com"), selector));
        Assert.Equal(DnsRecordType.Txt, BimiDiscovery.QuestionOf(Name("example.com"), selector)!.Value.Type);
        var result = await Evaluate(
            Organized with { AuthorDomain = Name("foo.bar.example.com"), SelectorFields = ["v=BIMI1; s=" + selector], IsSelectorSigned = true }, ($"{selector}._bimi.example.com", Plain));
        Assert.Equal([$"{selector}._bimi.example.com"], Asked(result));
        Assert.Equal(BimiResultCode.Pass, result.Code);
    }

    // Before DMARC is known: the names at the domain and at its last two labels.
    [Theory]
    [InlineData("example.com", "", "default._bimi.example.com")]
    [InlineData("a.example.com", "", "default._bimi.a.example.com default._bimi.example.com")]
    [InlineData("c.b.a.example.com", "", "default._bimi.c.b.a.example.com default._bimi.example.com")]
    [InlineData("com", "", "default._bimi.com")]
    [InlineData("example.com", "v=BIMI1; s=x", "x._bimi.example.com")]
    [InlineData("example.com", "v=BIMI1", "default._bimi.example.com")]
    [InlineData("example.com", "v=BIMI1; s=x|v=BIMI1; s=y", "default._bimi.example.com")]
    public void What_will_be_needed_is_asked_for_early(string domain, string fields, string expected)
    {
        var resolver = new ScriptedResolver(new Zone());
        BimiEvaluator.Prefetch(BimiEvaluator.Begin(new DnsSession(resolver)), Name(domain), fields.Length == 0 ? [] : [.. fields.Split('|')]);
        Assert.Equal(expected, string.Join(' ', resolver.Names));
    }

    [Fact]
    public async Task Three_records_are_asked_for_and_no_fourth()
    {
        var session = new DnsSession(new ScriptedResolver(new Zone()));
        var dns = BimiEvaluator.Begin(session);
        foreach (var name in (string[])["a.example", "b.example", "c.example"])
        {
            Assert.Equal(DnsStatus.NameError, (await dns.QueryAsync(new DnsQuestion(Name(name), DnsRecordType.Txt), TestContext.Current.CancellationToken)).Status);
        }

        Assert.Equal(DnsFailure.LimitReached, (await dns.QueryAsync(new DnsQuestion(Name("d.example"), DnsRecordType.Txt), TestContext.Current.CancellationToken)).Failure);
        Assert.Equal(DnsPurpose.Bimi, dns.Purpose);
    }

    private static string Text(BimiResult result) =>
        $"{result.Code.Keyword()} {result.Domain?.ToString() ?? "-"} {result.Selector ?? "-"} {result.Reason}; {result.ReasonCode}; {string.Join(", ", result.Lookups.Select(static lookup => $"{lookup.Name} {lookup.Status}"))}";
}
