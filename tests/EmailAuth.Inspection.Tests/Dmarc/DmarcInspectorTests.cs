using EmailAuth.Dmarc;
using EmailAuth.Inspection.Dmarc;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Dmarc;

/// <summary>What is pointed out about DMARC records and the way to them.</summary>
public class DmarcInspectorTests
{
    private const string Reports = "; rua=mailto:a@example.com";

    public static TheoryData<string, FindingCode, FindingSeverity, string> Records => new()
    {
        { "v=DMARC1; p=none" + Reports, FindingCode.DmarcPolicyNone, FindingSeverity.Warning, "p=none" },
        { "v=DMARC1; p=reject; sp = none" + Reports, FindingCode.DmarcWeakSubdomainPolicy, FindingSeverity.Warning, "sp = none" },
        { "v=DMARC1; p=reject; np=none" + Reports, FindingCode.DmarcWeakNonexistentPolicy, FindingSeverity.Warning, "np=none" },
        { "v=DMARC1; p=reject; T=Y" + Reports, FindingCode.DmarcTesting, FindingSeverity.Warning, "T=Y" },
        { "v=DMARC1; p=reject; psd=y" + Reports, FindingCode.DmarcPublicSuffix, FindingSeverity.Note, "psd=y" },
        { "v=DMARC1; p=reject;; t=n" + Reports, FindingCode.DmarcNoTag, FindingSeverity.Warning, "" },
        { "v=DMARC1; p=reject; pct" + Reports, FindingCode.DmarcNoValue, FindingSeverity.Warning, "pct" },
        { "v=DMARC1; p=reject; p1=x" + Reports, FindingCode.DmarcInvalidName, FindingSeverity.Warning, "p1" },
        { "v=DMARC1; p=reject; pctx=50" + Reports, FindingCode.DmarcUnknownTag, FindingSeverity.Warning, "pctx=50" },
        { "v=DMARC1; p=reject; rf=afrf" + Reports, FindingCode.DmarcObsoleteTag, FindingSeverity.Warning, "rf=afrf" },
        { "v=DMARC1; p=reject; PCT=50" + Reports, FindingCode.DmarcPercentage, FindingSeverity.Warning, "PCT=50" },
        { "v=DMARC1; p=reject; p=none" + Reports, FindingCode.DmarcRepeatedTag, FindingSeverity.Warning, "p=none" },
        { "v=DMARC1; p=rejct" + Reports, FindingCode.DmarcInvalidPolicy, FindingSeverity.Error, "rejct" },
        { "v=DMARC1; p=reject; adkim=x" + Reports, FindingCode.DmarcInvalidValue, FindingSeverity.Warning, "x" },
        { "v=DMARC1; p=reject; ruf=mailto:a@example.com; fo=q" + Reports, FindingCode.DmarcInvalidFailureOption, FindingSeverity.Warning, "q" },
        { "v=DMARC1; p=reject; ruf=foo" + Reports, FindingCode.DmarcInvalidUri, FindingSeverity.Warning, "foo" },
        { "v=DMARC1; p=reject; rua=mailto:a@example.com!10m", FindingCode.DmarcSizeLimit, FindingSeverity.Warning, "!10m" },
        { "v=DMARC1; p=reject; fo=1" + Reports, FindingCode.DmarcUselessFailureOptions, FindingSeverity.Warning, "1" },
        { "v=DMARC1" + Reports, FindingCode.DmarcMissingPolicy, FindingSeverity.Error, "" },
        { "v=DMARC1; p=reject", FindingCode.DmarcNoReports, FindingSeverity.Warning, "" },
        { "v=dmarc1; p=reject", FindingCode.DmarcMalformed, FindingSeverity.Error, "d" },
    };

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_gets_its_finding_under_its_place(string text, FindingCode code, FindingSeverity severity, string marked)
    {
        var finding = Assert.Single(DmarcInspector.InspectText(Name("_dmarc.example.com"), text).Findings, finding => finding.Code == code);
        Assert.Equal((severity, marked, text), (finding.Severity, text.Substring(finding.Position!.Value, finding.Length), finding.Record));
    }

    [Theory]
    [InlineData("v=DMARC1; sp=reject", FindingCode.DmarcNotApplied)]
    [InlineData("v=DMARC1; p=x" + Reports, FindingCode.DmarcTreatedAsNone)]
    public void A_record_without_a_valid_policy_has_a_finding_about_its_effect(string text, FindingCode code)
    {
        var finding = Assert.Single(DmarcInspector.InspectText(Name("_dmarc.example.com"), text).Findings, finding => finding.Code == code);
        Assert.Equal((null, "RFC 9989 section 4.10.1"), (finding.Position, finding.Section));
    }

