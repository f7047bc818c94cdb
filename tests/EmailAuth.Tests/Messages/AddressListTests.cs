using System.Globalization;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>What is said of each list that cannot be used, where, and what is kept of it; and the second opinion.</summary>
public class AddressListTests
{
    [Theory]
    [InlineData("a", 1, "not allowed in an address")]
    [InlineData("@", 0, "not allowed in an address")]
    [InlineData("a b@c.ex", 3, "not allowed in an address")]
    [InlineData("a b", 3, "not allowed in an address")]
    [InlineData(".", 1, "a dot is not allowed at the start")]
    [InlineData(".a@c.ex", 1, "a dot is not allowed at the start")]
    [InlineData("a.@c.ex", 2, "not allowed in an address")]
    [InlineData("a..b@c.ex", 4, "not allowed in an address")]
    [InlineData("a@c.ex b", 7, "a comma or the end is expected after an address")]
    [InlineData("a@c.ex;", 6, "a comma or the end is expected after an address")]
    [InlineData("<a@c.ex", 7, "\">\" is expected after the address")]
    [InlineData("<a@c.ex b>", 8, "\">\" is expected after the address")]
    [InlineData("<a>", 2, "\"@\" is expected after the local part")]
    [InlineData("<>", 1, "a local part is expected")]
    [InlineData("<@c.ex>", 6, "a comma or a colon is expected in a route")]
    [InlineData("<@c.ex:>", 7, "a local part is expected")]
    [InlineData("<@c.ex,a:b@c.ex>", 7, "a route consists of domains after \"@\"")]
    [InlineData("<@c.ex,", 7, "a route ends with a colon")]
    [InlineData("<@:a@c.ex>", 2, "a domain is expected")]
    [InlineData("a@", 2, "a domain is expected")]
    [InlineData("a@.c", 2, "a domain is expected")]
    [InlineData("G:a@c.ex", 8, "a group ends with a semicolon")]
    [InlineData("G:", 2, "a group ends with a semicolon")]
    [InlineData("G:H:;;", 3, "not allowed in an address")]
    [InlineData(":;", 0, "not allowed in an address")]
    [InlineData("\"a", 2, "a quoted string has no end")]
    [InlineData("\"a\\", 3, "a backslash is not followed by a character")]
    [InlineData("\"a\u0001\"", 2, "a control character is not allowed")]
    [InlineData("<a.@c.ex>", 3, "a local part is expected")]
    [InlineData("\"a<\"@c.ex", 4, "the local part holds an angle bracket, or in a group a semicolon")]
    [InlineData("\"a>\"@c.ex", 4, "the local part holds an angle bracket, or in a group a semicolon")]
    [InlineData("G:\"a;\"@c.ex;", 6, "the local part holds an angle bracket, or in a group a semicolon")]
    [InlineData("=?x?q?a@c.ex", 7, "the local part has an encoded word")]
    [InlineData("\"=\\?x?q?a\"@c.ex", 10, "the local part has an encoded word")]
    [InlineData("(x@)a@c.ex", 10, "a comment in the address holds what may be read as an address, or as the end of the comment")]
    [InlineData("(\\))a@c.ex", 10, "a comment in the address holds what may be read as an address, or as the end of the comment")]
    [InlineData("a(@)@c.ex", 9, "a comment in the address holds what may be read as an address, or as the end of the comment")]
    [InlineData("<(@)a@c.ex>", 10, "a comment in the address holds what may be read as an address, or as the end of the comment")]
    [InlineData("<a@c.ex(@)>", 10, "a comment in the address holds what may be read as an address, or as the end of the comment")]
    [InlineData("<a@c.ex(\\))>", 11, "a comment in the address holds what may be read as an address, or as the end of the comment")]
    [InlineData("a@c.ex(\\))", 10, "a comment after an address holds an escaped parenthesis")]
    [InlineData("a@c.ex(", 7, "a comment has no end")]
    [InlineData("a(", 2, "a comment has no end")]
    [InlineData("(", 1, "a comment has no end")]
    [InlineData("a@(", 3, "a comment has no end")]
    [InlineData("<(", 2, "a comment has no end")]
    [InlineData("<@(", 3, "a comment has no end")]
    [InlineData("<@c.ex,(", 8, "a comment has no end")]
    [InlineData("<@c.ex:(", 8, "a comment has no end")]
    [InlineData("<a@c.ex(", 8, "a comment has no end")]
    [InlineData("\"a\"(", 4, "a comment has no end")]
    [InlineData("<\"a\".(", 6, "a comment has no end")]
    public void A_list_that_is_malformed_says_where(string text, int position, string error)
    {
        var author = Find(text);
        Assert.Equal(AuthorDefect.Malformed, author.Defect);
        Assert.Equal($"the From field is malformed at position {position + 1}: {error} (RFC 5322 section 3.4)", author.Reason);
        Assert.Equal((null, null, 0, 1), (author.Domain, author.LocalPart, author.AddressCount, author.FieldCount));
    }

