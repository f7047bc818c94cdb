using System.Net;
using EmailAuth.Inspection.Domains;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.MailHosts;

/// <summary>The names of an address that sends.</summary>
public class SendingAddressTests
{
    [Fact]
    public async Task An_IPv4_mapped_address_is_its_IPv4_address()
    {
        var zone = new Zone().Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all").Add("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "mail.example.com")
            .Add("mail.example.com", ZoneEntryKind.A, "192.0.2.1");
        var options = new DomainInspectionOptions { Addresses = [IPAddress.Parse("::ffff:192.0.2.1")], Helo = "mail.example.com" };
        var inspection = await DomainInspector.InspectAsync(DomainName.Parse("example.com").Value!, new ZoneResolver(zone), options, TestContext.Current.CancellationToken);
        var address = Assert.Single(inspection.Addresses);
        Assert.Equal((IPAddress.Parse("192.0.2.1"), true), (address.Address, address.IsConfirmed));
        Assert.Empty(address.Findings);
        Assert.DoesNotContain(inspection.Findings, static finding => finding.Code is FindingCode.PtrNotConfirmed or FindingCode.HeloNotAddress or FindingCode.SpfAddressNotListed);
    }
}
