using System.Collections.Immutable;
using EmailAuth.Inspection.Bimi;
using EmailAuth.Inspection.Dkim;
using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.Senders;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Domains;

/// <summary>What is known beside the DNS: reports, role addresses, profiles, and what follows for providers and loops.</summary>
public class DomainOptionsTests
{
    private static readonly DomainName Sound = DomainName.Parse("sound.example").Value!;

    [Fact]
    public async Task Selectors_and_rates_come_from_reports_where_there_are_any()
    {
        var history = new History { Selectors = ["reported"], Rates = new DomainRates { ComplaintPercent = 0.31 } };
        var inspection = await InspectAsync(Sound, new DomainInspectionOptions { History = history });
        Assert.Contains(inspection.Findings, finding => finding is { Code: FindingCode.DkimNameMissing, Name: { } name } && name.ToString() == "reported._domainkey.sound.example");
        Assert.Contains(inspection.Findings, finding => finding is { Code: FindingCode.ComplaintRateHigh, Severity: FindingSeverity.Error } && finding.Text.StartsWith("0.31 percent", StringComparison.Ordinal));
        Assert.Equal(RequirementState.NotMet, Requirement(inspection, "complaints", "Gmail").State);
        Assert.Equal(RequirementState.NotAsked, Requirement(inspection, "complaints", "Microsoft").State);
        Assert.All(inspection.FeedbackLoops.Take(4), loop => Assert.Equal(RequirementState.NotMet, loop.State));
    }

    [Theory]
    [InlineData(0.3, "complaint-rate-high")]
    [InlineData(0.2999, "complaint-rate-rising")]
    [InlineData(0.1, "complaint-rate-rising")]
    [InlineData(0.0999, null)]
    public async Task The_complaint_rate_counts_from_what_Gmail_says(double percent, string? code)
    {
        var inspection = await InspectAsync(Sound, new DomainInspectionOptions { History = new History { Rates = new DomainRates { ComplaintPercent = percent } } });
        Assert.Equal(code is null ? [] : [code], inspection.Findings.Select(finding => finding.Code.Keyword()));
    }

    [Fact]
    public async Task Without_reports_the_reputation_is_not_known()
    {
        var inspection = await InspectAsync(Sound, new DomainInspectionOptions());
        Assert.Null(inspection.Rates);
        Assert.Equal(RequirementState.Unseen, Requirement(inspection, "complaints", "Yahoo").State);
        Assert.All(inspection.FeedbackLoops, loop => Assert.Equal(RequirementState.Unseen, loop.State));
    }

    [Fact]
    public async Task Role_addresses_are_reported_as_the_host_replied()
    {
        ImmutableArray<RoleAddress> roles =
        [
            new() { Address = "postmaster@sound.example", IsAccepted = false, Reply = "550 no such user" },
            new() { Address = "abuse@sound.example", Reply = "450 try later" },
        ];
        var inspection = await InspectAsync(Sound, new DomainInspectionOptions { RoleAddresses = roles });
        Assert.Equal(["role-address-refused", "role-address-unknown"], inspection.Findings.Select(finding => finding.Code.Keyword()));
    }

    [Fact]
    public async Task A_given_profile_is_not_a_guess()
    {
        var inspection = await InspectAsync(DomainName.Parse("sound-parked.example").Value!, new DomainInspectionOptions { Profile = DomainProfile.Sends });
        Assert.Null(inspection.ProfileReason);
        Assert.Contains(inspection.Findings, finding => finding.Code == FindingCode.MxNullOfSender);
    }

    [Fact]
    public async Task A_parked_domain_has_no_requirements() => Assert.Empty((await InspectAsync(DomainName.Parse("sound-parked.example").Value!, new DomainInspectionOptions())).Requirements);

    [Fact]
    public void No_known_selector_is_listed_twice()
    {
        var selectors = KnownSelectors.All.Select(known => known.Selector).ToList();
        Assert.Equal(selectors.Distinct(StringComparer.OrdinalIgnoreCase).Count(), selectors.Count);
        Assert.All(selectors, selector => Assert.True(DomainName.Parse(selector).IsSuccess));
    }

