using System.Net;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>Networks as configurations name them.</summary>
public class NetworkTextTests
{
    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.0/24")]
    [InlineData("192.0.2.1", "192.0.2.1/32")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("2001:db8::1", "2001:db8::1/128")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("::/0", "::/0")]

    // Clients' addresses are compared as IPv4 where they are IPv4-mapped (RFC 4291 section 2.5.5.2).
    [InlineData("::ffff:198.51.100.0/120", "198.51.100.0/24")]
    [InlineData("::FFFF:c633:6400/120", "198.51.100.0/24")]
    [InlineData("::ffff:198.51.100.7/120", "198.51.100.0/24")]
    [InlineData("::ffff:198.51.100.1", "198.51.100.1/32")]
    [InlineData("::ffff:198.51.100.1/128", "198.51.100.1/32")]
    [InlineData("::ffff:0.0.0.0/96", "0.0.0.0/0")]
    [InlineData("::ffff:0:0/96", "0.0.0.0/0")]
    public void A_network_or_one_address_is_read(string text, string network) =>
        Assert.Equal(IPNetwork.Parse(network), NetworkText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("192.0.2/24")] // the platform takes it for 192.0.0.2
    [InlineData("192.0.2.010")] // and this for octal
    [InlineData("192.0.2.0/33")]
    [InlineData("192.0.2.0/")]
    [InlineData("2001:db8::/129")]
    [InlineData("mail.example.org")]
    [InlineData("::ffff:0.0.0.0/95")] // neither IPv4 nor IPv6
    [InlineData("::ffff:0.0.0.0/0")]
    [InlineData("::ffff:198.51.100.0/129")]
    [InlineData("::ffff:198.51.100.0/24")] // meant for IPv4
    public void Anything_else_is_refused(string text) => Assert.Null(NetworkText.Parse(text));
}
