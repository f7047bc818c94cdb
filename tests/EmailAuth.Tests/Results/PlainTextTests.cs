using System.Text.RegularExpressions;
using EmailAuth.Results;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Results;

public class PlainTextTests
{
    [Theory]
    [InlineData("user@example.com", "user@example.com")]
    [InlineData("prvs=1234=user@example.com", "prvs=1234=user@example.com")] // BATV
    [InlineData("SRS0=ab=cd=example.com=joe@fwd.example", "SRS0=ab=cd=example.com=joe@fwd.example")] // SRS
    [InlineData("bounce+joe=example.net@example.com", "bounce+joe=example.net@example.com")] // VERP
    [InlineData("=C3=A9@example.com", "=C3=A9@example.com")]
    [InlineData("ab/d+fg==", "ab/d+fg==")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("what? no@x", "what? no@x")]
    [InlineData("\"a b\"@example.com", "?a b?@example.com")]
    [InlineData("\"; dmarc=pass\"@attacker.net", "?? dmarc?pass?@attacker.net")]
    [InlineData("dmarc=pass", "dmarc?pass")]
    [InlineData("DMARC = pass", "DMARC ? pass")]
    [InlineData("xdkim=pass", "xdkim?pass")]
    [InlineData("dmarc/1=pass", "dmarc/1?pass")]
    [InlineData("dmarc / 12 =pass", "dmarc / 12 ?pass")]
    [InlineData("dkim-adsp=pass", "dkim-adsp?pass")]
    [InlineData("x smtp.helo=a", "x smtp.helo?a")]
    [InlineData("policy.published-domain-policy=none", "policy.published-domain-policy?none")]
    [InlineData("identity=helo", "identity?helo")]
    [InlineData("=?utf-8?q?x?=", "??utf-8?q?x?=")]
    [InlineData("==?utf-8?q?x?=", "???utf-8?q?x?=")] // what replaces one makes no other
    [InlineData("=;utf-8", "??utf-8")]
    [InlineData("=\u0001utf-8", "??utf-8")]
    [InlineData("a\\b", "a?b")]
    [InlineData("a(b)c", "a?b?c")]
    [InlineData("a\r\n dmarc=pass\tb", "a  dmarc?pass b")]
    [InlineData("a\0\u007f\u0085\ufffd", "a????")]
    public void A_value_is_plain(string text, string plain) => Assert.Equal(plain, PlainText.OfValue(text));

    [Theory]
    [InlineData("jörg@example.com", "j?rg@example.com", "jörg@example.com")]
    [InlineData("漢\U0001f600", "??", "漢\U0001f600")]
    [InlineData("é;\u2028x", "?? x", "é? x")]
    [InlineData("é=?", "???", "é??")]
    [InlineData("\u00a0\u3000=\u200b", "????", "\u00a0\u3000=\u200b")]
    public void UTF8_stays_in_values_of_internationalized_messages(string text, string ascii, string unicode)
    {
        Assert.Equal(ascii, PlainText.OfValue(text));
        Assert.Equal(unicode, PlainText.OfValue(text, keepsUnicode: true));
    }

    // The white space of Unicode, before an equals sign, in patterns of Python and JavaScript.
    [Theory]
    [InlineData("dkim\u2028=pass", "dkim ?pass", "dkim ?pass")] // a line end that becomes a space
    [InlineData("dkim\u2029=pass", "dkim ?pass", "dkim ?pass")]
    [InlineData("dmarc\u2028/\u20291\u2028=pass", "dmarc / 1 ?pass", "dmarc / 1 ?pass")]
    [InlineData("header.from\u2028=bank.example", "header.from ?bank.example", "header.from ?bank.example")]
    [InlineData("a dkim\u2028=pass dmarc\u2028=pass header.from\u2028=x", "a dkim ?pass dmarc ?pass header.from ?x", "a dkim ?pass dmarc ?pass header.from ?x")]
    [InlineData("dkim\u3000=pass", "dkim?=pass", "dkim\u3000?pass")]
    [InlineData("dkim\u00a0=pass", "dkim?=pass", "dkim\u00a0?pass")]
    [InlineData("dkim\u2003\ufeff\u202f=pass", "dkim???=pass", "dkim\u2003\ufeff\u202f?pass")]
    [InlineData("dkim/\u16801\u205f=pass", "dkim/?1?=pass", "dkim/\u16801\u205f?pass")]
    [InlineData("dkim/\u0661=pass", "dkim/?=pass", "dkim/\u0661?pass")] // a digit
    [InlineData("dk\u200bim\u180e=pass", "dk?im?=pass", "dk\u200bim\u180e?pass")] // what nobody sees
    [InlineData("dkim\U000e0020=pass", "dkim?=pass", "dkim\U000e0020?pass")]
    [InlineData("dkim\U0001f600=pass", "dkim?=pass", "dkim\U0001f600=pass")]
    [InlineData("dk\u0131m=pass", "dk?m=pass", "dk\u0131m?pass")] // letters that equal one of ASCII when case is ignored
    [InlineData("DK\u0130M=pass", "DK?M=pass", "DK\u0130M?pass")]
    [InlineData("\u017fpf=pass", "?pf=pass", "\u017fpf?pass")]
    [InlineData("d\u212aim=pass", "d?im=pass", "d\u212aim?pass")]
    [InlineData("\u017fmtp.x=x", "?mtp.x=x", "\u017fmtp.x?x")]
    [InlineData("atp\u017f=pass", "atp?=pass", "atp\u017f?pass")]
    [InlineData("\uff44kim\uff1dpass", "?kim?pass", "\uff44kim?pass")] // full width
    [InlineData("a\uff1db", "a?b", "a\uff1db")]
    [InlineData("\u00e9=\u3000=x", "???=x", "\u00e9=\u3000=x")]
    public void A_key_is_what_the_most_lenient_reader_sees(string text, string ascii, string unicode)
    {
        Assert.Equal(ascii, PlainText.OfValue(text));
        Assert.Equal(unicode, PlainText.OfValue(text, keepsUnicode: true));
        Assert.Equal(unicode, PlainText.OfValue(unicode, keepsUnicode: true));
    }

