using EmailAuth.Dns;
using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.Senders;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Domains;

/// <summary>Each domain of the estate gets the finding of its fault, and nothing else; its DNS is asked in at most three rounds.</summary>
public class DomainInspectorTests
{
    public static TheoryData<string> Domains => [.. Estate.Rows.Keys];

    [Theory]
    [MemberData(nameof(Domains))]
    public async Task A_domain_with_one_fault_gets_its_finding_and_nothing_else(string domain)
    {
        var row = Estate.Rows[domain];
        var inspection = await Estate.InspectAsync(domain);
        string?[] expected = [Estate.TextOf(row, "finding"), Estate.TextOf(row, "beside")];
        Assert.Equal(expected.OfType<string>().Order(), inspection.Findings.Select(static finding => finding.Code.Keyword()).Distinct().Order());
        Assert.All(inspection.Findings, static finding => Assert.DoesNotContain("{", finding.Text, StringComparison.Ordinal));
        if (Estate.TextOf(row, "expected_profile") is { } profile)
        {
            Assert.Equal(profile, inspection.Profile.Keyword());
            Assert.NotNull(inspection.ProfileReason);
        }
    }

    [Theory]
    [MemberData(nameof(Domains))]
    public async Task A_domain_is_asked_for_in_at_most_three_rounds(string domain)
    {
        var resolver = new ScriptedResolver(Estate.Zone) { IsHolding = true };
        var inspection = await resolver.RunAsync(async () => await Estate.InspectAsync(domain, resolver));
        Assert.InRange(resolver.Rounds, 1, 3);
        Assert.Equal(resolver.Rounds, inspection.DnsRounds);
        Assert.Equal(resolver.Asked.Length, inspection.DnsQuestions);
        Assert.Equal(resolver.Asked.Length, resolver.Asked.Distinct().Count());
        Assert.DoesNotContain(inspection.Findings, static finding => finding.Text.Contains("not asked", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Domains))]
    public async Task A_record_to_publish_ends_the_findings_that_it_is_for(string domain)
    {
        var inspection = await Estate.InspectAsync(domain);
        Assert.All(inspection.Findings.Where(static finding => finding.Action != "nothing"), finding =>
            Assert.Contains(inspection.Changes, change => change.Codes.Contains(finding.Code)));
        foreach (var change in inspection.Changes.Where(static change => change is { Record: not null, Type: "TXT" }))
        {
            var resolver = new OverlayResolver(new ZoneResolver(Estate.Zone), DomainName.Parse(change.Name!).Value!, change.Record!, change.Record!.Split(' ', ';')[0][..5]);
            var after = await DomainInspector.InspectAsync(inspection.Domain, resolver, Estate.OptionsOf(domain), TestContext.Current.CancellationToken);
            Assert.All(change.Codes, code => Assert.DoesNotContain(after.Findings, finding => finding.Code == code));
            Assert.DoesNotContain(after.Findings, finding => finding.Severity == FindingSeverity.Error && inspection.Findings.All(before => before.Code != finding.Code));
        }
    }

    // RFC 9989 section 4.10: another record would be one more of those that do not count.
    [Theory]
    [InlineData("example.com", "example.com", "v=DMARC1; p=reject; rua=mailto:a@example.com", "v=DMARC1; p=none")]
    [InlineData("example.com", "example.com", "v=DMARC1; p=none", "v=DMARC1; p=none; t=y; pct=50")]
    [InlineData("a.example.com", "example.com", "v=DMARC1; p=reject; rua=mailto:a@example.com", "v=DMARC1; p=none")]
    public async Task Of_several_DMARC_records_the_advice_is_to_keep_one(string domain, string place, string first, string second)
    {
        foreach (var profile in new[] { DomainProfile.Sends, DomainProfile.ReceivesOnly, DomainProfile.Parked })
        {
            var zone = new Zone().Add(domain, ZoneEntryKind.MX, "mx.example.com").Add($"_dmarc.{place}", ZoneEntryKind.Txt, first).Add($"_dmarc.{place}", ZoneEntryKind.Txt, second);
            var inspection = await DomainInspector.InspectAsync(
                DomainName.Parse(domain).Value!, new ZoneResolver(zone), new DomainInspectionOptions { Profile = profile }, TestContext.Current.CancellationToken);
            var change = Assert.Single(inspection.Changes, static change => change.Codes.Any(static code => code.Keyword().StartsWith("dmarc", StringComparison.Ordinal)));
            Assert.Equal(($"keep one DMARC record at _dmarc.{place}, and remove the others", FindingSeverity.Error, null), (change.Text, change.Severity, change.Record));
            Assert.Equal(FindingCode.DmarcSeveralRecords, change.Codes[0]);
            Assert.Contains(FindingCode.DmarcNoPolicy, change.Codes);
        }
    }

