using System.Net;
using EmailAuth.Composition;
using EmailAuth.Dns;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>Which clients are relays of the site.</summary>
public class RelayListTests
{
    private static readonly Zone World = new Zone()
        .Add("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "mx.relay.example").Add("mx.relay.example", ZoneEntryKind.A, "192.0.2.1")
        .Add("2.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "relay.example").Add("relay.example", ZoneEntryKind.A, "192.0.2.2")
        .Add("3.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "notrelay.example").Add("notrelay.example", ZoneEntryKind.A, "192.0.2.3")
        .Add("4.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "mx.relay.example") // does not lead back
        .Add("5.2.0.192.in-addr.arpa", ZoneEntryKind.ServFail)
        .Add("6.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "gone.relay.example").Add("gone.relay.example", ZoneEntryKind.ServFail)
        .Add("7.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "gone.other.example").Add("gone.other.example", ZoneEntryKind.ServFail)
        .Add("9.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "gone.relay.example").Add("9.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "gone.other.example");

    [Theory]
    [InlineData("192.0.2.1", "Relay")] // below the name
    [InlineData("192.0.2.2", "Relay")]
    [InlineData("192.0.2.3", "Other")]
    [InlineData("192.0.2.4", "Other")]
    [InlineData("192.0.2.5", "Unknown")]
    [InlineData("192.0.2.6", "Unknown")]
    [InlineData("192.0.2.7", "Other")] // a name that is not a relay's, whatever it leads to
    [InlineData("192.0.2.8", "Other")] // no name
    [InlineData("192.0.2.9", "Unknown")] // one name is a relay's, if it leads back
    [InlineData("198.51.100.1", "Relay")]
    [InlineData("::ffff:198.51.100.1", "Relay")]
    [InlineData("198.51.101.1", "Other")]
    public async Task A_relay_is_known_by_its_network_or_by_a_name_that_leads_back(string client, string standing)
    {
        var resolver = new ScriptedResolver(World);
        var relays = new RelayList(resolver, new AuthenticationOptions { AuthservId = "mx.example.org", Relays = [Relay.Parse("198.51.100.0/24")!, Relay.Parse("relay.example")!] });
        Assert.False(relays.IsEmpty);
        Assert.Equal(standing, (await relays.FindAsync(new DnsSession(resolver), IPAddress.Parse(client))).ToString());
        Assert.Equal(client.EndsWith("198.51.100.1", StringComparison.Ordinal), relays.Contains(IPAddress.Parse(client)));
        Assert.Equal(client.EndsWith("198.51.100.1", StringComparison.Ordinal), resolver.AskedCount == 0);
    }

    [Theory]
    [InlineData(null, true, "Other")]
    [InlineData("192.0.2.5/32", false, "Relay")]
    [InlineData("192.0.2.6/32", false, "Other")]
    [InlineData("relay.example", false, "Unknown")]
    public async Task Names_are_looked_up_only_where_a_relay_has_one(string? relay, bool isEmpty, string standing)
    {
        var resolver = new ScriptedResolver(World);
        var relays = new RelayList(resolver, new AuthenticationOptions { AuthservId = "mx.example.org", Relays = relay is null ? [] : [Relay.Parse(relay)!] });
        Assert.Equal(isEmpty, relays.IsEmpty);
        Assert.Equal(standing, (await relays.FindAsync(new DnsSession(resolver), IPAddress.Parse("192.0.2.5"))).ToString());
        Assert.Equal(standing == "Unknown", resolver.AskedCount > 0);
    }
}