    // Whatever \s and the case-insensitive letters of a pattern match.
    [Fact]
    public void No_white_space_of_Unicode_hides_a_key()
    {
        var (pattern, missed) = (new Regex(@"dkim[\s\ufeff]*=", RegexOptions.None, TimeSpan.FromSeconds(10)), new List<int>());
        for (var c = '\u0080'; c < '\uffff'; c++)
        {
            if (pattern.IsMatch(PlainText.OfValue($"dkim{c}=pass", keepsUnicode: true)) || pattern.IsMatch(PlainText.OfComment($"dkim{c}=pass")))
            {
                missed.Add(c);
            }
        }

        Assert.Empty(missed);
    }

    [Theory]
    [InlineData("no term matches (RFC 7208 section 4.7)", "no term matches (RFC 7208 section 4.7)")]
    [InlineData("the \"k=\" is not \"rsa\"; try again", "the 'k=' is not 'rsa', try again")]
    [InlineData("a (b (c))", "a [b [c]]")] // readers differ in nested ones
    [InlineData("a) dmarc=pass (b", "a] dmarc?pass [b")]
    [InlineData("a (b", "a [b")]
    [InlineData("\u00e9 (x)", "? (x)")]
    public void A_reason_keeps_parentheses_in_pairs(string text, string plain) => Assert.Equal(plain, PlainText.OfReason(text, 400));

    // The cut would take the closing one away.
    [Fact]
    public void A_reason_that_will_be_cut_has_no_parentheses() =>
        Assert.Equal(new string('x', 40) + " [y]", PlainText.OfReason(new string('x', 40) + " (y)", 42));

    [Theory]
    [InlineData("2048-bit key, testing", "2048-bit key, testing")]
    [InlineData("p=reject dis=none", "p=reject dis=none")]
    [InlineData("i=1 cv=pass d=example.org", "i=1 cv=pass d=example.org")]
    [InlineData("a (b) \"c\"; d", "a [b] 'c', d")]
    public void A_comment_has_no_parentheses_in_it(string text, string plain) => Assert.Equal(plain, PlainText.OfComment(text));

    [Property(MaxTest = 1000)]
    public bool What_is_plain_stays_as_it_is(string? text)
    {
        text ??= string.Empty;
        var (value, reason, comment) = (PlainText.OfValue(text, keepsUnicode: true), PlainText.OfReason(text, 400), PlainText.OfComment(text));
        return PlainText.IsValue(value, keepsUnicode: true)
            && ReferenceEquals(reason, PlainText.OfReason(reason, 400))
            && ReferenceEquals(comment, PlainText.OfComment(comment));
    }

    [Theory]
    [InlineData("p=reject sp=none dis=none", "equals signs that make no result")]
    [InlineData("=a==", "some in a row and at the ends")]
    [InlineData("2048-bit key", "without any")]
    public void What_stays_as_it_is_costs_nothing(string text, string why)
    {
        var plain = PlainText.OfComment(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
        {
            plain = PlainText.OfComment(PlainText.OfReason(PlainText.OfValue(text), 400));
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() == before, why);
        Assert.Same(text, plain);
    }

    [Theory]
    [InlineData("a=b ADSP=pass", "a=b ADSP?pass")]
    [InlineData("a=b receiver=x", "a=b receiver?x")]
    [InlineData("a=b smtp.mailfrom=x", "a=b smtp.mailfrom?x")]
    [InlineData("a=b spf/1=x", "a=b spf/1?x")]
    public void A_key_behind_other_equals_signs_is_found(string text, string plain) => Assert.Equal(plain, PlainText.OfComment(text));

    [Fact]
    public void What_stays_is_kept_at_any_length_between_what_is_replaced()
    {
        const string Characters = "abc \"\\();\t\u0001\u2028\uFFFDé-._@";
        var random = new Random(8601);
        for (var i = 0; i < 500; i++)
        {
            var text = new string(random.GetItems<char>(Characters, random.Next(40)));
            Assert.Equal(string.Concat(text.Select(c => PlainText.OfComment(c.ToString()))), PlainText.OfComment(text));
            Assert.Equal(string.Concat(text.Select(c => PlainText.OfValue(c.ToString(), keepsUnicode: true))), PlainText.OfValue(text, keepsUnicode: true));
        }
    }
}
