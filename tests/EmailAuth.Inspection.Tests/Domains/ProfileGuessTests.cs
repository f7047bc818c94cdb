using System.Net;
using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.Tests.Senders;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Domains;

/// <summary>What a domain is used for, as far as it can be seen.</summary>
public class ProfileGuessTests
{
    private static readonly DomainName Domain = DomainName.Parse("example.com").Value!;

    // RFC 7208 section 6.1: a redirect to a record that fails every client fails every client; beside "all" it is ignored.
    [Theory]
    [InlineData("v=spf1 -all", true)]
    [InlineData("v=spf1 redirect=_spf.example.com", true)]
    [InlineData("v=spf1 redirect=_between.example.com", true)]
    [InlineData("v=spf1 -all redirect=senders.example.com", true)]
    [InlineData("v=spf1 redirect=senders.example.com", false)]
    [InlineData("v=spf1 redirect=absent.example.com", false)]
    [InlineData("v=spf1 redirect=example.com", false)]
    [InlineData("v=spf1 ip4:192.0.2.1 redirect=_spf.example.com", false)]
    [InlineData("v=spf1 ~all", false)]
    [InlineData("v=spf1", false)]
    public async Task A_record_that_fails_every_client_is_one_of_a_domain_that_sends_no_mail(string record, bool isSilent)
    {
        var zone = ZoneWith(record).Add("example.com", ZoneEntryKind.MX, ".");
        var guess = await InspectAsync(zone, new DomainInspectionOptions());
        Assert.Equal(isSilent ? DomainProfile.Parked : DomainProfile.Sends, guess.Profile);
        var given = await InspectAsync(zone, new DomainInspectionOptions { Profile = DomainProfile.Parked });
        Assert.Equal(!isSilent, given.Findings.Any(static finding => finding.Code == FindingCode.SpfUnsentAllows));
        Assert.Equal(isSilent, guess.Findings.All(static finding => finding.Code == FindingCode.SpfIgnoredRedirect));
    }

    // Such a domain sends by servers of others, with its own signatures alone.
    [Fact]
    public async Task A_domain_whose_message_passes_sends_whatever_its_record_says()
    {
        var zone = ZoneWithKey();
        var signed = await SampleAlignmentTests.ReadAsync(zone, "example.com", "example.com");
        var inspection = await InspectAsync(zone, new DomainInspectionOptions { Message = signed });
        Assert.Equal((DomainProfile.Sends, "it sent the message"), (inspection.Profile, inspection.ProfileReason));
        Assert.DoesNotContain(inspection.Findings, static finding => finding.Code == FindingCode.DkimUnsentKey);
        Assert.NotEmpty(inspection.Requirements);
    }

    [Fact]
    public async Task A_key_that_signs_mail_of_a_subdomain_is_in_use()
    {
        var zone = ZoneWithKey();
        var inspection = await InspectAsync(zone, new DomainInspectionOptions { Message = await SampleAlignmentTests.ReadAsync(zone, "news.example.com", "example.com") });
        Assert.Equal(DomainProfile.Sends, inspection.Profile);
    }

    [Theory]
    [InlineData("example.com", "example.net")] // the signature of another organization
    [InlineData("example.com", null)]
    [InlineData("example.net", "example.com")] // a message of another organization
    public async Task A_message_that_does_not_pass_shows_nothing(string author, string? signer)
    {
        var zone = ZoneWithKey();
        var inspection = await InspectAsync(zone, new DomainInspectionOptions { Message = await SampleAlignmentTests.ReadAsync(zone, author, signer) });
        Assert.Equal(DomainProfile.ReceivesOnly, inspection.Profile);
    }

    [Fact]
    public async Task Addresses_and_selectors_in_use_say_that_a_domain_sends()
    {
        var zone = ZoneWithKey();
        Assert.Equal(DomainProfile.ReceivesOnly, (await InspectAsync(zone, new DomainInspectionOptions())).Profile);
        Assert.Equal(DomainProfile.Sends, (await InspectAsync(zone, new DomainInspectionOptions { Selectors = ["s1"] })).Profile);
        var inspection = await InspectAsync(zone, new DomainInspectionOptions { Addresses = [IPAddress.Parse("192.0.2.7")] });
        Assert.Equal(DomainProfile.Sends, inspection.Profile);
        Assert.Contains(inspection.Findings, static finding => finding.Code == FindingCode.SpfAddressNotListed);
        Assert.Equal(DomainProfile.Parked, (await InspectAsync(zone, new DomainInspectionOptions { Profile = DomainProfile.Parked, Selectors = ["s1"] })).Profile);
    }

    private static Zone ZoneWithKey() => ZoneWith("v=spf1 -all").Add("example.com", ZoneEntryKind.MX, "mx.example.com").Add("mx.example.com", ZoneEntryKind.A, "192.0.2.1")
        .Add("s1._domainkey.example.com", ZoneEntryKind.Txt, SampleAlignmentTests.PublicKey).Add("s1._domainkey.example.net", ZoneEntryKind.Txt, SampleAlignmentTests.PublicKey)
        .Add("_dmarc.example.net", ZoneEntryKind.Txt, "v=DMARC1; p=reject");

    private static Zone ZoneWith(string record) => new Zone()
        .Add("example.com", ZoneEntryKind.Txt, record)
        .Add("_spf.example.com", ZoneEntryKind.Txt, "v=spf1 -all")
        .Add("_between.example.com", ZoneEntryKind.Txt, "v=spf1 redirect=_spf.example.com")
        .Add("senders.example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");

    private static Task<DomainInspection> InspectAsync(Zone zone, DomainInspectionOptions options) =>
        DomainInspector.InspectAsync(Domain, new ZoneResolver(zone), options, TestContext.Current.CancellationToken);
}