    [Theory]
    [InlineData("a@[192.0.2.1]", 2, "a domain literal has no domain name")]
    [InlineData("a@xn--bank-.ex", 2, "the label xn--bank- is not an A-label, although it begins like one (RFC 5890 section 2.3.2.1)")]
    [InlineData("<@xn--bank-.ex:a@c.ex>", 2, "the label xn--bank- is not an A-label, although it begins like one (RFC 5890 section 2.3.2.1)")]
    public void A_domain_that_is_unusable_says_why(string text, int position, string error)
    {
        var author = Find(text);
        Assert.Equal(AuthorDefect.UnusableDomain, author.Defect);
        Assert.Equal($"the From field is malformed at position {position + 1}: {error} (RFC 5322 section 3.4)", author.Reason);
        Assert.Equal((null, 0, 0), (author.Domain, author.Domains.Length, author.AddressCount));
    }

    [Fact]
    public void A_domain_of_more_than_253_characters_or_not_in_UTF_8_is_unusable()
    {
        var labels = string.Concat(Enumerable.Repeat(new string('a', 49) + ".", 5));
        Assert.Equal(AuthorDefect.None, Find($"a@{labels}{new string('b', 3)}").Defect);
        Assert.Contains("the domain is not UTF-8, or longer than 253 characters", Find($"a@{labels}{new string('b', 4)}").Reason, StringComparison.Ordinal);
        var header = HeaderBlock.Parse(Encoding.Latin1.GetBytes("From: a@b\u00fc.ex\r\n"));
        Assert.Equal("the From field is malformed at position 3: the domain is not UTF-8, or longer than 253 characters (RFC 5322 section 3.4)", Author.Find(header).Reason);
    }

    [Fact]
    public void A_list_that_is_too_long_says_so()
    {
        Assert.Equal(
            "the From field is malformed at position 0: 16385 bytes are more than the 16384 that an author field may have (RFC 5322 section 3.4)",
            Find("a@c.ex".PadRight(16384)).Reason);
        Assert.Equal(AuthorDefect.None, Find("a@c.ex".PadRight(16383)).Defect);
    }

    [Theory]
    [InlineData("\"a\\b\\\"\\\\c\"@c.ex", "ab\"\\c")]
    [InlineData("\"\"@c.ex", "")]
    [InlineData("\"a\" . b . \"c d\"@c.ex", "a.b.c d")]
    [InlineData("a.b (x) @c.ex", "a.b")]
    [InlineData("a (x) . (y) b@c.ex", "a.b")]
    [InlineData("<a@c.ex>, <b@c.ex>", "a")]
    [InlineData("G: b@c.ex, a@c.ex;", "b")]
    [InlineData("<@r.ex,,@s.ex , :a@c.ex>", "a")]
    [InlineData("A. B <a@c.ex>", "a")]
    [InlineData("\"A\". <a@c.ex>", "a")]
    [InlineData("a@c.ex (x@y >)", "a")]
    public void A_list_of_one_domain_is_read(string text, string localPart)
    {
        var author = Find(text);
        Assert.Equal((localPart, "c.ex", null, 1), (author.LocalPart, author.Domain?.ToString(), author.Reason, author.Domains.Length));
    }

