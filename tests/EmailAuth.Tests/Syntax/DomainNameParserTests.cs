using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>The whole answer to a name: its text, or the kind of fault, its place and its reason.</summary>
public class DomainNameParserTests
{
    private const string Label63 = "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg";

    [Theory]
    [InlineData("", "Missing at 0: the domain name is empty (RFC 1035 section 2.3.1)")]
    [InlineData(".", "Malformed at 0: the domain name has an empty label (RFC 1035 section 2.3.1)")]
    [InlineData(".a", "Malformed at 0: the domain name has an empty label (RFC 1035 section 2.3.1)")]
    [InlineData("a.", "Malformed at 2: the domain name has an empty label (RFC 1035 section 2.3.1)")]
    [InlineData("a..b", "Malformed at 2: the domain name has an empty label (RFC 1035 section 2.3.1)")]
    [InlineData("a.b!", "Malformed at 3: the character U+0021 is not allowed in a domain name (RFC 1035 section 2.3.1)")]
    [InlineData("a.\u007fb", "Malformed at 2: the character U+007F is not allowed in a domain name (RFC 1035 section 2.3.1)")]
    [InlineData("a." + Label63 + "h", "TooLong at 2: a label of 64 octets exceeds 63 (RFC 1035 section 2.3.4)")]
    [InlineData(Label63 + "hh.a", "TooLong at 0: a label of 65 octets exceeds 63 (RFC 1035 section 2.3.4)")]
    [InlineData("a." + Label63, "a." + Label63)]
    [InlineData("A.B-C_d", "a.b-c_d")]
    [InlineData("a.\u00e4 ", "Malformed at 2: the character U+0020 is not allowed in a domain name (RFC 1035 section 2.3.1)")]
    [InlineData("a\0\u00e4", "Malformed at 2: the character U+0000 is not allowed in a domain name (RFC 1035 section 2.3.1)")]
    [InlineData("a..\u00e4", "Malformed at 3: the domain name has an empty label (RFC 1035 section 2.3.1)")]
    [InlineData("ab.\u00ad", "Malformed at 3: a label has a character that is not allowed in internationalized labels (RFC 5891 section 4.2.2)")]
    [InlineData("ab.\u0080", "Malformed at 3: a label has a character that is not allowed in internationalized labels (RFC 5891 section 4.2.2)")]
    [InlineData("ab.\u0301c", "Malformed at 3: a label is not a valid internationalized label (RFC 5891 section 4.2)")]
    [InlineData("ab.xn--\u00e4", "Malformed at 7: a label is not a valid internationalized label (RFC 5891 section 4.2)")]
    [InlineData("\uff41b", "ab")]
    public void Of_a_host(string text, string expected) => Assert.Equal(expected, Shown(DomainNameParser.ParseHost(text)));

    [Theory]
    [InlineData("", "Missing at 0: the domain name is empty (RFC 1035 section 2.3.1)")]
    [InlineData(".", "Missing at 0: the domain name is empty (RFC 1035 section 2.3.1)")]
    [InlineData("a.", "a")]
    [InlineData("a..", "Malformed at 2: the domain name has an empty label (RFC 1035 section 2.3.1)")]
    [InlineData("A !~.b", "a !~.b")]
    [InlineData("a\u001f", "Malformed at 1: the character U+001F is not allowed in a domain name (RFC 1035 section 2.3.1)")]
    [InlineData("a\u007f", "Malformed at 1: the character U+007F is not allowed in a domain name (RFC 1035 section 2.3.1)")]
    [InlineData("a.\u00e4", "Malformed at 2: the character U+00E4 is not allowed in a domain name (RFC 1035 section 2.3.1)")]
    [InlineData(Label63 + "h", "TooLong at 0: a label of 64 octets exceeds 63 (RFC 1035 section 2.3.4)")]
    public void Of_a_name_of_the_DNS(string text, string expected) => Assert.Equal(expected, Shown(DomainNameParser.ParseDnsName(text)));

    [Theory]
    [InlineData(252, true)]
    [InlineData(253, true)]
    [InlineData(254, false)]
    [InlineData(1001, false)]
    public void A_name_has_at_most_253_characters(int length, bool isRead)
    {
        var name = string.Concat(Enumerable.Range(1, length).Select(static place => place % 50 == 0 ? '.' : 'a'));
        var expected = isRead ? name : $"TooLong at 253: a domain name of {length} characters exceeds 253 (RFC 1035 section 2.3.4)";
        Assert.Equal(expected, Shown(DomainNameParser.ParseHost(name)));
        Assert.Equal(expected, Shown(DomainNameParser.ParseDnsName(name)));
        Assert.Equal(isRead, DomainNameParser.IsHost(name));
        Assert.Equal(isRead ? name : $"TooLong at 253: a domain name of {length} characters exceeds 253 (RFC 1035 section 2.3.4)", Shown(DomainNameParser.ParseDnsName(isRead ? name + "." : name)));
    }

    // The limit is on what is asked for, which is longer than what is written; what is longer as it is written is refused at once.
    [Fact]
    public void A_name_in_Unicode_has_at_most_253_characters_in_either_form()
    {
        var wide = string.Concat(Enumerable.Range(1, 253).Select(static place => place % 50 == 0 ? '.' : '\uff41'));
        Assert.Equal(wide.Replace('\uff41', 'a'), Shown(DomainNameParser.ParseHost(wide)));
        Assert.Equal("TooLong at 253: a domain name of 254 characters exceeds 253 (RFC 1035 section 2.3.4)", Shown(DomainNameParser.ParseHost(wide + "\uff41")));
    }

    [Fact]
    public void The_characters_of_a_host_and_of_a_name_of_the_DNS_are_these()
    {
        var host = Enumerable.Range(0, 128).Where(static code => DomainNameParser.IsHost($"a{(char)code}b")).Select(static code => (char)code);
        Assert.Equal("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz", string.Concat(host));
        Assert.Equal(host, Enumerable.Range(0, 128).Where(static code => DomainNameParser.ParseHost($"a{(char)code}b").IsSuccess).Select(static code => (char)code));
        Assert.Equal(
            Enumerable.Range(' ', 95), Enumerable.Range(0, 300).Where(static code => DomainNameParser.ParseDnsName($"a{(char)code}b").IsSuccess));
    }

    private static string Shown(ParseResult<DomainName> result) =>
        result.IsSuccess ? result.Value.ToString() : $"{result.Error.Code} at {result.Error.Position}: {result.Error.Reason}";
}
