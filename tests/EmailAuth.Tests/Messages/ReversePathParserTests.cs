using EmailAuth.Messages;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>Each edit of a reverse-path, each character at each place, and what is said of those that are refused.</summary>
public class ReversePathParserTests
{
    [Fact]
    public void Each_edit_of_a_path_is_read_as_the_page_says() => EditedReadings.Check(
        "reverse-paths.txt",
        " <>@,:;[]\"\\.\x01\x9f",
        ["<a.b@c.ex>", "\"a\\\"b @\"@c.ex", "<@a.b,@c.d:e@f.g>", "a@[192.0.2.1]", "<a@[IPv6:2001:db8::1]>", "<>", "a@c.ex.", "@a:b@c"],
        (text, edit) =>
        {
            var parsed = ReversePath.Parse(text);
            return parsed.IsSuccess
                ?
                [
                    new("address", parsed.Value.Address, true),
                    new("local", parsed.Value.LocalPart, true),
                    new("domain", parsed.Value.Domain?.ToString(), true),
                    new("error", null),
                ]
                :
                [
                    new("address", null),
                    new("local", null),
                    new("domain", null),
                    new("error", $"{parsed.Error.Code} at {OneCharacterEdits.Position(parsed.Error.Position, text, edit)}: {Shortened(parsed.Error.Reason)}"),
                ];
        });

    // RFC 5322 section 3.2.3: the specials but the dot.
    [Fact]
    public void Each_character_of_a_local_part()
    {
        for (var c = '\0'; c < 0x180; c++)
        {
            var isSpecial = "()<>[]:;@\\,\"".Contains(c, StringComparison.Ordinal);
            Assert.Equal(!isSpecial && !char.IsControl(c), ReversePath.Parse($"a{c}b@c.ex").IsSuccess);
            Assert.Equal(c is not ('"' or '\\') && !char.IsControl(c), ReversePath.Parse($"\"a{c}\"@c.ex").IsSuccess);
            Assert.Equal(!char.IsControl(c), ReversePath.Parse($"\"a\\{c}\"@c.ex").IsSuccess);
            if (char.IsControl(c))
            {
                Assert.Equal($"the character U+{(int)c:X4} is not allowed here in a local part (RFC 5321 section 4.1.2)", Error($"ab{c}@c.ex", SyntaxErrorCode.Malformed, 2));
                Assert.Equal($"the character U+{(int)c:X4} is not allowed here in a local part (RFC 5321 section 4.1.2)", Error($"\"{c}\"@c.ex", SyntaxErrorCode.Malformed, 1));
                Assert.Equal($"the character U+{(int)c:X4} is not allowed here in a local part (RFC 5321 section 4.1.2)", Error($"\"ab{c}", SyntaxErrorCode.Malformed, 3));
            }
            else if (isSpecial && c != '@')
            {
                Assert.Equal($"the character U+{(int)c:X4} is not allowed here in a local part (RFC 5321 section 4.1.2)", Error($"a{c}b@c.ex", SyntaxErrorCode.Malformed, 1));
            }
        }
    }

    [Fact]
    public void What_is_refused_says_why()
    {
        Assert.Equal("a reverse-path of 1025 characters exceeds 1024 (RFC 5321 section 4.5.3.1.3)", Error(new string('a', 1020) + "@c.ex", SyntaxErrorCode.TooLong, 1024));
        Assert.True(ReversePath.Parse(new string('a', 1019) + "@c.ex").IsSuccess);
        const string NoEnd = "the reverse-path has no closing \">\" at its end (RFC 5321 section 4.1.2)";
        Assert.Equal(NoEnd, Error("<", SyntaxErrorCode.Missing, 1));
        Assert.Equal(NoEnd, Error("<a@c.ex", SyntaxErrorCode.Missing, 7));
        Assert.Equal(NoEnd, Error("<a@c.ex> ", SyntaxErrorCode.Missing, 9));
        const string NoDomain = "the reverse-path has no \"@\" and domain after its local part (RFC 5321 section 4.1.2)";
        Assert.Equal(NoDomain, Error("a", SyntaxErrorCode.Missing, 1));
        Assert.Equal(NoDomain, Error("<a>", SyntaxErrorCode.Missing, 2));
        Assert.Equal(NoDomain, Error("\"a\"b@c.ex", SyntaxErrorCode.Missing, 3));
        Assert.Equal(NoDomain, Error("\"a\"", SyntaxErrorCode.Missing, 3));
        Assert.Equal(NoDomain, Error("<@a:b>", SyntaxErrorCode.Missing, 5));
        Assert.Equal(NoDomain, Error("<@a:>", SyntaxErrorCode.Missing, 4));
        const string NoQuote = "the quoted local part has no end (RFC 5321 section 4.1.2)";
        Assert.Equal(NoQuote, Error("\"", SyntaxErrorCode.Missing, 0));
        Assert.Equal(NoQuote, Error("\"a@c.ex", SyntaxErrorCode.Missing, 0));
        Assert.Equal(NoQuote, Error("<\"a>", SyntaxErrorCode.Missing, 1));
        Assert.Equal(NoQuote, Error("<\"a\\\">", SyntaxErrorCode.Missing, 1));
        const string BadRoute = "a source route is \"@\" and a domain, separated by commas (RFC 5321 section 4.1.2)";
        Assert.Equal(BadRoute, Error("@:a@c.ex", SyntaxErrorCode.Malformed, 0));
        Assert.Equal(BadRoute, Error("<@a,b:c@d>", SyntaxErrorCode.Malformed, 4));
        Assert.Equal(BadRoute, Error("<@a,:c@d>", SyntaxErrorCode.Malformed, 4));
        Assert.Equal(BadRoute, Error("<@a,@b,@c d:e@f>", SyntaxErrorCode.Malformed, 7));
    }

