using EmailAuth.Cli.Commands;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>Hosts as users write them: nothing is silently another address.</summary>
public class HostTextTests
{
    [Theory]
    [InlineData("192.0.2.53", "192.0.2.53", 53)]
    [InlineData("127.0.0.1:5353", "127.0.0.1", 5353)]
    [InlineData("2001:db8::53", "2001:db8::53", 53)]
    [InlineData("[2001:db8::53]", "2001:db8::53", 53)]
    [InlineData("[2001:db8::53]:5353", "2001:db8::53", 5353)]
    [InlineData("fe80::1%2", "fe80::1%2", 53)]
    [InlineData("localhost", "localhost", 53)]
    [InlineData("dns_1.example.org:5353", "dns_1.example.org", 5353)]
    [InlineData("4711.example", "4711.example", 53)]
    [InlineData("010.0.0.1", null, 0)]
    [InlineData("010.0.0.1:53", null, 0)]
    [InlineData("192.0.53", null, 0)]
    [InlineData("1", null, 0)]
    [InlineData("a.1.", null, 0)] // no top-level domain is a number
    [InlineData("127.0.0.0x1", null, 0)]
    [InlineData("0x7f000001", null, 0)]
    [InlineData("256.0.0.1", null, 0)]
    [InlineData("127.0.0.1:0", null, 0)]
    [InlineData("127.0.0.1:65536", null, 0)]
    [InlineData(":53", null, 0)]
    [InlineData("", null, 0)]
    [InlineData("[]", null, 0)]
    [InlineData("a b", null, 0)]
    public void A_server_is_what_is_written(string text, string? host, int port)
    {
        var server = HostText.ParseServer(text, 53);
        Assert.Equal((host, host is null ? null : port), (server?.Host, server?.Port));
    }

    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("::ffff:192.0.2.1", true)]
    [InlineData("010.0.0.1", false)]
    [InlineData("192.0.1", false)]
    [InlineData("[2001:db8::1]", false)]
    [InlineData("fe80::1%2", false)]
    [InlineData("localhost", false)]
    public void The_address_of_a_client_is_what_is_written(string text, bool isAddress) => Assert.Equal(isAddress, HostText.TryParseAddress(text, out _));
}