    [Theory]
    [InlineData("a@c.ex", 1)]
    [InlineData("a@c.ex, b@C.ex", 2)]
    [InlineData("a@c.ex, b@c.ex, <c@c.ex>", 3)]
    [InlineData("G: a@c.ex, a@c.ex;", 2)]
    public void The_addresses_of_a_list_are_counted(string text, int count)
    {
        var author = Find(text);
        Assert.Equal((count, 1, 1), (author.AddressCount, author.FieldCount, author.Domains.Length));
    }

    [Fact]
    public void What_is_said_of_a_message_without_one_author()
    {
        Assert.Equal("the From field has no address (RFC 5322 section 3.6.2)", Find("G:;").Reason);
        var two = Find("a@b.ex, a@c.ex, a@B.ex");
        Assert.Equal(("the From field has addresses of 2 domains (RFC 9989 section 5.3.1)", "b.ex c.ex"), (two.Reason, string.Join(' ', two.Domains)));
        var malformed = Find("a@b.ex, a@c.ex, x");
        Assert.Equal((AuthorDefect.Malformed, "b.ex c.ex", 1), (malformed.Defect, string.Join(' ', malformed.Domains), malformed.FieldCount));
        var differs = Find(",a@c.ex");
        Assert.Equal(("two address readers understand the From field differently", "c.ex", 1), (differs.Reason, string.Join(' ', differs.Domains), differs.FieldCount));
        Assert.Equal("the message has no From field (RFC 5322 section 3.6)", Author.Find(HeaderBlock.Parse("X: y\r\n"u8.ToArray())).Reason);
        var several = Author.Find(HeaderBlock.Parse("From: a@c.ex\r\nX: y\r\nFROM : a@b.ex, a@c.ex\r\nFrom: x\r\n"u8.ToArray()));
        Assert.Equal(("3 fields may be read as From (RFC 5322 section 3.6 allows one)", 3, "c.ex b.ex"), (several.Reason, several.FieldCount, string.Join(' ', several.Domains)));
    }

    [Theory]
    [InlineData(8, 8, 16)]
    [InlineData(8, 7, 15)]
    [InlineData(8, 9, 16)]
    [InlineData(16, 3, 16)]
    [InlineData(1, 16, 16)]
    public void Sixteen_domains_of_several_fields_are_kept(int first, int second, int kept)
    {
        string List(int start, int count) => string.Join(", ", Enumerable.Range(start, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"a@d{i}.ex")));
        var author = Author.Find(HeaderBlock.Parse(Encoding.ASCII.GetBytes($"From: {List(0, first)}\r\nFrom: {List(first, second)}\r\n")));
        Assert.Equal(Enumerable.Range(0, kept).Select(i => string.Create(CultureInfo.InvariantCulture, $"d{i}.ex")), author.Domains.Select(domain => domain.ToString()));
    }

    [Theory]
    [InlineData("a@b.ex", 1, true)]
    [InlineData("a@b.ex", 0, false)]
    [InlineData("a@b.ex", 2, false)]
    [InlineData("", 0, false)]
    [InlineData("a@b.ex, c@b.ex", 2, true)]
    [InlineData("a@b.ex, c@d.ex", 2, false)]
    [InlineData("c@d.ex, a@b.ex", 2, false)]
    [InlineData("a@B.EX", 1, true)]
    [InlineData("a", 1, false)]
    [InlineData("a, a@b.ex", 1, false)]
    [InlineData("A, B <a@b.ex>", 1, false)]
    [InlineData("G: a@b.ex, c@b.ex;", 2, true)]
    [InlineData("G: H: a@b.ex;;", 1, false)]
    [InlineData("=?x?q?a=40?= <a@b.ex>", 1, true)]
    [InlineData("=?=?=? <a@b.ex>", 1, true)]
    [InlineData("\"x=?\" <a@b.ex>", 1, true)]
    [InlineData("\"=?utf-8?q?x\" <a@b.ex>, =?utf-8?q?y?= <a@b.ex>", 2, true)]
    public void A_second_reader_agrees_on_the_number_and_the_domain(string text, int count, bool agrees) =>
        Assert.Equal(agrees, AddressCrossCheck.Agrees(Encoding.ASCII.GetBytes(text), DomainName.Parse("b.ex").Value!, count));

    private static Author Find(string text) => Author.Find(HeaderBlock.Parse(Encoding.UTF8.GetBytes($"From: {text}\r\n")));
}
