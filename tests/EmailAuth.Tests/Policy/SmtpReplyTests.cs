using System.Text.Json;
using EmailAuth.Policy;
using EmailAuth.Tests.TestSupport;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>A reply is one line that an SMTP server can send as it is, whatever it is made from.</summary>
public class SmtpReplyTests
{
    [Fact]
    public void The_parts_make_one_line()
    {
        var reply = new SmtpReply(550, "5.7.26", "Not accepted: x");
        Assert.Equal((550, "5.7.26", "Not accepted: x"), (reply.Code, reply.EnhancedCode, reply.Text));
        Assert.Equal("550 5.7.26 Not accepted: x", reply.ToString());
        Assert.Equal("451 4.4.3", new SmtpReply(451, "4.4.3", "").ToString()); // RFC 5321 section 4.2: the text may be missing
    }

    // RFC 5321 section 4.2: Reply-code = %x32-35 %x30-35 %x30-39; 4 and 5 refuse.
    [Theory]
    [InlineData(400)]
    [InlineData(459)]
    [InlineData(500)]
    [InlineData(559)]
    public void The_code_of_a_refusal_is_accepted(int code) => Assert.Equal(code, new SmtpReply(code, $"{code / 100}.0.0", "x").Code);

    [Theory]
    [InlineData(0)]
    [InlineData(-550)]
    [InlineData(250)]
    [InlineData(354)]
    [InlineData(399)]
    [InlineData(460)]
    [InlineData(499)]
    [InlineData(560)]
    [InlineData(600)]
    [InlineData(5500)]
    public void Another_code_is_the_callers_mistake(int code) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmtpReply(code, "5.0.0", "x"));

    // RFC 3463 section 2: class "." subject "." detail, of one to three digits, without leading zeros.
    [Theory]
    [InlineData(550, "5.0.0")]
    [InlineData(550, "5.7.26")]
    [InlineData(550, "5.999.999")]
    [InlineData(451, "4.10.1")]
    public void An_enhanced_code_is_accepted(int code, string enhanced) => Assert.Equal(enhanced, new SmtpReply(code, enhanced, "x").EnhancedCode);

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5.")]
    [InlineData("5.7")]
    [InlineData("5.7.")]
    [InlineData("5..1")]
    [InlineData(".7.1")]
    [InlineData("5.7.1.1")]
    [InlineData("5.7.1000")]
    [InlineData("5.1000.1")]
    [InlineData("5.07.1")]
    [InlineData("5.7.01")]
    [InlineData("5.7.00")]
    [InlineData(" 5.7.1")]
    [InlineData("5.7.1 ")]
    [InlineData("5.7.1\r\n250 ok")]
    [InlineData("5.7.-1")]
    [InlineData("5.7.\u0661")] // a digit, but not of ASCII
    [InlineData("5\u00b77.1")]
    [InlineData("4.7.26")] // its class is not that of the code (RFC 2034 section 4)
    [InlineData("2.0.0")]
    [InlineData("55.7.1")]
    public void A_malformed_enhanced_code_is_the_callers_mistake(string enhanced) =>
        Assert.Throws<ArgumentException>(() => new SmtpReply(550, enhanced, "x"));

    [Theory]
    [InlineData("a\r\n250 ok", "a??250 ok")]
    [InlineData("a\nb", "a?b")]
    [InlineData("a\rb", "a?b")]
    [InlineData("a\tb", "a?b")]
    [InlineData("a\0b\u007f", "a?b?")]
    [InlineData("\u00fc\u2028\ud83d\ude00", "????")]
    [InlineData("\u0080\u009b31m", "??31m")]
    [InlineData(" ~!%\"<>", " ~!%\"<>")]
    public void What_is_not_printable_is_a_question_mark(string text, string expected) => Assert.Equal(expected, new SmtpReply(550, "5.7.1", text).Text);

    [Fact]
    public void A_line_that_is_cut_keeps_its_beginning() =>
        Assert.Equal($"550 5.7.1 abc{new string('x', 494)}...", new SmtpReply(550, "5.7.1", "abc" + new string('x', 1000)).ToString());

    // RFC 5321 section 4.5.3.1.5: 512 octets with the code and the CRLF.
    [Theory]
    [InlineData("5.7.1", 0)]
    [InlineData("5.7.1", -1)]
    [InlineData("5.999.999", 0)]
    public void A_line_of_510_characters_is_whole(string enhanced, int more)
    {
        var text = new string('x', 510 - "550 ".Length - enhanced.Length - 1 + more);
        var reply = new SmtpReply(550, enhanced, text);
        Assert.Equal(text, reply.Text);
        Assert.Equal(510 + more, reply.ToString().Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100_000)]
    public void A_longer_one_is_cut_and_says_so(int more)
    {
        var reply = new SmtpReply(550, "5.7.1", new string('x', 500 + more));
        Assert.Equal(510, reply.ToString().Length);
        Assert.EndsWith("xx...", reply.Text, StringComparison.Ordinal);
    }

    [Property]
    public bool A_reply_is_one_printable_line_of_at_most_510_characters(NonNull<string> text)
    {
        var line = new SmtpReply(451, "4.7.26", text.Get).ToString();
        return line.Length <= 510 && line.All(c => c is >= ' ' and <= '~') && line.StartsWith("451 4.7.26", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_json_has_the_line_and_its_parts()
    {
        var options = new AuthenticationOptions { AuthservId = "mx.example.org" };
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), options);
        var refused = await pipeline.AuthenticateAsync(
            new SmtpEnvelope(null, null, null), "From: ceo@example.com\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal(DispositionAction.Reject, refused.Disposition.Action);
        using var json = JsonDocument.Parse(refused.ToJson());
        var disposition = json.RootElement.GetProperty("disposition");
        Assert.Equal(refused.Disposition.Reply!.ToString(), disposition.GetProperty("smtp_reply").GetString());
        var reply = disposition.GetProperty("reply");
        Assert.Equal(550, reply.GetProperty("code").GetInt32());
        Assert.Equal("5.7.26", reply.GetProperty("enhanced_code").GetString());
        Assert.Equal(refused.Disposition.Reply.Text, reply.GetProperty("text").GetString());

        var accepted = await pipeline.AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.OneSignature, TestContext.Current.CancellationToken);
        using var other = JsonDocument.Parse(accepted.ToJson());
        Assert.Equal(JsonValueKind.Null, other.RootElement.GetProperty("disposition").GetProperty("reply").ValueKind);
        Assert.Equal(JsonValueKind.Null, other.RootElement.GetProperty("disposition").GetProperty("smtp_reply").ValueKind);
    }
}
