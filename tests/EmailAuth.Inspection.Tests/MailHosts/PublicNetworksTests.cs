using System.Net;
using EmailAuth.Inspection.MailHosts;

namespace EmailAuth.Inspection.Tests.MailHosts;

/// <summary>Which addresses nobody on the internet reaches (RFC 6890 and what its registries gained since).</summary>
public class PublicNetworksTests
{
    [Theory]
    [InlineData("192.0.0.8", true)]
    [InlineData("198.18.0.1", true)]
    [InlineData("198.19.255.255", true)]
    [InlineData("::ffff:198.18.0.1", true)]
    [InlineData("100::1", true)]
    [InlineData("64:ff9b:1::1", true)]
    [InlineData("2001:2::1", true)]
    [InlineData("fec0::1", true)]
    [InlineData("192.0.1.1", false)]
    [InlineData("198.17.255.255", false)]
    [InlineData("198.20.0.1", false)]
    [InlineData("2001:2:1::1", false)]
    [InlineData("192.0.2.1", false)] // for examples
    [InlineData("2001:db8::1", false)]
    public void An_address_is_outside_the_internet(string address, bool expected) => Assert.Equal(expected, PublicNetworks.IsOutside(IPAddress.Parse(address)));

    [Theory]
    [InlineData("198.18.0.0", 15, true)]
    [InlineData("192.0.0.0", 24, true)]
    [InlineData("198.18.0.0", 14, false)]
    [InlineData("192.0.0.0", 23, false)]
    public void A_network_is_outside_the_internet_when_all_of_it_is(string first, int prefix, bool expected) =>
        Assert.Equal(expected, PublicNetworks.IsOutside(IPAddress.Parse(first), prefix));
}
