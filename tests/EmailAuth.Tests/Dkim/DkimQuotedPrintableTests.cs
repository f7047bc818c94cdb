using EmailAuth.Dkim;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>DKIM's quoted-printable octet by octet (RFC 6376 section 2.11).</summary>
public class DkimQuotedPrintableTests
{
    [Fact]
    public void Each_octet_is_itself_or_two_hexadecimal_digits()
    {
        for (var octet = 0; octet < 0x80; octet++)
        {
            var c = (char)octet;
            var isSafe = c is >= '!' and <= ':' or '<' or >= '>' and <= '~' && c != '|';
            Assert.Equal(["a", isSafe ? c.ToString() : $"={octet:X2}", "b"], DkimQuotedPrintable.Encode($"a{c}b"));
            Assert.Equal($"a{c}b", DkimQuotedPrintable.Decode(string.Concat(DkimQuotedPrintable.Encode($"a{c}b"))));
            Assert.Equal($"{c}", DkimQuotedPrintable.Decode($"={octet:x2}"));
            Assert.Equal($"{c}{c}", DkimQuotedPrintable.Decode($"={octet:X2}={octet:x2}"));

            // White space is nothing, an equals sign begins an octet, the rest is itself.
            Assert.Equal(c is '=' ? null : c is ' ' or '\t' or '\r' or '\n' ? "ab" : $"a{c}b", DkimQuotedPrintable.Decode($"a{c}b"));
        }

        Assert.Equal(["=C3", "=BC", "=E2", "=82", "=AC", "x"], DkimQuotedPrintable.Encode("\u00fc\u20acx"));
        Assert.Equal("\u00fc\u20acx\u00fc", DkimQuotedPrintable.Decode("=C3=bc=E2=82=ACx\u00fc"));
        Assert.Empty(DkimQuotedPrintable.Encode(""));
    }

    [Fact]
    public void Two_hexadecimal_digits_follow_an_equals_sign()
    {
        for (var c = '\0'; c < 0x100; c++)
        {
            var isDigit = char.IsAsciiHexDigit(c);
            Assert.Equal(isDigit, DkimQuotedPrintable.Decode($"x={c}1y") is not null);
            Assert.Equal(isDigit && c < '8' ? $"x{(char)Convert.ToInt32($"{c}1", 16)}y" : null, isDigit && c >= '8' ? null : DkimQuotedPrintable.Decode($"x={c}1y"));
            Assert.Equal(isDigit ? $"x{(char)Convert.ToInt32($"4{c}", 16)}y" : null, DkimQuotedPrintable.Decode($"x=4{c}y"));
            Assert.Equal(isDigit, DkimQuotedPrintable.Decode($"={c}1") is not null);
        }

        foreach (var text in new[] { "=", "=4", "x=", "x=4", "= 41", "=4 1", "=41=", "=41=4", " =" })
        {
            Assert.Null(DkimQuotedPrintable.Decode(text));
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("abc", "abc")]
    [InlineData(" ", "")]
    [InlineData(" a\t b\r\n c ", "abc")]
    [InlineData("=41 =42", "AB")]
    [InlineData("a =41", "aA")]
    [InlineData("=41 b", "Ab")]
    [InlineData("a b=41c d", "abAcd")]
    public void White_space_is_left_out(string text, string decoded)
    {
        Assert.Equal(decoded, DkimQuotedPrintable.Decode(text));
        var without = string.Concat(text.Where(c => c is not (' ' or '\t' or '\r' or '\n')));
        Assert.Equal(without, DkimQuotedPrintable.WithoutWhiteSpace(text, decoded));
    }

    [Fact]
    public void A_text_that_is_what_it_says_is_kept_as_it_is()
    {
        var decoded = new string('x', 3);
        Assert.Same(decoded, DkimQuotedPrintable.WithoutWhiteSpace("xxx", decoded));
        Assert.Same(decoded, DkimQuotedPrintable.WithoutWhiteSpace("x x\tx", decoded));
        foreach (var c in Enumerable.Range(0, 0x100).Select(c => (char)c))
        {
            Assert.Equal(c is ' ' or '\t' or '\r' or '\n' ? "ab" : $"a{c}b", DkimQuotedPrintable.WithoutWhiteSpace($"a{c}b", "ab"));
        }
    }
}
