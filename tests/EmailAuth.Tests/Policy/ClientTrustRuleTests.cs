using System.Net;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>Which trust comes first, and the words that reports have for it.</summary>
public class ClientTrustRuleTests
{
    private static readonly LocalPolicy Trusted = new()
    {
        OwnNetworks = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8:1::/48")],
        Forwarders = [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("192.0.2.0/28"), IPNetwork.Parse("2001:db8::/32")],
        ForwarderDomains = [Name("f.example")],
        MailingLists = [Name("l.example")],
        TrustedSealers = [Name("s.example")],
    };

    [Theory]
    [InlineData("10.0.0.1", false, true, "local_policy None the client 10.0.0.1 is in a trusted network")]
    [InlineData("::ffff:10.255.255.255", false, true, "local_policy None the client ::ffff:10.255.255.255 is in a trusted network")]
    [InlineData("2001:db8:1::7", false, true, "local_policy None the client 2001:db8:1::7 is in a trusted network")]
    [InlineData("11.0.0.0", false, true, null)]
    [InlineData("192.0.2.1", false, true, null)]
    [InlineData(null, false, true, null)]
    [InlineData(null, true, true, "local_policy None authenticated submission")]
    [InlineData("10.0.0.1", true, true, "local_policy None authenticated submission")]
    [InlineData(null, true, false, null)]
    [InlineData("10.0.0.1", true, false, "local_policy None the client 10.0.0.1 is in a trusted network")]
    public void Our_own_clients(string? client, bool isAuthenticated, bool accepts, string? expected)
    {
        var input = new PolicyInput { Author = new Author(), Identifiers = [], Client = client is null ? null : IPAddress.Parse(client), IsAuthenticated = isAuthenticated };
        Assert.Equal(expected, Told(ClientTrust.OfOwn(Trusted with { AcceptAuthenticatedSubmissions = accepts }, input)));
        Assert.Equal(isAuthenticated, ClientTrust.OfOwn(LocalPolicy.Default, input) is not null);
    }

    [Theory]
    [InlineData("192.0.2.1", "l.example f.example", "s.example", "trusted_forwarder None the client 192.0.2.1 is in 192.0.2.0/24")]
    [InlineData("::ffff:192.0.2.1", "", null, "trusted_forwarder None the client ::ffff:192.0.2.1 is in 192.0.2.0/24")]
    [InlineData("2001:db8::9", "", null, "trusted_forwarder None the client 2001:db8::9 is in 2001:db8::/32")]
    [InlineData("192.0.3.0", "l.example f.example", "s.example", "local_policy None arc=pass, sealed by s.example")]
    [InlineData(null, "", "s.example", "local_policy None arc=pass, sealed by s.example")]
    [InlineData(null, "l.example f.example", "t.example", "mailing_list None l.example is authenticated")]
    [InlineData(null, "x.example f.example l.example", null, "trusted_forwarder None f.example is authenticated")]
    [InlineData(null, "x.example l.example", null, "mailing_list None l.example is authenticated")]
    [InlineData(null, "s.example x.l.example", "f.example", null)]
    [InlineData(null, "", null, null)]
    public void A_forwarder_a_sealer_and_a_list_in_this_order(string? client, string identifiers, string? sealer, string? expected)
    {
        foreach (var asked in Enum.GetValues<DmarcPolicy>())
        {
            var found = ClientTrust.OfForwarder(
                Trusted,
                asked,
                client is null ? null : IPAddress.Parse(client),
                [.. identifiers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new AuthenticatedIdentifier { Method = IdentifierSource.Spf, Domain = Name(name) })],
                sealer is null ? null : Name(sealer));
            Assert.Equal(asked == DmarcPolicy.None ? null : expected, Told(found));
        }
    }

    private static string? Told(DmarcOverride? found) => found is null ? null : $"{found.TypeKeyword} {found.Disposition} {found.Comment}";

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;
}
