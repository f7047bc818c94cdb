using EmailAuth.Messages;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Messages;

public class ReversePathTests
{
    [Theory]
    [InlineData("")]
    [InlineData("<>")]
    public void RFC_5321_section_4_5_5_the_null_reverse_path(string text)
    {
        var path = ReversePath.Parse(text).Value!;
        Assert.True(path.IsNull);
        Assert.Null(path.Domain);
        Assert.Equal("<>", path.ToString());
    }

    [Theory]
    [InlineData("<JQP@bar.com>", "JQP@bar.com", "JQP", "bar.com")]
    [InlineData("JQP@bar.com", "JQP@bar.com", "JQP", "bar.com")]
    [InlineData("<@hosta.int,@jkl.org:userc@d.bar.org>", "userc@d.bar.org", "userc", "d.bar.org")] // RFC 5321 appendix C
    [InlineData("@a.example:user@c.example", "user@c.example", "user", "c.example")]
    [InlineData("<\"a@b\"@example.com>", "\"a@b\"@example.com", "\"a@b\"", "example.com")]
    [InlineData("\"a\\\"@evil.example\\\\\"@example.com", "\"a\\\"@evil.example\\\\\"@example.com", "\"a\\\"@evil.example\\\\\"", "example.com")]
    [InlineData("\"<>,:;()[] \"@example.com", "\"<>,:;()[] \"@example.com", "\"<>,:;()[] \"", "example.com")]
    [InlineData("foo@EXAMPLE.com", "foo@EXAMPLE.com", "foo", "example.com")]
    [InlineData("foo@example.com.", "foo@example.com.", "foo", "example.com")]
    [InlineData("@example.com", "@example.com", "", "example.com")]
    [InlineData("Macro Error@example.com", "Macro Error@example.com", "Macro Error", "example.com")]
    [InlineData("a..b.@example.com", "a..b.@example.com", "a..b.", "example.com")]
    [InlineData("prvs=0123=user/x!y%z@example.com", "prvs=0123=user/x!y%z@example.com", "prvs=0123=user/x!y%z", "example.com")]
    [InlineData("\u00fcser@b\u00fccher.example", "\u00fcser@b\u00fccher.example", "\u00fcser", "xn--bcher-kva.example")]
    [InlineData("user@localhost", "user@localhost", "user", "localhost")]
    public void A_mailbox(string text, string address, string localPart, string domain)
    {
        var path = ReversePath.Parse(text).Value!;
        Assert.Equal((address, localPart, domain, false), (path.Address, path.LocalPart, path.Domain?.ToString(), path.IsNull));
    }

    [Theory]
    [InlineData("user@[192.0.2.1]")]
    [InlineData("<user@[IPv6:2001:db8::1]>")]
    [InlineData("@[192.0.2.1]")]
    public void An_address_literal_has_no_domain(string text)
    {
        var path = ReversePath.Parse(text).Value!;
        Assert.Null(path.Domain);
        Assert.False(path.IsNull);
    }

    [Theory]
    [InlineData("user", 4)]
    [InlineData("user@", 5)]
    [InlineData("@", 1)]
    [InlineData("<", 1)]
    [InlineData(">", 0)]
    [InlineData("<user@example.com", 17)]
    [InlineData("user@example.com>", 16)]
    [InlineData("<<user@example.com>>", 1)]
    [InlineData("<user@example.com> SIZE=1", 25)]
    [InlineData("a@b@example.com", 3)]
    [InlineData("user@example.com@evil.example", 16)]
    [InlineData("a(b)@example.com", 1)]
    [InlineData("a\"b\"@example.com", 1)]
    [InlineData("\"a\"b@example.com", 3)]
    [InlineData("\"a@example.com", 0)]
    [InlineData("\"a\\", 0)]
    [InlineData("a\r\nb@example.com", 1)]
    [InlineData("\"a\r\nb\"@example.com", 2)]
    [InlineData("a\0@example.com", 1)]
    [InlineData("a\u0085@example.com", 1)] // a control character beyond ASCII
    [InlineData("user@example.com\r\n", 16)]
    [InlineData("user@exa mple.com", 8)]
    [InlineData("user@example..com", 13)]
    [InlineData("user@example.com..", 17)]
    [InlineData("user@[192.0.2.1", 5)]
    [InlineData("user@[evil]", 5)]
    [InlineData("user@[192.0.2.1].example.com", 5)]
    [InlineData("@a,b:user@c", 3)]
    [InlineData("<@a.example,:user@c.example>", 12)]
    [InlineData("<@a b:user@c>", 1)]
    [InlineData("a,b@example.com", 1)]
    public void What_has_no_domain_or_more_than_one_reading_says_where(string text, int position)
    {
        var result = ReversePath.Parse(text);
        Assert.False(result.IsSuccess, result.Value?.Address);
        Assert.Equal(position, result.Error.Position);
    }

    [Fact]
    public void A_path_past_the_limit_is_refused() => Assert.False(ReversePath.Parse(new string('a', 2000) + "@example.com").IsSuccess);

    [Property(MaxTest = 2000)]
    public bool Parsing_never_throws_and_the_domain_is_the_end_of_the_text(string? text)
    {
        var result = ReversePath.Parse(text + "@example.com");
        return !result.IsSuccess || (result.Value.Domain?.ToString() == "example.com" && result.Value.Address.EndsWith("@example.com", StringComparison.Ordinal)
            && !result.Value.Address.Any(char.IsControl));
    }
}
