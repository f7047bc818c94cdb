using EmailAuth.Bimi;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>URIs of records: what is read of one, and each character at each place.</summary>
public class HttpsUriTests
{
    private const string NotHttps = "Unsupported 0 the URI is not an absolute one of scheme https (BIMI draft section 4.3)";
    private const string NotQualified = "Malformed 8 the URI's host is not a fully qualified domain name (BIMI draft section 4.3)";
    private const string NoPort = "the URI's port is not a number from 1 to 65535";

    [Theory]
    [InlineData("https://a.example", "a.example 443 []")]
    [InlineData("https://a.example/", "a.example 443 [/]")]
    [InlineData("https://a.example?", "a.example 443 []")]
    [InlineData("https://a.example?b/c", "a.example 443 []")]
    [InlineData("https://a.example/b?c", "a.example 443 [/b]")]
    [InlineData("https://a.example/b?c?d/e", "a.example 443 [/b]")]
    [InlineData("https://a.example/b/c", "a.example 443 [/b/c]")]
    [InlineData("https://a.example/b:c@d", "a.example 443 [/b:c@d]")]
    [InlineData("https://a.example?b:c@d", "a.example 443 []")]
    [InlineData("HTTPS://A.EXAMPLE/B", "a.example 443 [/B]")]
    [InlineData("https://a.example:1/b", "a.example 1 [/b]")]
    [InlineData("https://a.example:443", "a.example 443 []")]
    [InlineData("https://a.example:0443", "a.example 443 []")]
    [InlineData("https://a.example:65535?b", "a.example 65535 []")]
    [InlineData("https://a.example:65536/b", "OutOfRange 18 " + NoPort)]
    [InlineData("https://a.example:0/b", "OutOfRange 18 " + NoPort)]
    [InlineData("https://a.example:/b", "OutOfRange 18 " + NoPort)]
    [InlineData("https://a.example:-1/b", "OutOfRange 18 " + NoPort)]
    [InlineData("https://a.example:+1/b", "OutOfRange 18 " + NoPort)]
    [InlineData("https://a.example:1:2/b", "OutOfRange 18 " + NoPort)]
    [InlineData("https://a.example:99999999999/b", "OutOfRange 18 " + NoPort)]
    [InlineData("https://b@a.example", "Malformed 8 the URI has user information, which https forbids (RFC 9110 section 4.2.4)")]
    [InlineData("https://b:c@a.example/", "Malformed 8 the URI has user information, which https forbids (RFC 9110 section 4.2.4)")]
    [InlineData("https://@a.example/", "Malformed 8 the URI has user information, which https forbids (RFC 9110 section 4.2.4)")]
    [InlineData("https:/a.example", NotHttps)]
    [InlineData("https//a.example", NotHttps)]
    [InlineData("http://a.example", NotHttps)]
    [InlineData("//a.example", NotHttps)]
    [InlineData(" https://a.example", NotHttps)]
    [InlineData("", NotHttps)]
    [InlineData("https:", NotHttps)]
    [InlineData("https://a", NotQualified)]
    [InlineData("https://1.2", NotQualified)]
    [InlineData("https://a.1", NotQualified)]
    [InlineData("https://a.0123456789", NotQualified)]
    [InlineData("https://a.0x", NotQualified)]
    [InlineData("https://a.0x1", NotQualified)]
    [InlineData("https://a.0X1f", NotQualified)]
    [InlineData("https://a.0xg", NotQualified)]
    [InlineData("https://a.0a", "a.0a 443 []")]
    [InlineData("https://a.00x1", "a.00x1 443 []")]
    [InlineData("https://a.x0", "a.x0 443 []")]
    [InlineData("https://a.1-1", "a.1-1 443 []")]
    [InlineData("https://0x1.a", "0x1.a 443 []")]
    [InlineData("https://1.a", "1.a 443 []")]
    public void A_URI_has_a_host_a_port_and_a_path(string text, string expected) => Assert.Equal(expected, Outcome(text));

    [Theory]
    [InlineData("https://", 8)]
    [InlineData("https://a..b", 10)]
    [InlineData("https://.a", 8)]
    [InlineData("https://a.b.", 11)]
    public void What_is_wrong_with_a_host_has_its_place_in_the_URI(string text, int position)
    {
        var error = HttpsUri.Parse(text).Error!;
        var host = DomainName.Parse(text[8..]).Error!;
        Assert.Equal((host.Code, 8 + host.Position, host.Reason), (error.Code, error.Position, error.Reason));
        Assert.InRange(error.Position, 8, position + 1);
    }

