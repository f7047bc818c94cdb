using System.Buffers.Binary;
using System.Net;
using EmailAuth.Bimi;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>Why an address is refused, at the first and the last of each network and beside them.</summary>
public class PrivateAddressFilterReasonTests
{
    private const string IPv4 = "not a public IPv4 address (RFC 6890)";
    private const string IPv6 = "not a global unicast IPv6 address (RFC 4291)";

    // RFC 6890 section 2.2.2 and the registry since, all networks of it; those that meet are one here.
    [Fact]
    public void The_refused_networks_of_IPv4_are_these()
    {
        var edges = new List<string>();
        foreach (var text in (string[])[
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"])
        {
            var network = IPNetwork.Parse(text);
            var first = BinaryPrimitives.ReadUInt32BigEndian(network.BaseAddress.GetAddressBytes());
            var last = first + (uint)((1L << (32 - network.PrefixLength)) - 1);
            Assert.Equal((IPv4, IPv4, IPv4), (Why(first), Why(first + ((last - first) / 2)), Why(last)));
            Assert.True(first == 0 || Why(first - 1) is null, text);
            Assert.True(last == uint.MaxValue || Why(last + 1) is null, text);

            // Another bit of the prefix makes another network.
            for (var bit = 32 - network.PrefixLength; bit < 32; bit++)
            {
                edges.Add($"{new IPAddress(Bytes(first ^ (1u << bit)))} {(Why(first ^ (1u << bit)) is null ? "public" : "refused")}");
            }
        }

        ApprovedPage.Verify("bimi", "addresses.txt", edges);
    }

    [Theory]
    [InlineData("64:ff9b::", IPv4)] // NAT64 of 0.0.0.0
    [InlineData("64:ff9b::808:808", null)]
    [InlineData("64:ff9b::a00:1", IPv4)]
    [InlineData("64:ff9b::ffff:ffff", IPv4)]
    [InlineData("64:ff9b:0:0:0:1:808:808", IPv6)]
    [InlineData("64:ff9b:0:0:1::808:808", IPv6)]
    [InlineData("64:ff9b:1::808:808", IPv6)]
    [InlineData("64:ff9c::808:808", IPv6)]
    [InlineData("64:ff9a::808:808", IPv6)]
    [InlineData("65:ff9b::808:808", IPv6)]
    [InlineData("::ffff:8.8.8.8", null)]
    [InlineData("::ffff:10.0.0.1", IPv4)]
    [InlineData("::", IPv6)]
    [InlineData("1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", IPv6)]
    [InlineData("2000::", null)]
    [InlineData("2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null)]
    [InlineData("2001::", "a Teredo address (RFC 4380)")]
    [InlineData("2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "a Teredo address (RFC 4380)")]
    [InlineData("2001:1::", "an IETF protocol address (RFC 6890)")]
    [InlineData("2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "an IETF protocol address (RFC 6890)")]
    [InlineData("2001:200::", null)]
    [InlineData("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", null)]
    [InlineData("2001:db8::", "a documentation address (RFC 3849)")]
    [InlineData("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "a documentation address (RFC 3849)")]
    [InlineData("2001:db9::", null)]
    [InlineData("2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null)]
    [InlineData("2002::", "a 6to4 address (RFC 3056)")]
    [InlineData("2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "a 6to4 address (RFC 3056)")]
    [InlineData("2003::", null)]
    [InlineData("3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null)]
    [InlineData("3fff::", "a documentation address (RFC 9637)")]
    [InlineData("3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "a documentation address (RFC 9637)")]
    [InlineData("3fff:1000::", null)]
    [InlineData("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", null)]
    [InlineData("4000::", IPv6)]
    [InlineData("6000::", IPv6)]
    [InlineData("a000::", IPv6)]
    [InlineData("2a00::1%1", IPv6)]
    [InlineData("2a00::1", null)]
    [InlineData("::1", IPv6)]
    [InlineData("fe80::1%1", IPv6)]
    [InlineData("ff02::1", IPv6)]
    public void An_IPv6_address_is_public_or_has_a_reason(string address, string? expected) => Assert.Equal(expected, PrivateAddressFilter.WhyRefused(IPAddress.Parse(address)));

    // The 96 bits of the prefix of NAT64, each of them.
    [Fact]
    public void The_prefix_of_NAT64_is_whole()
    {
        var address = IPAddress.Parse("64:ff9b::8.8.8.8").GetAddressBytes();
        for (var bit = 0; bit < 96; bit++)
        {
            var other = (byte[])address.Clone();
            other[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal((other[0] & 0xe0) == 0x20 ? null : IPv6, PrivateAddressFilter.WhyRefused(new IPAddress(other)));
        }
    }

    private static byte[] Bytes(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static string? Why(uint value) => PrivateAddressFilter.WhyRefused(new IPAddress(Bytes(value)));
}
