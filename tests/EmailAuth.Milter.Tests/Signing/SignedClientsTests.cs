using System.Net;
using EmailAuth.Milter.Signing;
using EmailAuth.Settings;

namespace EmailAuth.Milter.Tests.Signing;

/// <summary>Whose mail is signed: the client decides.</summary>
public class SignedClientsTests
{
    private static readonly MilterOptions Signing = MilterOptions.For("mx.example.org") with
    {
        SigningTable = new SettingFile<SigningTable>("table", new SigningTable(new Dictionary<string, SigningTableRows>(StringComparer.Ordinal))),
    };

    [Theory]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("127.255.255.255", false, true)]
    [InlineData("128.0.0.0", false, false)]
    [InlineData("126.255.255.255", false, false)]
    [InlineData("::1", false, true)]
    [InlineData("::2", false, false)]
    [InlineData("203.0.113.9", false, false)]
    [InlineData("203.0.113.9", true, true)]
    public void This_machine_and_clients_that_authenticated(string client, bool isAuthenticated, bool isSigned) =>
        Assert.Equal(isSigned, Signing.Signs(IPAddress.Parse(client), isLocal: false, isAuthenticated));

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void A_client_without_an_address_if_its_socket_is_of_this_machine(bool isLocal, bool isSigned)
    {
        Assert.Equal(isSigned, Signing.Signs(null, isLocal, isAuthenticated: false));
        Assert.Equal(isSigned, Signing.Signs(null, isLocal, isAuthenticated: true));
    }

    [Theory]
    [InlineData("192.0.2.0", true)]
    [InlineData("192.0.2.127", true)]
    [InlineData("192.0.2.128", false)]
    [InlineData("192.0.2.64", false)] // a relay brings mail from outside
    [InlineData("127.0.0.1", false)]
    public void Own_networks_but_for_relays_in_them(string client, bool isSigned)
    {
        var options = Signing with
        {
            SignedClients = [IPNetwork.Parse("192.0.2.0/25")],
            Authentication = Signing.Authentication with { Relays = [Relay.Parse("192.0.2.64")!] },
        };
        Assert.Equal(isSigned, options.Signs(IPAddress.Parse(client), isLocal: false, isAuthenticated: false));
        Assert.False((options with { SigningTable = null }).Signs(IPAddress.Parse(client), isLocal: false, isAuthenticated: true));
    }

    [Fact]
    public void A_relay_that_authenticates_is_still_a_relay()
    {
        var options = Signing with { Authentication = Signing.Authentication with { Relays = [Relay.Parse("192.0.2.64")!] } };
        Assert.False(options.Signs(IPAddress.Parse("192.0.2.64"), isLocal: false, isAuthenticated: true));
        Assert.True(options.Signs(IPAddress.Parse("192.0.2.65"), isLocal: false, isAuthenticated: true));
        Assert.False((options with { SignAuthenticated = false }).Signs(IPAddress.Parse("192.0.2.65"), isLocal: false, isAuthenticated: true));
    }
}
