using EmailAuth.Bimi;
using EmailAuth.Inspection.Bimi;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Bimi;

/// <summary>What a domain publishes for BIMI, whatever its DMARC policy.</summary>
public class BimiInspectorTests
{
    private const string Good = "v=BIMI1; l=https://example.com/l.svg";

    [Theory]
    [InlineData("reject", Good, BimiResultCode.Pass)]
    [InlineData("none", Good, BimiResultCode.Skipped, FindingCode.BimiNotShown)]
    [InlineData("none", "v=BIMI1; l=https://example.com/l.png", BimiResultCode.Skipped, FindingCode.BimiFault, FindingCode.BimiNotShown)]
    [InlineData("reject", "v=BIMI1; l=https://example.com/l.png", BimiResultCode.Fail)]
    [InlineData("none", "v=spf1 -all", BimiResultCode.Skipped)]
    public async Task The_record_is_looked_up_with_every_policy(string policy, string record, BimiResultCode code, params FindingCode[] expected)
    {
        var zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, $"v=DMARC1; p={policy}").Add("default._bimi.example.com", ZoneEntryKind.Txt, record);
        var inspection = await InspectAsync(zone);
        Assert.Equal(code, inspection.Result.Code);
        Assert.Equal(expected, inspection.Findings.Select(finding => finding.Code));
        Assert.Contains(inspection.Records, published => published.Text == record);
    }

    [Fact]
    public async Task An_unknown_policy_is_an_unknown_result()
    {
        var inspection = await InspectAsync(new Zone().Add("_dmarc.example.com", ZoneEntryKind.ServFail).Add("default._bimi.example.com", ZoneEntryKind.Txt, Good));
        Assert.Equal((BimiResultCode.TempError, "dmarc_undecided"), (inspection.Result.Code, inspection.Result.ReasonCode));
        Assert.Equal((BimiResultCode.Pass, Good), (inspection.Published.Code, inspection.Published.Record?.Text));
    }

    private static Task<BimiInspection> InspectAsync(Zone zone) => BimiInspector.InspectAsync(
        DomainName.Parse("example.com").Value!, new ZoneResolver(zone), cancellationToken: TestContext.Current.CancellationToken);
}
