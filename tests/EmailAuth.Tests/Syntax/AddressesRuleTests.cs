using System.Net;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>Addresses and networks as people write them, at every length of a prefix.</summary>
public class AddressesRuleTests
{
    [Fact]
    public void Every_prefix_of_a_network_is_read_as_it_is_written()
    {
        for (var length = 0; length <= 140; length++)
        {
            Assert.Equal(length <= 32 ? $"0.0.0.0/{length}" : null, NetworkText.Parse($"0.0.0.0/{length}")?.ToString());
            Assert.Equal(length <= 128 ? $"::/{length}" : null, NetworkText.Parse($"::/{length}")?.ToString());
            Assert.Equal(length is >= 96 and <= 128 ? $"0.0.0.0/{length - 96}" : null, NetworkText.Parse($"::ffff:0.0.0.0/{length}")?.ToString());
        }
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1/32")]
    [InlineData("2001:db8::1", "2001:db8::1/128")]
    [InlineData("192.0.2.1/", null)]
    [InlineData("/24", null)]
    [InlineData("192.0.2.0/24/8", null)]
    [InlineData("192.0.2.0/x", null)]
    [InlineData(" 192.0.2.0/24", null)]
    [InlineData("192.0.2.0 /24", null)]
    [InlineData("192.0.02.0/24", null)]
    [InlineData("3221225985", null)]
    [InlineData("0xc0000201", null)]
    public void A_network_is_written_in_one_way(string text, string? network) => Assert.Equal(network, NetworkText.Parse(text)?.ToString());

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("::192.0.2.1", "::192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    public void An_address_counts_as_IPv4_when_it_is_one(string text, string plain) => Assert.Equal(plain, Networks.Plain(IPAddress.Parse(text)).ToString());

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.0/24")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.0/24")]
    [InlineData("192.0.3.255", "192.0.2.0/23")]
    [InlineData("192.0.4.0", null)]
    [InlineData("2001:db8::1", "2001:db8::/32")]
    [InlineData("2001:db9::1", null)]
    public void The_first_network_of_an_address_is_found(string address, string? network)
    {
        Assert.Equal(network, Networks.Find([IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("192.0.2.0/23"), IPNetwork.Parse("2001:db8::/32")], IPAddress.Parse(address))?.ToString());
        Assert.Null(Networks.Find([], IPAddress.Parse(address)));
    }

    [Fact]
    public void A_character_more_or_less_makes_no_other_form_of_an_address()
    {
        foreach (var text in (string[])["192.0.2.10", "2001:db8::a", "::ffff:192.0.2.1"])
        {
            foreach (var (_, _, changed) in OneCharacterEdits.Of(text, "019aAgxX.:%[]/ "))
            {
                // RFC 5321 section 4.1.3 and RFC 4291 section 2.2: what is read is written in the same numbers.
                var isRead = AddressText.TryParse(changed, out var address);
                var expected = IPAddress.TryParse(changed, out var platform) && (platform.ToString() == changed || (changed.Contains(':', StringComparison.Ordinal) && !changed.Any(static c => c is '%' or '[' or ']')));
                Assert.Equal((changed, expected), (changed, isRead));
                Assert.True(!isRead || address!.Equals(platform), changed);
            }
        }
    }
}
