using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

public class AddressTextTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", "four numbers")]
    [InlineData("2001:DB8::1", "2001:db8::1", "either case")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1", "four numbers at the end")]
    [InlineData("127.1", null, "fewer numbers")]
    [InlineData("0x7f.0.0.1", null, "another base")]
    [InlineData("010.0.0.1", null, "a zero in front, which is octal for some")]
    [InlineData("2130706433", null, "one number")]
    [InlineData("fe80::1%4", null, "a zone")]
    [InlineData("[2001:db8::1]", null, "brackets")]
    [InlineData("mx.example.org", null, "a name")]
    [InlineData("", null, "nothing")]
    [InlineData(null, null, "nothing at all")]
    public void An_address_has_one_form(string? text, string? address, string why)
    {
        var isRead = AddressText.TryParse(text, out var read);
        Assert.True((address is not null) == isRead, why);
        if (isRead)
        {
            Assert.Equal(address, read!.ToString());
        }
    }
}
