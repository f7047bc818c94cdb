using EmailAuth.Policy;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>Each code, each part of an enhanced code, each character and each length of a reply.</summary>
public class SmtpReplyLimitTests
{
    [Fact]
    public void The_codes_of_refusals()
    {
        int[] refusals = [.. Enumerable.Range(400, 60), .. Enumerable.Range(500, 60)];
        Assert.Equal(refusals, Enumerable.Range(-100, 1200).Where(code => Accepts(code, $"{code / 100}.0.0")));
        Assert.Equal("code", Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpReply(600, "6.0.0", "")).ParamName);
        Assert.Equal("enhancedCode", Assert.Throws<ArgumentException>(() => new SmtpReply(550, "6.0.0", "")).ParamName);
        Assert.All([400, 459, 500, 559], code => Assert.Equal((code, $"{code} {code / 100}.1.2 x"), (new SmtpReply(code, $"{code / 100}.1.2", "x").Code, new SmtpReply(code, $"{code / 100}.1.2", "x").ToString())));
    }

    // RFC 3463 section 2: class "." subject "." detail.
    [Fact]
    public void The_parts_of_an_enhanced_code()
    {
        string[] numbers = [.. Enumerable.Range(0, 1000).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        Assert.All(numbers, number => Assert.True(Accepts(550, $"5.{number}.0") && Accepts(450, $"4.0.{number}") && !Accepts(550, $"5.0{number}.0") && !Accepts(550, $"5.0.0{number}")));
        Assert.Equal("5", string.Concat(Enumerable.Range(0, 256).Select(code => (char)code).Where(c => Accepts(550, $"{c}.0.0"))));
        Assert.Equal("4", string.Concat(Enumerable.Range(0, 256).Select(code => (char)code).Where(c => Accepts(450, $"{c}.0.0"))));
        Assert.Equal(".", string.Concat(Enumerable.Range(0, 256).Select(code => (char)code).Where(c => Accepts(550, $"5{c}0.0"))));
        Assert.Equal("0123456789", string.Concat(Enumerable.Range(0, 256).Select(code => (char)code).Where(c => Accepts(550, $"5.{c}.0"))));
        Assert.Equal("0123456789", string.Concat(Enumerable.Range(0, 256).Select(code => (char)code).Where(c => Accepts(550, $"5.0.{c}"))));
        Assert.Equal(".0123456789", string.Concat(Enumerable.Range(0, 256).Select(code => (char)code).Where(c => Accepts(550, $"5.1{c}1.0") || Accepts(550, $"5.1{c}1"))));
        Assert.Equal("0123456789", string.Concat(Enumerable.Range(0, 256).Select(code => (char)code).Where(c => Accepts(550, $"5.0.1{c}"))));
        Assert.All(["", ".", "..", "5", "5.", "5..", "5.0", "5.0.", "5..0", "5.1000.0", "5.0.1000", "5.0.0.", "5.0.0.0", "50.0.0", ".5.0.0", "5.00.0", "5.0.00"], code => Assert.False(Accepts(550, code)));
    }

    [Fact]
    public void The_characters_of_a_text()
    {
        for (var code = 0; code < 0x300; code++)
        {
            var c = (char)code;
            var shown = c is >= ' ' and <= '~' ? c : '?';
            Assert.Equal($"{shown}", new SmtpReply(550, "5.7.1", $"{c}").Text);
            Assert.Equal($"a{shown}b", new SmtpReply(550, "5.7.1", $"a{c}b").Text);
        }
    }

    // 510 characters with the codes: "550 5.7.1 " has 10, "550 5.100.100 " has 14.
    [Theory]
    [InlineData("5.7.1", 500)]
    [InlineData("5.7.10", 499)]
    [InlineData("5.100.100", 496)]
    public void The_longest_text(string enhanced, int longest)
    {
        for (var length = longest - 2; length <= longest + 5; length++)
        {
            var text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
            var reply = new SmtpReply(550, enhanced, text);
            Assert.Equal(length <= longest ? text : text[..(longest - 3)] + "...", reply.Text);
            Assert.Equal($"550 {enhanced} {reply.Text}", reply.ToString());
        }

        Assert.Equal(($"550 {enhanced}", ""), (new SmtpReply(550, enhanced, "").ToString(), new SmtpReply(550, enhanced, "").Text));
    }

    private static bool Accepts(int code, string enhanced)
    {
        try
        {
            return new SmtpReply(code, enhanced, "").EnhancedCode == enhanced;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
