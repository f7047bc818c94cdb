using EmailAuth.Dmarc;
using EmailAuth.Inspection.Dmarc;
using EmailAuth.Inspection.Domains;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Domains;

/// <summary>Records above a domain that do not apply to it, and what applies below it (RFC 9989 section 4.10.1).</summary>
public class DmarcOfOthersTests
{
    private const string Reports = "; rua=mailto:d@shop.example.com";

    // A name below without a record has the policy of the organizational domain, or of the public suffix domain above that.
    [Theory]
    [InlineData("p=none", "p=reject", "reject", "none", "none")]
    [InlineData("p=none; sp=quarantine; np=reject", "p=reject; sp=none; np=none", "reject", "quarantine", "reject")]
    [InlineData("p=reject; t=y", "p=none", "none", "quarantine", "quarantine")]
    [InlineData("p=none", "p=reject; sp=quarantine; psd=n", "reject", "quarantine", "quarantine")] // an organization of its own
    [InlineData("p=none; sp=quarantine; np=reject; psd=y", "p=reject; sp=none", "reject", "none", "none")] // the organization below a public suffix
    [InlineData("p=reject; sp=quarantine", null, "quarantine", "quarantine", "quarantine")]
    [InlineData(null, "p=reject; sp=quarantine", "reject", "quarantine", "quarantine")]
    public async Task What_applies_below_a_domain_is_what_its_organization_says(string? above, string? own, string domain, string below, string absent)
    {
        var reach = (await InspectAsync("shop.example.com", ZoneWith(above, own))).DmarcReach;
        Assert.Equal((domain, below, absent), (reach.Domain?.Keyword(), reach.Subdomain?.Keyword(), reach.NonexistentSubdomain?.Keyword()));

        // That is what receivers find.
        var evaluator = new DmarcEvaluator(new ZoneResolver(ZoneWith(above, own).Add("x.shop.example.com", ZoneEntryKind.A, "192.0.2.1")));
        Assert.Equal(below, (await evaluator.EvaluateAsync(Name("x.shop.example.com"), [], TestContext.Current.CancellationToken)).EffectivePolicy?.Keyword());
        Assert.Equal(absent, (await evaluator.EvaluateAsync(Name("absent.shop.example.com"), [], TestContext.Current.CancellationToken)).EffectivePolicy?.Keyword());
    }

    [Fact]
    public async Task Below_a_name_two_levels_below_a_public_suffix_its_record_applies()
    {
        var zone = ZoneWith(null, "p=reject").Add("_dmarc.com", ZoneEntryKind.Txt, "v=DMARC1; p=none; sp=quarantine; psd=y");
        var reach = (await InspectAsync("shop.example.com", zone)).DmarcReach;
        Assert.Equal((DmarcPolicy.Reject, DmarcPolicy.Quarantine), (reach.Domain, reach.Subdomain));
    }

    [Fact]
    public async Task What_applies_below_a_domain_is_not_known_after_a_failed_lookup()
    {
        var reach = (await InspectAsync("shop.example.com", ZoneWith(null, "p=reject").Add("_dmarc.example.com", ZoneEntryKind.ServFail))).DmarcReach;
        Assert.Equal((DmarcPolicy.Reject, null, null), (reach.Domain, reach.Subdomain, reach.NonexistentSubdomain));
    }