    [Theory]
    [InlineData("<@a:b@c>", "b@c", "b", "c")]
    [InlineData("<@a,@b,@c:d@e>", "d@e", "d", "e")]
    [InlineData("@a:b@c", "b@c", "b", "c")]
    [InlineData("<@a:\"b:c\"@d>", "\"b:c\"@d", "\"b:c\"", "d")]
    [InlineData("<@a:@b>", "@b", "", "b")]
    [InlineData("@[IPv6:::1]", "@[IPv6:::1]", "", null)]
    [InlineData("<@[IPv6:::1]>", "@[IPv6:::1]", "", null)]
    [InlineData("@a:b@[IPv6:::1]", "b@[IPv6:::1]", "b", null)]
    [InlineData("<b>", null, null, null)]
    [InlineData("a@[1.2.3.4]", "a@[1.2.3.4]", "a", null)]
    [InlineData("a@[::1]", "a@[::1]", "a", null)]
    [InlineData("a@[ipv6:::1]", "a@[ipv6:::1]", "a", null)]
    [InlineData("a@[IPv6:1.2.3.4]", "a@[IPv6:1.2.3.4]", "a", null)]
    [InlineData("a@[IPv7:::1]", null, null, null)]
    [InlineData("a@[]", null, null, null)]
    [InlineData("a@[", null, null, null)]
    [InlineData("a@[1", null, null, null)]
    [InlineData("a@[1]", "a@[1]", "a", null)]
    [InlineData("a@1]", null, null, null)]
    [InlineData("a@\\1]", null, null, null)]
    [InlineData("a@[1^", null, null, null)]
    [InlineData("a@b.", "a@b.", "a", "b")]
    [InlineData("a@b..", null, null, null)]
    [InlineData("a@.", null, null, null)]
    [InlineData("<a@b.>", "a@b.", "a", "b")]
    [InlineData("a b@c", "a b@c", "a b", "c")]
    [InlineData("<a@b", null, null, null)]
    [InlineData("a@b>", null, null, null)]
    public void Each_form_of_a_path(string text, string? address, string? localPart, string? domain)
    {
        var path = ReversePath.Parse(text).Value;
        Assert.Equal((address, localPart, domain), (path?.Address, path?.LocalPart, path?.Domain?.ToString()));
        Assert.Equal((address is null ? null : $"<{address}>", address is null ? null : false), (path?.ToString(), path?.IsNull));
        Assert.Equal(localPart?.Length, path?.LocalPartLength);
    }

    [Fact]
    public void The_null_path_is_one_and_the_same()
    {
        Assert.Same(ReversePath.Null, ReversePath.Parse(string.Empty).Value);
        Assert.Same(ReversePath.Null, ReversePath.Parse("<>").Value);
        Assert.Equal((string.Empty, string.Empty, 0), (ReversePath.Null.Address, ReversePath.Null.LocalPart, ReversePath.Null.LocalPartLength));
        const string Written = "a@c.ex";
        Assert.Same(Written, ReversePath.Parse(Written).Value!.Address);
    }

    // The position of an error in the domain counts from the path's start.
    [Theory]
    [InlineData("a@b c", 3)]
    [InlineData("<a@b c>", 4)]
    [InlineData("<@x:a@b c>", 7)]
    public void An_error_in_the_domain_says_where_it_is_in_the_path(string text, int position)
    {
        var error = ReversePath.Parse(text).Error!;
        var own = DomainName.Parse("b c").Error!;
        Assert.Equal((own.Code, own.Reason, position), (error.Code, error.Reason, error.Position));
    }

    private static string Error(string text, SyntaxErrorCode code, int position)
    {
        var parsed = ReversePath.Parse(text);
        Assert.False(parsed.IsSuccess, text);
        Assert.Equal((code, position), (parsed.Error.Code, parsed.Error.Position));
        return parsed.Error.Reason;
    }

    // The character is that of the edit, or the texts of the other tests have it.
    private static string Shortened(string reason) => reason.StartsWith("the character", StringComparison.Ordinal) ? reason[21..Math.Min(51, reason.Length)] : reason[..Math.Min(30, reason.Length)];
}
