using EmailAuth.Inspection.Domains;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Domains;

/// <summary>RFC 8460 section 3: the key of TLS reports names the service type tlsrpt, and no other mail passes with it.</summary>
public class TlsReportKeyTests
{
    private const string Key = "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    [Theory]
    [InlineData("s=tlsrpt; ", false)]
    [InlineData("s=tlsrpt:email; ", true)]
    [InlineData("", true)]
    public async Task A_key_only_for_TLS_reports_is_not_a_key_for_mail(string services, bool isForMail)
    {
        var sender = await InspectAsync(services, DomainProfile.Sends);
        Assert.Equal(isForMail, sender.Requirements.Single(static row => row.Name == "dkim").Reason.Contains("usable key", StringComparison.Ordinal));
        Assert.DoesNotContain(sender.Changes, static change => change.Codes.Any(static code => code.Keyword().StartsWith("dkim-", StringComparison.Ordinal)));

        // Nobody can sign mail as the domain with it.
        var receiver = await InspectAsync(services, DomainProfile.ReceivesOnly);
        Assert.Equal(isForMail, receiver.Findings.Any(static finding => finding.Code == FindingCode.DkimUnsentKey));
    }

    private static Task<DomainInspection> InspectAsync(string services, DomainProfile profile)
    {
        var zone = new Zone().Add("example.com", ZoneEntryKind.MX, "mx.example.com").Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
            .Add("tls._domainkey.example.com", ZoneEntryKind.Txt, $"v=DKIM1; {services}{Key}");
        return DomainInspector.InspectAsync(
            DomainName.Parse("example.com").Value!, new ZoneResolver(zone), new DomainInspectionOptions { Profile = profile, Selectors = ["tls"] }, TestContext.Current.CancellationToken);
    }
}
