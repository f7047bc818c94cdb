using System.Net;
using System.Text;

namespace EmailAuth.Milter.Protocol.Tests;

public sealed class MilterClientTests
{
    [Theory]
    [InlineData("4\u0030\u0039192.0.2.1\0", "192.0.2.1", false)]
    [InlineData("6\u0030\u0039IPv6:2001:db8::1\0", "2001:db8::1", false)] // as Sendmail writes it
    [InlineData("6\u0030\u00392001:db8::1\0", "2001:db8::1", false)] // as Postfix does
    [InlineData("6\u0030\u0039IPv6:::ffff:192.0.2.1\0", "192.0.2.1", false)] // a mapped address is an IPv4 client
    [InlineData("L\0\0/run/mail.sock\0", null, true)]
    [InlineData("U", null, false)]
    public void A_client_is_read(string afterHostName, string? address, bool isLocal)
    {
        var client = Parse("mail.example.com\0" + afterHostName);

        Assert.NotNull(client);
        Assert.Equal("mail.example.com", client.HostName);
        Assert.Equal(address is null ? null : IPAddress.Parse(address), client.Address);
        Assert.Equal(address is null ? 0 : 0x3039, client.Port);
        Assert.Equal(isLocal, client.IsLocal);
    }

    [Fact]
    public void An_address_that_the_packet_lacks_is_that_of_the_macro()
    {
        var macros = new MilterMacros();
        macros.Apply("C{client_addr}\0IPv6:2001:db8::1\0"u8);

        var client = MilterClient.Parse("mail.example.com\0U"u8, macros, out _);

        Assert.Equal(IPAddress.Parse("2001:db8::1"), client!.Address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mail.example.com")] // no NUL
    [InlineData("mail.example.com\0")] // no family
    [InlineData("mail.example.com\0004")]
    [InlineData("mail.example.com\00040")] // half a port
    [InlineData("mail.example.com\000409192.0.2.1")] // no NUL after the address
    [InlineData("mail.example.com\000409192.0.2.1\0x")] // something after it
    [InlineData("mail.example.com\000409192.0.2\0x")]
    [InlineData("mail.example.com\000409not an address\0")]
    [InlineData("mail.example.com\0X09192.0.2.1\0")] // an unknown family
    [InlineData("mail.example.com\0Ux")]
    public void A_malformed_client_is_an_error(string payload) =>
        Assert.Null(Parse(payload));

    private static MilterClient? Parse(string payload)
    {
        var client = MilterClient.Parse(Encoding.Latin1.GetBytes(payload), new MilterMacros(), out var error);
        Assert.Equal(client is null, error.Length > 0);
        return client;
    }
}