    [Fact]
    public async Task What_applies_below_a_domain_follows_sp_and_np()
    {
        var zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; sp=quarantine; t=y");
        var reach = (await InspectAsync("example.com", zone)).DmarcReach;
        Assert.Equal(("quarantine", "none", "none"), (Word(reach.Domain), Word(reach.Subdomain), Word(reach.NonexistentSubdomain)));
        var missing = (await InspectAsync("missing.example.com", zone)).DmarcReach;
        Assert.Equal("none", Word(missing.Domain));

        static string? Word(EmailAuth.Dmarc.DmarcPolicy? policy) => policy?.ToString().ToLowerInvariant();
    }

    [Fact]
    public async Task Each_provider_says_why_no_logo_shows_and_what_shows_once_the_policy_is_enforced()
    {
        var zone = new Zone()
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none; rua=mailto:d@example.com")
            .Add("default._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://example.com/logo.svg");
        var logos = (await InspectAsync("example.com", zone)).Logos;
        Assert.All(logos, logo => Assert.Equal(LogoState.NotShown, logo.State));
        Assert.Equal(LogoState.Unknown, Assert.Single(logos, logo => logo.Provider == "Yahoo").OnceEnforced);
        Assert.Equal(LogoState.NotShown, Assert.Single(logos, logo => logo.Provider == "Gmail").OnceEnforced);
        Assert.Contains("no DMARC policy", Assert.Single(logos, logo => logo.Provider == "Gmail").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v=spf1 ip4:192.0.2.10 +all", "spf", "spf-pass-all")]
    [InlineData("v=spf1 include:spf.hosts.example -all", "spf", null)]
    [InlineData("v=DMARC1; p=none; rua=mailto:a@sound.example", "dmarc", "dmarc-policy-none")]
    [InlineData("v=DKIM1; p=", "dkim", "dkim-revoked")]
    [InlineData("v=BIMI1; l=http://x.example/", "bimi", "bimi-fault")]
    [InlineData("v=STSv1; id=", "mta-sts", "sts-record-invalid")]
    [InlineData("v=TLSRPTv1; rua=", "tls-rpt", "tls-rpt-invalid")]
    [InlineData("hello", null, null)]
    public async Task The_text_of_one_record_is_inspected_before_it_is_published(string text, string? kind, string? code)
    {
        var inspection = await RecordInspector.InspectAsync(text, Sound, new ZoneResolver(Estate.Zone), TestContext.Current.CancellationToken);
        Assert.Equal(kind, inspection.Kind);
        Assert.Equal(code is null ? [] : [code], inspection.Findings.Select(finding => finding.Code.Keyword()));
    }

    private static Task<DomainInspection> InspectAsync(DomainName domain, DomainInspectionOptions options) =>
        DomainInspector.InspectAsync(domain, new ZoneResolver(Estate.Zone), options, TestContext.Current.CancellationToken);

    private static Task<DomainInspection> InspectAsync(string domain, Zone zone) =>
        DomainInspector.InspectAsync(DomainName.Parse(domain).Value!, new ZoneResolver(zone), cancellationToken: TestContext.Current.CancellationToken);

    private static ProviderRequirement Requirement(DomainInspection inspection, string name, string provider) =>
        inspection.Requirements.Single(row => row.Name == name).Providers.Single(cell => cell.Provider == provider);

    private sealed class History : IDomainHistory
    {
        public ImmutableArray<string> Selectors { get; init; } = [];

        public DomainRates? Rates { get; init; }

        public ValueTask<ImmutableArray<string>> SelectorsAsync(DomainName domain, CancellationToken cancellationToken) => new(Selectors);

        public ValueTask<DomainRates?> RatesAsync(DomainName domain, CancellationToken cancellationToken) => new(Rates);
    }
}
