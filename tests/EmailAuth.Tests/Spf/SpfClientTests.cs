using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Spf;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>Which addresses share how many bits with the client's.</summary>
public class SpfClientTests
{
    private static readonly UInt128 V6 = UInt128.Parse("20010db8f0f1f2f3f4f5f6f7f8f9fafb", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private const uint V4 = 0xc0a85a3c;

    [Fact]
    public void An_IPv4_client_is_in_a_network_when_the_bits_of_the_prefix_agree()
    {
        var client = new SpfClient(IPv4(V4));
        for (var length = 0; length <= 32; length++)
        {
            for (var bit = 0; bit < 32; bit++)
            {
                // The bit counts from the left; it differs.
                var other = IPv4(V4 ^ (1u << (31 - bit)));
                var host = Mechanism($"a/{length}//0");
                Assert.Equal(bit >= length, client.IsInNetworkOf(Mechanism($"ip4:{other}/{length}")));
                Assert.Equal(bit >= length, client.Shares(other, host));
                Assert.False(client.Is(other));
            }

            Assert.True(client.IsInNetworkOf(Mechanism($"ip4:{IPv4(V4)}/{length}")));
            Assert.Equal(length == 0 ? 0 : uint.MaxValue << (32 - length), SpfClient.MaskIPv4(length));
        }

        Assert.True(client.Is(IPv4(V4)));
        Assert.False(client.Is(IPAddress.Parse("::c0a8:5a3c")));
        Assert.False(client.Shares(IPAddress.Parse("::c0a8:5a3c"), Mechanism("a/0//0")));
        Assert.False(client.IsInNetworkOf(Mechanism("ip6:::c0a8:5a3c/0")));
        Assert.Equal((true, AddressFamily.InterNetwork, IPv4(V4)), (client.IsIPv4, client.Family, client.Address));
    }

    [Fact]
    public void An_IPv6_client_is_in_a_network_when_the_bits_of_the_prefix_agree()
    {
        var client = new SpfClient(IPv6(V6));
        for (var length = 0; length <= 128; length++)
        {
            foreach (var bit in new[] { 0, length - 1, length, length + 1, 127 }.Where(bit => bit is >= 0 and < 128))
            {
                var other = IPv6(V6 ^ (UInt128.One << (127 - bit)));
                Assert.Equal(bit >= length, client.IsInNetworkOf(Mechanism($"ip6:{other}/{length}")));
                Assert.Equal(bit >= length, client.Shares(other, Mechanism($"a/0//{length}")));
                Assert.False(client.Is(other));
            }

            Assert.True(client.IsInNetworkOf(Mechanism($"ip6:{IPv6(V6)}/{length}")));
            Assert.Equal(length == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - length), SpfClient.MaskIPv6(length));
        }

        Assert.True(client.Is(IPv6(V6)));
        Assert.False(client.Shares(IPv4(V4), Mechanism("a/0//0")));
        Assert.False(client.IsInNetworkOf(Mechanism("ip4:1.2.3.4/0")));
        Assert.Equal((false, AddressFamily.InterNetworkV6, V6), (client.IsIPv4, client.Family, SpfClient.Bits(client.Address)));
    }

    [Theory]
    [InlineData("::ffff:192.0.2.3", "192.0.2.3")]
    [InlineData("192.0.2.3", "192.0.2.3")]
    [InlineData("fe80::1%7", "fe80::1")]
    [InlineData("fe80::1%1", "fe80::1")]
    [InlineData("fe80::1", "fe80::1")]
    [InlineData("::c000:203", "::192.0.2.3")]
    public void The_address_is_that_which_the_DNS_knows(string client, string address)
    {
        var known = new SpfClient(IPAddress.Parse(client));
        Assert.Equal(IPAddress.Parse(address), known.Address);
        Assert.True(known.Is(IPAddress.Parse(address)));
    }

    [Fact]
    public void Of_two_addresses_with_the_same_bits_one_family_is_the_clients()
    {
        Assert.False(new SpfClient(IPAddress.Parse("::1.2.3.4")).Is(IPAddress.Parse("1.2.3.4")));
        Assert.False(new SpfClient(IPAddress.Parse("::1.2.3.4")).IsInNetworkOf(Mechanism("ip4:1.2.3.4")));
        Assert.False(new SpfClient(IPAddress.Parse("1.2.3.4")).IsInNetworkOf(Mechanism("ip6:::1.2.3.4")));
        Assert.Equal(0x01020304u, SpfClient.Bits(IPAddress.Parse("1.2.3.4")));
    }

    private static IPAddress IPv4(uint bits) => new((byte[])[(byte)(bits >> 24), (byte)(bits >> 16), (byte)(bits >> 8), (byte)bits]);

    private static IPAddress IPv6(UInt128 bits) => new((byte[])[.. Enumerable.Range(0, 16).Select(i => (byte)(bits >> (120 - (8 * i))))]);

    private static SpfMechanism Mechanism(string term) => SpfRecord.Parse("v=spf1 " + term).Value!.Mechanisms[0];
}