    [Theory]
    [InlineData("p=reject; sp=none; np=none", "p=reject; sp=none; np=none")]
    [InlineData("p=reject", "p=reject; sp=none; np=none")]
    public async Task Sp_and_np_without_effect_are_not_called_weak(string above, string own)
    {
        FindingCode[] weak = [FindingCode.DmarcWeakSubdomainPolicy, FindingCode.DmarcWeakNonexistentPolicy];
        var zone = ZoneWith(above, own);
        Assert.DoesNotContain((await InspectAsync("shop.example.com", zone)).Findings, finding => weak.Contains(finding.Code));
        var alone = await DmarcInspector.InspectAsync(Name("shop.example.com"), new ZoneResolver(zone), cancellationToken: TestContext.Current.CancellationToken);
        Assert.DoesNotContain(alone.Findings, finding => weak.Contains(finding.Code) && finding.Name == Name("_dmarc.shop.example.com"));
        Assert.Contains(alone.Records.Single(static record => record.Name.ToString() == "_dmarc.shop.example.com").Terms, static term => term.Text == "sp=none" && term.Meaning.StartsWith("no effect", StringComparison.Ordinal));
        var text = await RecordInspector.InspectAsync($"v=DMARC1; {own}{Reports}", Name("shop.example.com"), new ZoneResolver(zone), TestContext.Current.CancellationToken);
        Assert.Empty(text.Findings);

        // Below an organization of its own they have one.
        text = await RecordInspector.InspectAsync($"v=DMARC1; {own}; psd=n{Reports}", Name("shop.example.com"), new ZoneResolver(zone), TestContext.Current.CancellationToken);
        Assert.Contains(text.Findings, static finding => finding.Code == FindingCode.DmarcWeakSubdomainPolicy);
    }

    [Theory]
    [InlineData("p=none; sp=none; psd=y; ri=3600")]
    [InlineData("p=none; pct=20; t=y")]
    [InlineData("p=none; rua=https://x/")]
    [InlineData("p=rejct")]
    public async Task A_record_above_that_does_not_apply_is_not_the_domains_fault(string above)
    {
        var inspection = await InspectAsync("shop.example.com", ZoneWith(above, "p=reject"));
        Assert.DoesNotContain(inspection.Findings, static finding => finding.Code.Keyword().StartsWith("dmarc-", StringComparison.Ordinal));
        Assert.DoesNotContain(inspection.Changes, static change => change.Codes.Any(static code => code.Keyword().StartsWith("dmarc-", StringComparison.Ordinal)));
        Assert.Contains((await InspectAsync("shop.example.com", ZoneWith(above, null))).Findings, static finding => finding.Name == Name("_dmarc.example.com"));
    }

    [Fact]
    public async Task Two_records_above_that_do_not_apply_are_not_the_domains_fault()
    {
        var zone = ZoneWith("p=none", "p=reject").Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");
        Assert.DoesNotContain((await InspectAsync("shop.example.com", zone)).Findings, static finding => finding.Code == FindingCode.DmarcSeveralRecords);
    }

    // The record that was meant is the domain's own, whatever applies without it.
    [Fact]
    public async Task A_record_of_the_domain_that_is_not_one_stays_a_fault()
    {
        var zone = ZoneWith("p=reject", null).Add("_dmarc.shop.example.com", ZoneEntryKind.Txt, "v=dmarc1; p=none");
        Assert.Contains((await InspectAsync("shop.example.com", zone)).Findings, static finding => finding.Code == FindingCode.DmarcMalformed);
    }

    // An error in a record above must not keep a better record from being advised.
    [Fact]
    public async Task A_record_is_advised_also_below_one_with_an_error()
    {
        var inspection = await InspectAsync("shop.example.com", ZoneWith("p=rejct", "p=reject; pct=20"));
        Assert.Equal($"v=DMARC1; p=reject{Reports}", Assert.Single(inspection.Changes, static change => change.Codes.Contains(FindingCode.DmarcPercentage)).Record);
    }

    private static Zone ZoneWith(string? above, string? own)
    {
        var zone = new Zone().Add("shop.example.com", ZoneEntryKind.MX, "mx.example.com").Add("shop.example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all");
        _ = above is null ? zone : zone.Add("_dmarc.example.com", ZoneEntryKind.Txt, $"v=DMARC1; {above}{Reports}");
        return own is null ? zone : zone.Add("_dmarc.shop.example.com", ZoneEntryKind.Txt, $"v=DMARC1; {own}{Reports}");
    }

    private static Task<DomainInspection> InspectAsync(string domain, Zone zone) =>
        DomainInspector.InspectAsync(Name(domain), new ZoneResolver(zone), cancellationToken: TestContext.Current.CancellationToken);

    private static DomainName Name(string text) => DomainName.ParseDnsName(text).Value!;
}
