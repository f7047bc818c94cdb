using System.Net;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>The values of the macro letters that stay the same through a check (RFC 7208 section 7.2).</summary>
public class CheckHostArgumentsTests
{
    private const string Letters = "solicvh";

    [Theory]
    [InlineData("192.0.2.3", "joe@x.example", 3, "joe@x.example|x.example|joe|192.0.2.3|192.0.2.3|in-addr|helo.example")]
    [InlineData("::ffff:192.0.2.3", "joe@x.example", 3, "joe@x.example|x.example|joe|192.0.2.3|192.0.2.3|in-addr|helo.example")]
    [InlineData("192.0.2.3", null, 0, "postmaster@x.example|x.example|postmaster|192.0.2.3|192.0.2.3|in-addr|helo.example")]
    [InlineData("192.0.2.3", "@x.example", 0, "postmaster@x.example|x.example|postmaster|192.0.2.3|192.0.2.3|in-addr|helo.example")]
    [InlineData("2001:db8::cb01", "j@x.example", 1, "j@x.example|x.example|j|2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.C.B.0.1|2001:db8::cb01|ip6|helo.example")]
    [InlineData("fe80::1%3", "j@x.example", 1, "j@x.example|x.example|j|F.E.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1|fe80::1|ip6|helo.example")]
    public void Each_letter_has_its_value(string client, string? address, int localPartLength, string values)
    {
        var arguments = Of(client, "helo.example", address, localPartLength);
        Assert.Equal(values, string.Join('|', Letters.Select(arguments.ValueOf)));
        Assert.Equal(values.Split('|')[2], arguments.LocalPart);
    }

    [Fact]
    public void Other_letters_are_no_letters_of_it()
    {
        var arguments = Of("192.0.2.3", null, null, 0);
        foreach (var letter in Enumerable.Range(0, 0x80).Select(c => (char)c).Where(c => !Letters.Contains(c, StringComparison.Ordinal)))
        {
            Assert.Throws<ArgumentOutOfRangeException>("letter", () => arguments.ValueOf(letter));
        }
    }

    [Fact]
    public void A_HELO_name_is_kept_up_to_1024_characters()
    {
        Assert.Equal("unknown", Of("192.0.2.3", null, null, 0).ValueOf('h'));
        Assert.Equal("", Of("192.0.2.3", "", null, 0).ValueOf('h'));
        Assert.Equal(new string('h', 1024), Of("192.0.2.3", new string('h', 1024), null, 0).ValueOf('h'));
        Assert.Equal("unknown", Of("192.0.2.3", new string('h', 1025), null, 0).ValueOf('h'));
        Assert.Equal("xn--bcher-kva.example", Of("192.0.2.3", "B\u00fccher.example", null, 0).ValueOf('h'));
        Assert.Equal("B\u00fccher..example", Of("192.0.2.3", "B\u00fccher..example", null, 0).ValueOf('h'));
        Assert.Equal("MAIL_1..", Of("192.0.2.3", "MAIL_1..", null, 0).ValueOf('h'));
    }

    // As in the HELO identity and in the domain of a reverse-path, the dot at the end of a name is no part of it.
    [Theory]
    [InlineData("Mail.example.", "Mail.example")]
    [InlineData("B\u00fccher.example.", "xn--bcher-kva.example")]
    [InlineData("mail.", "mail")]
    [InlineData("mail.example..", "mail.example..")]
    [InlineData(".", ".")]
    [InlineData("[192.0.2.3].", "[192.0.2.3].")]
    [InlineData("a b.", "a b.")]
    public void The_dot_at_the_end_of_a_HELO_name_is_dropped(string helo, string expected) =>
        Assert.Equal(expected, Of("192.0.2.3", helo, null, 0).ValueOf('h'));

    [Theory]
    [InlineData("joe@x.example", 3, true)]
    [InlineData("j\u00f6e@x.example", 3, false)]
    [InlineData("jo\u0080@x.example", 3, false)]
    [InlineData("\u00f6@x.example", 1, false)]
    [InlineData("joe@b\u00fccher.example", 3, true)]
    [InlineData("\u007f@x.example", 1, true)]
    [InlineData(null, 0, true)]
    [InlineData("@\u00fc.example", 0, true)]
    public void A_local_part_is_ASCII_or_not(string? address, int length, bool isAscii) =>
        Assert.Equal(isAscii, Of("192.0.2.3", null, address, length).HasAsciiLocalPart);

    private static CheckHostArguments Of(string client, string? helo, string? address, int localPartLength) =>
        new(IPAddress.Parse(client), helo, address, localPartLength, DomainName.Parse("x.example").Value!);
}