    [Theory]
    [InlineData("rua=https://x/; ruf=ftp://x; fo=1", "v=DMARC1; p=reject; rua=mailto:dmarc-reports@example.com")]
    [InlineData("rua=mailto:a@example.com,https://x/,mailto:b@example.com; ruf=mailto:a@example.com; fo=1", "v=DMARC1; p=reject; rua=mailto:a@example.com,mailto:b@example.com; ruf=mailto:a@example.com; fo=1")]
    [InlineData("rua=x", "v=DMARC1; p=reject; rua=mailto:dmarc-reports@example.com")]
    public async Task A_report_address_that_gets_no_report_is_replaced(string tags, string expected)
    {
        var zone = new Zone().Add("example.com", ZoneEntryKind.MX, "mx.example.com").Add("_dmarc.example.com", ZoneEntryKind.Txt, $"v=DMARC1; p=reject; {tags}");
        var inspection = await DomainInspector.InspectAsync(
            DomainName.Parse("example.com").Value!, new ZoneResolver(zone), new DomainInspectionOptions { Profile = DomainProfile.Sends }, TestContext.Current.CancellationToken);
        Assert.Equal(expected, Assert.Single(inspection.Changes, static change => change is { Record: not null, Name: "_dmarc.example.com" }).Record);
    }

    // RFC 9990 section 4.
    [Theory]
    [InlineData("example.com", "mailto:d@other.example", true)]
    [InlineData("example.com", "mailto:d@kind.example", false)]
    [InlineData("example.com", "mailto:d@sub.example.com", false)]
    [InlineData(null, "mailto:d@other.example", false)] // which organization it is for is not known
    public async Task The_text_of_a_DMARC_record_is_checked_with_the_consent_of_its_report_receivers(string? domain, string uri, bool isFound)
    {
        var zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none").Add("example.com._report._dmarc.kind.example", ZoneEntryKind.Txt, "v=DMARC1");
        var inspection = await RecordInspector.InspectAsync(
            $"v=DMARC1; p=reject; rua={uri}", domain is null ? null : DomainName.Parse(domain).Value, new ZoneResolver(zone), TestContext.Current.CancellationToken);
        Assert.Equal(isFound ? [FindingCode.DmarcReportsNotAgreed] : [], inspection.Findings.Select(static finding => finding.Code));
    }

    [Fact]
    public async Task A_deeper_include_needs_a_round_for_each_level_and_nothing_else_does()
    {
        var zone = new Zone()
            .Add("deep.example", ZoneEntryKind.Txt, "v=spf1 include:a.example -all")
            .Add("a.example", ZoneEntryKind.Txt, "v=spf1 include:b.example -all")
            .Add("b.example", ZoneEntryKind.Txt, "v=spf1 include:c.example -all")
            .Add("c.example", ZoneEntryKind.Txt, "v=spf1 a:d.example -all")
            .Add("d.example", ZoneEntryKind.A, "192.0.2.1");
        var resolver = new ScriptedResolver(zone) { IsHolding = true };
        var inspection = await resolver.RunAsync(async () => await DomainInspector.InspectAsync(DomainName.Parse("deep.example").Value!, resolver, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(5, inspection.DnsRounds);
        Assert.Equal(4, inspection.Spf.LookupCount);
        Assert.DoesNotContain(inspection.Findings, static finding => finding.Severity == FindingSeverity.Error && finding.Code.Keyword().StartsWith("spf", StringComparison.Ordinal));
    }

    // Nothing that is not known counts as a fault, nor as an absence.
    [Fact]
    public async Task Without_answers_nothing_is_known()
    {
        var resolver = new ScriptedResolver(new Zone()) { Script = (_, _, _) => () => new(DnsResponse.Failed(DnsFailure.Timeout)) };
        var inspection = await DomainInspector.InspectAsync(DomainName.Parse("example.com").Value!, resolver, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(inspection.HasUnknown);
        Assert.Equal(DomainProfile.Sends, inspection.Profile);
        Assert.DoesNotContain(inspection.Findings, static finding => finding.Code is FindingCode.DmarcNoPolicy or FindingCode.SpfNoTexts or FindingCode.MxMissing or FindingCode.StsAbsent);
        Assert.DoesNotContain(inspection.Requirements.SelectMany(static row => row.Providers), static cell => cell.State == RequirementState.NotMet);
    }

    [Theory]
    [InlineData(ZoneEntryKind.A, "127.0.0.1")]
    [InlineData(ZoneEntryKind.A, "10.1.2.3")]
    [InlineData(ZoneEntryKind.Aaaa, "::ffff:192.168.0.1")]
    [InlineData(ZoneEntryKind.Aaaa, "::1")]
    [InlineData(ZoneEntryKind.Aaaa, "fd00::1")]
    public async Task A_mail_host_that_the_internet_does_not_reach_is_an_error_also_without_an_MX_record(ZoneEntryKind kind, string address)
    {
        var inspection = await DomainInspector.InspectAsync(
            DomainName.Parse("example.com").Value!, new ZoneResolver(new Zone().Add("example.com", kind, address)), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains(inspection.Findings, static finding => finding.Code == FindingCode.MxPrivateAddress);
    }

    [Fact]
    public async Task An_exception_of_the_resolver_counts_as_a_failed_lookup()
    {
        var resolver = new ScriptedResolver(new Zone()) { Script = (_, _, _) => () => throw new IOException("the network is down") };
        var inspection = await DomainInspector.InspectAsync(DomainName.Parse("example.com").Value!, resolver, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(inspection.HasUnknown);
    }

    [Fact]
    public async Task Cancellation_ends_the_inspection()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            DomainInspector.InspectAsync(DomainName.Parse("example.com").Value!, new ZoneResolver(Estate.Zone), cancellationToken: cancelled.Token));
    }

    [Fact]
    public void The_estate_has_at_least_sixty_faults() => Assert.InRange(Estate.Rows.Values.Count(static row => Estate.TextOf(row, "finding") is not null), 60, 200);
}
