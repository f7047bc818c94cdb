using System.Net;
using EmailAuth.Dmarc;
using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Mail;

namespace EmailAuth.Reports.Store.Tests.Delivery;

public sealed class ReportMailCheckTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<ReportMailVerdict> CheckAsync(Zone zone, bool signs = true, string? client = null, ReportIdentity? identity = null) => ReportMailCheck.CheckAsync(
        identity ?? TestIdentity.Of(), signs ? TestIdentity.Signer() : null, new ZoneResolver(zone), client is null ? null : IPAddress.Parse(client), "mx.receiver.example", cancellationToken: Cancel);

    [Fact]
    public async Task A_published_key_is_enough()
    {
        var verdict = await CheckAsync(TestIdentity.Zone());
        Assert.True(verdict.IsPass, verdict.Outcome.Dmarc!.Reason);
    }

    [Fact]
    public async Task SPF_is_enough_from_the_address_that_it_names()
    {
        Assert.True((await CheckAsync(TestIdentity.Zone(), signs: false, client: "192.0.2.25")).IsPass);
        Assert.False((await CheckAsync(TestIdentity.Zone(), signs: false, client: "192.0.2.26")).IsPass);
        Assert.False((await CheckAsync(TestIdentity.Zone(), signs: false)).IsPass);
    }

    [Fact]
    public async Task Without_the_key_or_the_DMARC_record_it_does_not_pass()
    {
        var zone = TestIdentity.Zone();
        Assert.False((await CheckAsync(new Zone().Add("_dmarc.receiver.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject"))).IsPass);
        var withoutRecord = new Zone();
        foreach (var name in zone.Names.Where(static name => !name.ToString().StartsWith("_dmarc", StringComparison.Ordinal)))
        {
            foreach (var entry in zone[name])
            {
                withoutRecord.Add(name, entry);
            }
        }

        var verdict = await CheckAsync(withoutRecord);
        Assert.False(verdict.IsPass);
        Assert.Equal(DmarcResultCode.None, verdict.Outcome.Dmarc!.Code);
    }

    [Fact]
    public async Task A_return_path_of_another_organization_does_not_help()
    {
        var own = TestIdentity.Of();
        var other = new ReportIdentity { Issuer = own.Issuer, From = own.From, ReturnPath = TestIdentity.Mailbox("b@elsewhere.example") };
        var zone = TestIdentity.Zone().Add("elsewhere.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.25 -all");
        Assert.False((await CheckAsync(zone, signs: false, client: "192.0.2.25", identity: other)).IsPass);
    }
}