    [Fact]
    public async Task Report_addresses_elsewhere_have_to_agree_and_each_is_marked_in_its_tag()
    {
        const string Text = "v=DMARC1; p=reject; rua=mailto:x.example@example.com,mailto:a@x.example; ruf=mailto:a@lame.example,mailto:a@kind.example";
        var inspection = await InspectAsync("example.com", new Zone()
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, Text)
            .Add("example.com._report._dmarc.lame.example", ZoneEntryKind.ServFail)
            .Add("example.com._report._dmarc.kind.example", ZoneEntryKind.Txt, "v=DMARC1"));
        Assert.Equal(
            [(FindingCode.DmarcReportsNotAgreed, Text.IndexOf("@x.example", StringComparison.Ordinal) + 1), (FindingCode.DmarcReportsUndecided, Text.IndexOf("lame", StringComparison.Ordinal))],
            inspection.Findings.Where(finding => finding.Code is FindingCode.DmarcReportsNotAgreed or FindingCode.DmarcReportsUndecided).Select(finding => (finding.Code, finding.Position!.Value)));
    }

    // DmarcReportDestinations sends to no such address.
    public static TheoryData<string> NotMailboxes =>
    [
        "mailto://a@example.com", "mailto:a@b@other.example", "mailto:a@other.example.", "mailto:a@[192.0.2.1]", "mailto:a@x#y", "https://x/", "ftp://x",
        "mailto:a..b@example.com", "mailto:%22a%20b%22@example.com", "mailto:a@example.com%2Cb@example.com", "tel:+1",
    ];

    [Theory]
    [MemberData(nameof(NotMailboxes))]
    public void An_address_that_no_report_goes_to_is_a_finding_and_the_only_one_counts_as_none(string uri)
    {
        var only = $"v=DMARC1; p=reject; rua={uri}";
        var findings = DmarcInspector.InspectText(Name("_dmarc.example.com"), only).Findings;
        Assert.Equal([FindingCode.DmarcReportAddressUnusable, FindingCode.DmarcNoReports], findings.Select(finding => finding.Code));
        Assert.Equal((FindingSeverity.Warning, uri), (findings[0].Severity, only.Substring(findings[0].Position!.Value, findings[0].Length)));

        var both = $"v=DMARC1; p=reject; ruf=mailto:f@example.com,{uri}; rua=mailto:a@example.com , {uri}!10m";
        findings = DmarcInspector.InspectText(Name("_dmarc.example.com"), both).Findings;
        Assert.Equal([both.IndexOf(uri, StringComparison.Ordinal), both.LastIndexOf(uri, StringComparison.Ordinal)], findings.Where(finding => finding.Code == FindingCode.DmarcReportAddressUnusable).Select(finding => finding.Position!.Value));
        Assert.DoesNotContain(findings, finding => finding.Code == FindingCode.DmarcNoReports);
    }

    [Theory]
    [InlineData("mailto:a@example.com")]
    [InlineData("MAILTO:a+b@Example.com?subject=x")]
    [InlineData("mailto:a%21b@xn--bcher-kva.example")]
    public void A_mailbox_is_not_a_finding(string uri) =>
        Assert.Empty(DmarcInspector.InspectText(Name("_dmarc.example.com"), $"v=DMARC1; p=reject; rua={uri}; ruf={uri}").Findings);

    [Fact]
    public async Task The_name_of_the_record_is_accepted_and_each_step_of_the_walk_is_read()
    {
        var zone = new Zone()
            .Add("_dmarc.a.example.com", ZoneEntryKind.Txt, "hello DMARC")
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject" + Reports);
        var inspection = await InspectAsync("_dmarc.a.example.com", zone);
        Assert.Equal((Name("a.example.com"), Name("example.com")), (inspection.Domain, inspection.Result.PolicyDomain));
        Assert.Equal([FindingCode.DmarcRecordName, FindingCode.DmarcMalformed], inspection.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public async Task A_missing_or_second_record_is_a_finding_about_the_domain()
    {
        Assert.Equal([FindingCode.DmarcNoPolicy], (await InspectAsync("example.com", new Zone())).DomainFindings.Select(finding => finding.Code));
        var twice = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none").Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");
        Assert.Contains((await InspectAsync("example.com", twice)).DomainFindings, finding => finding.Code == FindingCode.DmarcSeveralRecords && finding.Name == Name("_dmarc.example.com"));
    }

    [Fact]
    public async Task A_policy_that_cannot_be_looked_up_is_not_a_missing_policy()
    {
        var inspection = await InspectAsync("example.com", new Zone().Add("_dmarc.example.com", ZoneEntryKind.ServFail));
        Assert.Equal(DmarcResultCode.TempError, inspection.Result.Code);
        Assert.DoesNotContain(inspection.Findings, finding => finding.Code == FindingCode.DmarcNoPolicy);
        Assert.Contains(inspection.Findings, finding => finding.Code == FindingCode.DmarcLookupFailed);
    }

    private static Task<DmarcInspection> InspectAsync(string domain, Zone zone) =>
        DmarcInspector.InspectAsync(Name(domain), new ZoneResolver(zone), cancellationToken: TestContext.Current.CancellationToken);

    private static DomainName Name(string text) => DomainName.ParseDnsName(text).Value!;
}
