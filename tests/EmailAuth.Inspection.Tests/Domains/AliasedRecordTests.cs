using EmailAuth.Inspection.Domains;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Domains;

/// <summary>RFC 1034 section 3.6.2: beside an alias there is no other record, so no record is proposed at one.</summary>
public class AliasedRecordTests
{
    private static readonly DomainName Domain = DomainName.Parse("example.com").Value!;

    [Theory]
    [InlineData("_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:d@example.com; pct=50", FindingCode.DmarcPercentage)]
    [InlineData("_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:d@example.com", FindingCode.DmarcPolicyNone)]
    [InlineData("_dmarc.example.com", null, FindingCode.DmarcNoPolicy)]
    [InlineData("_mta-sts.example.com", null, FindingCode.StsAbsent)]
    [InlineData("_smtp._tls.example.com", null, FindingCode.TlsRptAbsent)]
    public async Task A_record_at_an_alias_is_changed_at_its_target(string name, string? text, FindingCode code)
    {
        var zone = new Zone().Add("example.com", ZoneEntryKind.MX, "mx.example.com").Add("mx.example.com", ZoneEntryKind.A, "192.0.2.1")
            .Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all").Add(name, ZoneEntryKind.CName, "first.provider.example")
            .Add("first.provider.example", ZoneEntryKind.CName, "records.provider.example");
        if (text is not null)
        {
            zone.Add("records.provider.example", ZoneEntryKind.Txt, text);
        }

        var changes = (await InspectAsync(Domain, zone, DomainProfile.Sends)).Changes;
        var change = Assert.Single(changes, change => change.Codes.Contains(code));
        Assert.EndsWith($"; at records.provider.example, by its owner, because {name} is an alias of it", change.Text, StringComparison.Ordinal);
        Assert.Null(change.Record);
        Assert.DoesNotContain(changes, change => change.Record is not null && change.Name == name);
    }

    [Theory]
    [InlineData(DomainProfile.Sends, "v=spf1 a +all", FindingCode.SpfPassAll)]
    [InlineData(DomainProfile.ReceivesOnly, "v=spf1 a ~all", FindingCode.SpfUnsentAllows)]
    [InlineData(DomainProfile.Parked, "v=spf1 -all", FindingCode.MxParkedMissing)]
    public async Task A_domain_that_is_an_alias_has_its_records_at_the_target(DomainProfile profile, string text, FindingCode code)
    {
        var zone = new Zone().Add("example.com", ZoneEntryKind.CName, "www.provider.example")
            .Add("www.provider.example", ZoneEntryKind.A, "192.0.2.1").Add("www.provider.example", ZoneEntryKind.Txt, text);
        var changes = (await InspectAsync(Domain, zone, profile)).Changes;
        Assert.EndsWith("; at www.provider.example, by its owner, because example.com is an alias of it", Assert.Single(changes, change => change.Codes.Contains(code)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(changes, static change => change.Record is not null && change.Name == "example.com");

        // The names below are no aliases.
        Assert.Contains(changes, static change => change is { Record: not null, Name: "_dmarc.example.com" });
    }

    [Fact]
    public async Task Of_several_records_behind_an_alias_one_is_kept_there()
    {
        var zone = new Zone().Add("example.com", ZoneEntryKind.MX, "mx.example.com").Add("_dmarc.example.com", ZoneEntryKind.CName, "records.provider.example")
            .Add("records.provider.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject").Add("records.provider.example", ZoneEntryKind.Txt, "v=DMARC1; p=none");
        var change = Assert.Single((await InspectAsync(Domain, zone, DomainProfile.Sends)).Changes, static change => change.Codes.Contains(FindingCode.DmarcSeveralRecords));
        Assert.Equal(
            "keep one DMARC record at _dmarc.example.com, and remove the others; at records.provider.example, by its owner, because _dmarc.example.com is an alias of it", change.Text);
    }

    private static Task<DomainInspection> InspectAsync(DomainName domain, Zone zone, DomainProfile profile) =>
        DomainInspector.InspectAsync(domain, new ZoneResolver(zone), new DomainInspectionOptions { Profile = profile }, TestContext.Current.CancellationToken);
}
