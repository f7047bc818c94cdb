using EmailAuth.Dmarc;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>Which characters a report address has at which place (RFC 3986, RFC 9989 section 4.8), and which of them can be mailed to.</summary>
public class DmarcReportUriTests
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private const string NoScheme = "not a URI: it has no scheme such as \"mailto:\" (RFC 3986 section 3.1)";
    private const string Wrong = "not a URI: it is empty or has a character that must be percent-encoded (RFC 3986 section 2)";
    private const string Mark = "an exclamation point in a URI must be percent-encoded (RFC 9989 section 4.8)";
    private const string NoMailbox = "a mailto: URI must name a mailbox (RFC 6068 section 2)";

    // "*" is where the character stands.
    [Theory]
    [InlineData("*:x", Letters)]
    [InlineData("a*:x", Letters + Digits + "+-.:")]
    [InlineData("a:*", Letters + Digits + "-._~:/?#[]@$&'()*+;=")]
    [InlineData("a:x*y", Letters + Digits + "-._~:/?#[]@$&'()*+;=")]
    [InlineData("a:%*1", Digits + "ABCDEFabcdef")]
    [InlineData("a:%1*", Digits + "ABCDEFabcdef")]
    [InlineData("a:%1*%2f", Digits + "ABCDEFabcdef")]
    [InlineData("a:x!*", Digits)]
    [InlineData("a:x!1*", Digits + "KMGTkmgt")]
    [InlineData("a:x!*k", Digits)]
    [InlineData("mailto:*@x", Letters + Digits + "-._~:/#[]@$&'()*+;=")]
    [InlineData("mailto:x@*", Letters + Digits + "-._~:/#[]$&'()*+;=")]
    [InlineData("MAILTO:x*y", "@")]
    public void A_place_has_these_characters(string place, string expected) => Assert.Equal(
        expected.Order(),
        Enumerable.Range(0, 0x250).Select(code => (char)code).Where(c => DmarcReportUri.Check(place.Replace('*', c), out _) is null));

    [Theory]
    [InlineData("", 0, NoScheme)]
    [InlineData(":", 1, NoScheme)]
    [InlineData(":x", 2, NoScheme)]
    [InlineData("x", 1, NoScheme)]
    [InlineData("1a:x", 4, NoScheme)]
    [InlineData("a,b:x", 5, NoScheme)]
    [InlineData("a:", 2, Wrong)]
    [InlineData("a:!1", 2, Wrong)]
    [InlineData("a:x", 3, null)]
    [InlineData("a::", 3, null)]
    [InlineData("a:x%", 4, Wrong)]
    [InlineData("a:x%4", 5, Wrong)]
    [InlineData("a:x%41", 6, null)]
    [InlineData("a:%41%4", 7, Wrong)]
    [InlineData("a:%41%42", 8, null)]
    [InlineData("a:%4g%42", 8, Wrong)]
    [InlineData("!", 1, Mark)]
    [InlineData("!1", 0, NoScheme)]
    [InlineData("a:x!", 4, Mark)]
    [InlineData("a:x!k", 5, Mark)]
    [InlineData("a:x!1", 3, null)]
    [InlineData("a:x!1k", 3, null)]
    [InlineData("a:x!10T", 3, null)]
    [InlineData("a:x!1kk", 7, Mark)]
    [InlineData("a:x!1\u212a", 6, Mark)]
    [InlineData("a:x!1k1", 7, Mark)]
    [InlineData("a:x!1!2", 5, Wrong)]
    [InlineData("a:x!1!", 6, Mark)]
    [InlineData("mailto:x", 8, NoMailbox)]
    [InlineData("mailto:@", 8, NoMailbox)]
    [InlineData("mailto:x@", 9, NoMailbox)]
    [InlineData("mailto:@x", 9, NoMailbox)]
    [InlineData("mailto:@@x", 10, null)]
    [InlineData("mailto:x@y", 10, null)]
    [InlineData("mailto:x@y@", 11, NoMailbox)]
    [InlineData("mailto:?x@y", 11, NoMailbox)]
    [InlineData("mailto:x@?y@z", 13, NoMailbox)]
    [InlineData("mailto:x@y?", 11, null)]
    [InlineData("mailto:x@y?z?@", 14, null)]
    [InlineData("mailto:x?y=@z?w", 15, NoMailbox)]
    [InlineData("mailto:x@y!1m", 10, null)]
    [InlineData("mailt:x", 7, null)]
    [InlineData("mailtoo:x", 9, null)]
    [InlineData("MailTo:x", 8, NoMailbox)]
    public void A_uri_is_taken_up_to_its_size_or_refused_with_the_reason(string uri, int length, string? reason)
    {
        Assert.Equal(reason, DmarcReportUri.Check(uri, out var found));
        Assert.Equal(length, found);
    }

    // RFC 5322 section 3.2.3 for the local part; the host is a domain name. What is percent-encoded is the character.
    [Fact]
    public void A_mailbox_has_a_dot_atom_and_a_host()
    {
        const string Atoms = Letters + Digits + "!#$%&'*+-/=^_`{|}~";
        Assert.Equal((Atoms + "?").Order(), Characters(c => $"mailto:{Uri.HexEscape(c)}@x.example"));
        Assert.Equal((Atoms + ".?").Order(), Characters(c => $"mailto:a{Uri.HexEscape(c)}b@x.example"));
        Assert.Equal((Letters + Digits + "-_").Order(), Characters(c => $"mailto:a@{Uri.HexEscape(c)}.example"));

        static IEnumerable<char> Characters(Func<char, string> uri) =>
            Enumerable.Range(0, 128).Select(code => (char)code).Where(c => DmarcMailbox.Of(uri(c)) is not null);
    }

    [Theory]
    [InlineData("mailto:a@x.example", "a@x.example")]
    [InlineData("MAILTO:A@X.Example", "A@x.example")]
    [InlineData("mailto:a@x.example?", "a@x.example")]
    [InlineData("mailto:a@x.example?subject=b@y", "a@x.example")]
    [InlineData("mailto:a%3Fb@x.example?c", "a?b@x.example")]
    [InlineData("mailto:a.b@x.example", "a.b@x.example")]
    [InlineData("mailto:a.@x.example", null)]
    [InlineData("mailto:.a@x.example", null)]
    [InlineData("mailto:.@x.example", null)]
    [InlineData("mailto:a..b@x.example", null)]
    [InlineData("mailto:@x.example", null)]
    [InlineData("mailto:a", null)]
    [InlineData("mailto:a@", null)]
    [InlineData("mailto:a?@x.example", null)]
    [InlineData("mailto:a@b@x.example", null)]
    [InlineData("mailto", null)]
    [InlineData("mailt:a@x.example", null)]
    [InlineData(" mailto:a@x.example", null)]
    [InlineData("", null)]
    public void A_uri_names_a_mailbox_or_none(string uri, string? expected)
    {
        var mailbox = DmarcMailbox.Of(uri);
        Assert.Equal(expected, mailbox?.Address);
        Assert.Equal(expected?[(expected.IndexOf('@', StringComparison.Ordinal) + 1)..], mailbox?.Host.ToString());
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_local_part_has_at_most_64_characters(int length, bool expected) =>
        Assert.Equal(expected, DmarcMailbox.Of($"mailto:{new string('a', length)}@x.example") is not null);
}
