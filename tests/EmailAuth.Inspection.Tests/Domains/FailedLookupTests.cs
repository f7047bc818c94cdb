using System.Net;
using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.Senders;
using EmailAuth.Inspection.Transport;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Domains;

/// <summary>That the DNS or a web server does not answer is no fault of the domain: it is said, and what was not seen is not known.</summary>
public class FailedLookupTests
{
    private static readonly (string Name, ZoneEntryKind Kind, string Data)[] Entries =
    [
        ("example.com", ZoneEntryKind.MX, "mx.example.com"),
        ("mx.example.com", ZoneEntryKind.A, "192.0.2.1"),
        ("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "mx.example.com"),
        ("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; rua=mailto:d@example.com"),
        ("inc.example.net", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.4 -all"),
        ("a.example.net", ZoneEntryKind.A, "192.0.2.5"),
        ("m.example.net", ZoneEntryKind.MX, "host.example.net"),
        ("host.example.net", ZoneEntryKind.A, "192.0.2.6"),
    ];

    [Theory]
    [InlineData("inc.example.net", FindingCode.SpfLookupFailed, FindingSeverity.Warning)]
    [InlineData("a.example.net", FindingCode.SpfTermLookupFailed, FindingSeverity.Warning)]
    [InlineData("m.example.net", FindingCode.SpfTermLookupFailed, FindingSeverity.Warning)]
    [InlineData("host.example.net", FindingCode.SpfMailHostLookupFailed, FindingSeverity.Warning)]
    [InlineData("used._domainkey.example.com", FindingCode.DkimLookupFailed, FindingSeverity.Warning)]
    [InlineData("k1._domainkey.example.com", FindingCode.DkimLookupFailed, FindingSeverity.Note)] // nobody named this selector
    [InlineData("_dmarc.example.com", FindingCode.DmarcLookupFailed, FindingSeverity.Warning)]
    [InlineData("default._bimi.example.com", FindingCode.BimiUndecided, FindingSeverity.Note)]
    [InlineData("mx.example.com", FindingCode.MxHostLookupFailed, FindingSeverity.Warning)]
    [InlineData("1.2.0.192.in-addr.arpa", FindingCode.PtrLookupFailed, FindingSeverity.Note)]
    [InlineData("helo.example.com", FindingCode.HeloLookupFailed, FindingSeverity.Note)]
    [InlineData("_mta-sts.example.com", FindingCode.StsLookupFailed, FindingSeverity.Note)]
    [InlineData("_smtp._tls.example.com", FindingCode.TlsRptLookupFailed, FindingSeverity.Note)]
    public async Task A_failed_lookup_is_no_error_and_something_is_not_known(string failing, FindingCode code, FindingSeverity severity)
    {
        var inspection = await InspectAsync(
            ZoneWith("include:inc.example.net a:a.example.net mx:m.example.net", failing),
            new DomainInspectionOptions { Selectors = failing.StartsWith("used.", StringComparison.Ordinal) ? ["used"] : [], Helo = failing == "helo.example.com" ? failing : null });
        var found = inspection.Findings.Where(finding => finding.Code == code).ToArray();
        Assert.NotEmpty(found);
        Assert.All(found, finding => Assert.Equal((severity, true), (finding.Severity, finding.IsFailedLookup)));
        Assert.True(inspection.HasUnknown);
        Assert.DoesNotContain(inspection.Findings, static finding => finding.Severity == FindingSeverity.Error);
        Assert.DoesNotContain(inspection.Changes, static change => change.Record is not null && change.Severity == FindingSeverity.Error);
    }

    [Fact]
    public async Task Where_all_is_answered_all_is_known()
    {
        var inspection = await InspectAsync(ZoneWith("include:inc.example.net a:a.example.net mx:m.example.net", failing: null), new DomainInspectionOptions());
        Assert.False(inspection.HasUnknown);
        Assert.DoesNotContain(inspection.Findings, static finding => finding.IsFailedLookup);
    }

    // A question that would need a fourth round is not asked, which is no failed lookup.
    [Fact]
    public async Task A_question_that_is_not_asked_has_not_failed()
    {
        var zone = new Zone().Add("example.com", ZoneEntryKind.Txt, "v=spf1 mx -all").Add("example.com", ZoneEntryKind.MX, "mx.example.com")
            .Add("mx.example.com", ZoneEntryKind.A, "192.0.2.1").Add("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "other.example.net")
            .Add("other.example.net", ZoneEntryKind.A, "192.0.2.1").Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; rua=mailto:d@example.com");
        var inspection = await InspectAsync(zone, new DomainInspectionOptions());
        Assert.Contains(inspection.Findings, static finding => finding.Code == FindingCode.PtrLookupFailed);
        Assert.False(inspection.HasUnknown);
    }

    [Fact]
    public async Task Whether_SPF_passes_for_an_address_is_not_known_when_its_lookup_fails()
    {
        var zone = ZoneWith("exists:%{i}._spf.example.com", "192.0.2.9._spf.example.com")
            .Add("9.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "out.example.com").Add("out.example.com", ZoneEntryKind.A, "192.0.2.9");
        var inspection = await InspectAsync(zone, new DomainInspectionOptions { Addresses = [IPAddress.Parse("192.0.2.9")] });
        Assert.Equal(FindingSeverity.Note, Assert.Single(inspection.Findings, static finding => finding.Code == FindingCode.SpfAddressUndecided).Severity);
        Assert.True(inspection.HasUnknown);
    }

    [Fact]
    public async Task A_requirement_is_not_met_by_a_record_that_could_not_be_read_whole()
    {
        var inspection = await InspectAsync(ZoneWith("include:inc.example.net", "inc.example.net"), new DomainInspectionOptions());
        Assert.All(inspection.Requirements.Single(static row => row.Name == "spf").Providers, static cell => Assert.NotEqual(RequirementState.Met, cell.State));
    }

    [Fact]
    public async Task A_logo_record_that_cannot_be_looked_up_is_no_fault_also_without_an_enforced_policy()
    {
        var zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none").Add("default._bimi.example.com", ZoneEntryKind.Timeout);
        var inspection = await InspectAsync(zone, new DomainInspectionOptions());
        Assert.DoesNotContain(inspection.Findings, static finding => finding.Code == FindingCode.BimiFault);
        Assert.Equal(FindingSeverity.Note, Assert.Single(inspection.Findings, static finding => finding.Code == FindingCode.BimiUndecided).Severity);
    }

    [Theory]
    [InlineData(true, FindingCode.StsPolicyUndecided, FindingSeverity.Warning)]
    [InlineData(false, FindingCode.StsPolicyUnavailable, FindingSeverity.Error)]
    public async Task A_policy_that_cannot_be_fetched_just_now_is_not_known(bool isTemporary, FindingCode code, FindingSeverity severity)
    {
        var zone = ZoneWith("ip4:192.0.2.1", failing: null).Add("_mta-sts.example.com", ZoneEntryKind.Txt, "v=STSv1; id=1");
        var options = new DomainInspectionOptions { Fetch = (_, _, _) => Task.FromResult(new FetchedPolicy(null, null, "it did not answer", isTemporary)) };
        var inspection = await InspectAsync(zone, options);
        var finding = Assert.Single(inspection.Findings, static finding => finding.Code.Keyword().StartsWith("sts-", StringComparison.Ordinal));
        Assert.Equal((code, severity), (finding.Code, finding.Severity));
        Assert.Contains("it did not answer", finding.Text, StringComparison.Ordinal);
        Assert.Equal(isTemporary, inspection.HasUnknown);
    }

    [Theory]
    [InlineData(ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.4 -all", "v=spf1 include:inc.example.net ip4:192.0.2.1 -all")]
    [InlineData(ZoneEntryKind.ServFail, null, null)]
    public async Task A_record_that_could_not_be_checked_whole_is_not_proposed(ZoneEntryKind kind, string? included, string? proposed)
    {
        var zone = new Zone().Add("example.com", ZoneEntryKind.Txt, "v=spf1 include:inc.example.net -all").Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
            .Add("inc.example.net", kind, included);
        var inspection = await InspectAsync(zone, new DomainInspectionOptions());
        Assert.Equal(proposed, Assert.Single(inspection.Changes, static change => change.Codes.Contains(FindingCode.SpfSeveralRecords)).Record);
    }

    private static Zone ZoneWith(string terms, string? failing)
    {
        var zone = new Zone().Add("example.com", ZoneEntryKind.Txt, $"v=spf1 ip4:192.0.2.1 {terms} -all");
        foreach (var (name, kind, data) in Entries.Where(entry => entry.Name != failing))
        {
            zone.Add(name, kind, data);
        }

        return failing is null ? zone : zone.Add(failing, ZoneEntryKind.ServFail);
    }

    private static Task<DomainInspection> InspectAsync(Zone zone, DomainInspectionOptions options) =>
        DomainInspector.InspectAsync(DomainName.Parse("example.com").Value!, new ZoneResolver(zone), options, TestContext.Current.CancellationToken);
}
