using System.Net;
using EmailAuth.Dmarc;
using EmailAuth.Policy;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>Whom the receiver trusts although DMARC fails, and the reason recorded for it.</summary>
public class ClientTrustTests
{
    private static readonly DmarcResult Fail = new()
    {
        Code = DmarcResultCode.Fail,
        AuthorDomain = Name("example.com"),
        Record = DmarcRecord.Parse("v=DMARC1; p=reject").Value,
        PublishedPolicy = DmarcPolicy.Reject,
    };

    private static readonly LocalPolicy Trusted = new()
    {
        Forwarders = [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("2001:db8::/32")],
        ForwarderDomains = [Name("forwarder.example")],
        MailingLists = [Name("lists.example")],
        TrustedSealers = [Name("sealer.example")],
    };

    [Theory]
    [InlineData("192.0.2.7", null, null, "trusted_forwarder")]
    [InlineData("::ffff:192.0.2.7", null, null, "trusted_forwarder")]
    [InlineData("2001:db8::1", null, null, "trusted_forwarder")]
    [InlineData("198.51.100.1", "forwarder.example", null, "trusted_forwarder")]
    [InlineData("198.51.100.1", "lists.example", null, "mailing_list")]
    [InlineData("198.51.100.1", null, "sealer.example", "local_policy")]
    [InlineData(null, null, "sealer.example", "local_policy")]
    [InlineData("198.51.100.1", "sub.forwarder.example", null, null)] // the very domain, none below it
    [InlineData("198.51.100.1", "sealer.example", null, null)]
    [InlineData("198.51.100.1", null, "forwarder.example", null)]
    [InlineData(null, null, null, null)]
    public void A_trusted_client_overrides_a_fail_and_the_reason_is_recorded(string? client, string? identifier, string? sealer, string? expected)
    {
        var found = ClientTrust.OfForwarder(
            Trusted,
            Fail.Disposition,
            client is null ? null : IPAddress.Parse(client),
            identifier is null ? [] : [new AuthenticatedIdentifier { Method = IdentifierSource.Dkim, Domain = Name(identifier) }],
            sealer is null ? null : Name(sealer));
        Assert.Equal(expected, found?.TypeKeyword);
        Assert.Equal(expected is null, found?.Comment is null);
        Assert.Equal(expected is null ? DmarcPolicy.Reject : DmarcPolicy.None, new DmarcResult(Fail) { Override = found }.AppliedDisposition);
    }

    [Fact]
    public void What_asks_for_nothing_needs_no_override() =>
        Assert.Null(ClientTrust.OfForwarder(Trusted, DmarcPolicy.None, IPAddress.Parse("192.0.2.7"), [], null));

    [Fact]
    public void No_client_is_trusted_by_default() =>
        Assert.Null(ClientTrust.OfForwarder(LocalPolicy.Default, DmarcPolicy.Reject, IPAddress.Loopback, [], Name("sealer.example")));

    [Theory]
    [InlineData(nameof(DmarcOverrideType.LocalPolicy), "local_policy")]
    [InlineData(nameof(DmarcOverrideType.MailingList), "mailing_list")]
    [InlineData(nameof(DmarcOverrideType.TrustedForwarder), "trusted_forwarder")]
    [InlineData(nameof(DmarcOverrideType.PolicyTestMode), "policy_test_mode")]
    [InlineData(nameof(DmarcOverrideType.Other), "other")]
    public void The_types_have_the_names_of_RFC_9990(string type, string expected) =>
        Assert.Equal(expected, new DmarcOverride { Type = Enum.Parse<DmarcOverrideType>(type) }.TypeKeyword);

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;
}
