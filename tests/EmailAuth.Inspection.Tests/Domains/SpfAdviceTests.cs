using EmailAuth.Inspection.Domains;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Domains;

/// <summary>The SPF record that is advised passes every client that should pass.</summary>
public class SpfAdviceTests
{
    // RFC 7208 sections 5.2 and 6.1: whom the target of a redirect passes, an include of it passes.
    [Theory]
    [InlineData("v=spf1 redirect=_spf.esp.example", "v=spf1 ip4:192.0.2.1 -all", "v=spf1 include:_spf.esp.example ip4:192.0.2.1 -all")]
    [InlineData("v=spf1 redirect=_spf.esp.example ip4:192.0.2.1", "v=spf1 include:_SPF.esp.example ~all", "v=spf1 ip4:192.0.2.1 include:_spf.esp.example ~all")]
    [InlineData("v=spf1 redirect=_spf.esp.example", "v=spf1 redirect=_spf.other.example", "v=spf1 include:_spf.esp.example include:_spf.other.example ~all")]
    [InlineData("v=spf1 ip4:192.0.2.1 -all redirect=_spf.esp.example", "v=spf1 ip4:192.0.2.2 ~all", "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 -all")] // the redirect is ignored
    [InlineData("v=spf1 ip4:192.0.2.1 -all ip4:192.0.2.3", "v=spf1 ip4:192.0.2.2 ~all", "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 -all")] // not reached
    [InlineData("v=spf1 -ip4:192.0.2.0/24 ip4:198.51.100.7 -all", "v=spf1 ip4:192.0.2.1 ~all", "v=spf1 ip4:192.0.2.1 -ip4:192.0.2.0/24 ip4:198.51.100.7 -all")]
    [InlineData("v=spf1 -ip4:192.0.2.0/24 ip4:198.51.100.7 -all", "v=spf1 ~ip4:198.51.100.0/24 ip4:192.0.2.1 ~all", null)]
    [InlineData("v=spf1 redirect=absent.example", "v=spf1 ip4:192.0.2.1 ~all", null)] // a permerror
    [InlineData("v=spf1 ipv4:198.51.100.7 -all", "v=spf1 ip4:192.0.2.1 ~all", null)] // what it means is lost
    [InlineData("spf2.0/pra -all", "v=spf1 ip4:192.0.2.1 ~all", "v=spf1 ip4:192.0.2.1 ip4:192.0.2.9 ~all", "v=spf1 ip4:192.0.2.9 ~all")]
    public async Task Several_records_are_joined_so_that_each_client_passes_that_one_of_them_passes(string first, string second, string? expected, string? third = null)
    {
        var zone = ZoneWith(first).Add("example.com", ZoneEntryKind.Txt, second);
        var inspection = await InspectAsync(third is null ? zone : zone.Add("example.com", ZoneEntryKind.Txt, third));
        var change = Assert.Single(inspection.Changes, static change => change.Codes.Contains(FindingCode.SpfSeveralRecords));
        Assert.Equal(expected, change.Record);
    }

    [Fact]
    public async Task A_record_whose_redirect_is_removed_gets_an_end()
    {
        var inspection = await InspectAsync(ZoneWith("v=spf1 ip4:192.0.2.1 redirect=absent.example"));
        Assert.Equal("v=spf1 ip4:192.0.2.1 ~all", Assert.Single(inspection.Changes, static change => change.Codes.Contains(FindingCode.SpfTargetWithoutRecord)).Record);
    }

    [Fact]
    public async Task A_record_keeps_a_redirect_that_is_right()
    {
        var inspection = await InspectAsync(ZoneWith("v=spf1 ip4:192.0.2.1 ip4:192.0.2.1 redirect=_spf.esp.example"));
        Assert.Equal("v=spf1 ip4:192.0.2.1 redirect=_spf.esp.example", Assert.Single(inspection.Changes, static change => change.Codes.Contains(FindingCode.SpfRepeatedTerm)).Record);
    }

    private static Zone ZoneWith(string record) => new Zone()
        .Add("example.com", ZoneEntryKind.MX, "mx.example.com")
        .Add("mx.example.com", ZoneEntryKind.A, "192.0.2.1")
        .Add("example.com", ZoneEntryKind.Txt, record)
        .Add("_spf.esp.example", ZoneEntryKind.Txt, "v=spf1 ip4:198.51.100.0/24 -all")
        .Add("_spf.other.example", ZoneEntryKind.Txt, "v=spf1 ip4:203.0.113.0/24 -all");

    private static Task<DomainInspection> InspectAsync(Zone zone) =>
        DomainInspector.InspectAsync(DomainName.Parse("example.com").Value!, new ZoneResolver(zone), cancellationToken: TestContext.Current.CancellationToken);
}