    // RFC 3986 section 2, at a place in the path: each octet and a character beyond.
    [Fact]
    public void These_characters_may_be_in_a_URI()
    {
        var allowed = string.Concat(Enumerable.Range(0, 257).Select(static c => (char)c).Where(static c => HttpsUri.Parse($"https://a.example/{c}").IsSuccess));
        Assert.Equal("!$&'()*+-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~", allowed);
        for (var c = '\0'; c <= '\u0100'; c++)
        {
            if (!allowed.Contains(c, StringComparison.Ordinal) && c != '%')
            {
                Assert.Equal($"Malformed 18 the character U+{(int)c:X4} is not allowed in the URI (RFC 3986 section 2)", Outcome($"https://a.example/{c}"));
            }
        }
    }

    // RFC 3986 section 2.1.
    [Fact]
    public void A_percent_sign_has_two_hexadecimal_digits()
    {
        const string Digits = "0123456789ABCDEFabcdef";
        for (var c = '\0'; c < '\u0080'; c++)
        {
            if (c == '%' || !HttpsUri.Parse($"https://a.example/{c}").IsSuccess)
            {
                continue;
            }

            const string Wrong = "Malformed 18 \"%\" is not followed by two hexadecimal digits (RFC 3986 section 2.1)";
            Assert.Equal(Digits.Contains(c, StringComparison.Ordinal) ? $"a.example 443 [/%{c}0]" : Wrong, Outcome($"https://a.example/%{c}0"));
            Assert.Equal(Digits.Contains(c, StringComparison.Ordinal) ? $"a.example 443 [/%0{c}]" : Wrong, Outcome($"https://a.example/%0{c}"));
        }

        Assert.Equal("Malformed 18 \"%\" is not followed by two hexadecimal digits (RFC 3986 section 2.1)", Outcome("https://a.example/%"));
        Assert.Equal("Malformed 18 \"%\" is not followed by two hexadecimal digits (RFC 3986 section 2.1)", Outcome("https://a.example/%4"));
        Assert.Equal("a.example 443 [/%41]", Outcome("https://a.example/%41"));
        Assert.Equal("Malformed 21 \"%\" is not followed by two hexadecimal digits (RFC 3986 section 2.1)", Outcome("https://a.example/%41%4"));
        Assert.Equal("Malformed 22 \"%\" is not followed by two hexadecimal digits (RFC 3986 section 2.1)", Outcome("https://a.example/%41b%4"));
        Assert.Equal("Malformed 21 \"%\" is not followed by two hexadecimal digits (RFC 3986 section 2.1)", Outcome("https://a.example/%41%%41"));
    }

    [Fact]
    public void A_URI_has_at_most_2048_characters()
    {
        var longest = "https://a.example/" + new string('b', 2048 - 18);
        Assert.Equal(longest, HttpsUri.Parse(longest).Value?.Text);
        Assert.Equal("TooLong 2048 a URI of 2049 characters exceeds 2048", Outcome(longest + "b"));
        Assert.Equal("TooLong 2048 a URI of 2049 characters exceeds 2048", Outcome(new string(' ', 2049)));
    }

    [Fact]
    public void Each_edit_of_a_URI_has_the_outcome_of_the_page() => ApprovedPage.Verify(
        "bimi", "uri-edits.txt", OneCharacterEdits.Outcomes("https://a.b.0xy:80/c%2d.svg?e", " /:@?.%1x-_", Outcome));

    [Theory]
    [InlineData("a.example", true)]
    [InlineData("example", false)]
    [InlineData("a.0", false)]
    [InlineData("a.9", false)]
    [InlineData("a.0x0", false)]
    [InlineData("a.x", true)]
    public void A_qualified_name_has_a_parent_and_is_no_address(string name, bool expected) => Assert.Equal(expected, HttpsUri.IsFullyQualified(DomainName.Parse(name).Value!));

    private static string Outcome(string text, int edit = -1)
    {
        var result = HttpsUri.Parse(text);
        return result.IsSuccess
            ? $"{result.Value.Host} {result.Value.Port} [{result.Value.Path}]"
            : $"{result.Error.Code} {OneCharacterEdits.Position(result.Error.Position, text, edit)} {result.Error.Reason}";
    }
}
