using System.Text;
using EmailAuth.Results;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Results;

public class AuthenticationResultsReaderTests
{
    [Fact]
    public void Section_B_2_none()
    {
        var read = Read("example.org 1; none");
        Assert.Equal("example.org", read.AuthservId);
        Assert.Equal(1, read.Version);
        Assert.Empty(read.Results);
    }

    [Fact]
    public void Section_B_3_one_result()
    {
        var result = Assert.Single(Read("example.com;\r\n          spf=pass smtp.mailfrom=example.net").Results);
        Assert.Equal(("spf", "pass"), (result.Method, result.Result));
        Assert.Equal(["smtp.mailfrom=example.net"], result.Properties.Texts());
    }

    [Fact]
    public void Section_B_4_two_results_with_a_comment()
    {
        var read = Read("example.com;\r\n auth=pass (cleartext) smtp.auth=sender@example.net;\r\n spf=pass smtp.mailfrom=example.net");
        Assert.Equal("cleartext", read.Results[0].Comment);
        Assert.Equal("sender@example.net", read.Results[0].Properties[0].Value);
        Assert.Equal("spf", read.Results[1].Method);
    }

    [Fact]
    public void Section_B_6_a_reason()
    {
        var read = Read("example.com;\r\n dkim=pass reason=\"good signature\"\r\n header.i=@mail-router.example.net;\r\n dkim=fail reason=\"bad signature\"\r\n header.i=@newyork.example.com");
        Assert.Equal(["good signature", "bad signature"], read.Results.Select(r => r.Reason));
        Assert.Equal("@mail-router.example.net", read.Results[0].Properties[0].Value);
    }

    [Fact]
    public void Section_B_7_comments_stand_everywhere()
    {
        var read = Read(
            """
            foo.example.net (foobar) 1 (baz);
                dkim (Because I like it) / 1 (One yay) = (wait for it) fail
                  policy (A dot can go here) . (like that) expired
                  (this surprised me) = (as I wasn't expecting it) 1362471462
            """.ReplaceLineEndings("\r\n"));
        Assert.Equal(("foo.example.net", 1), (read.AuthservId, read.Version));
        var result = Assert.Single(read.Results);
        Assert.Equal(("dkim", "fail"), (result.Method, result.Result));
        Assert.Equal(["policy.expired=1362471462"], result.Properties.Texts());
    }

    [Fact]
    public void An_ARC_Authentication_Results_field_has_an_instance()
    {
        var read = Read(" i=2; gmail.example; spf=fail smtp.from=jqd@d1.example; arc=pass (as.0.d1=pass, ams.1.d1=pass)");
        Assert.Equal((2, "gmail.example", 2), (read.Instance, read.AuthservId, read.Results.Length));
        Assert.Equal("as.0.d1=pass, ams.1.d1=pass", read.Results[1].Comment);
    }

    [Theory]
    [InlineData("\"mx/1 a\"; none", "mx/1 a")]
    [InlineData("\"a\\\"b\"; none", "a\"b")]
    [InlineData("mail.example.org/abc; none", "mail.example.org/abc")] // no token, yet in use
    [InlineData("bücher.example; none", "bücher.example")] // RFC 8616
    [InlineData("(c) a ((d) e); none", "a")]
    [InlineData("a", "a")] // nothing after the authserv-id: no results
    [InlineData("i; none", "i")] // "i" may be an authserv-id
    public void An_authserv_id_is_read(string value, string expected) => Assert.Equal(expected, Read(value).AuthservId);

    [Theory]
    [InlineData("a; spf=pass smtp.mailfrom=\"a b\"@example.com", "\"a b\"@example.com")]
    [InlineData("a; spf=pass smtp.mailfrom=\"a;b\\\\c\"", "a;b\\c")]
    [InlineData("a; spf=pass smtp.mailfrom=\"a\r\n b\"", "a b")] // folding in a quoted-string
    [InlineData("a; spf=pass smtp.mailfrom=;", "")] // a bounce
    [InlineData("a; spf=pass smtp.mailfrom=\"\"", "")]
    [InlineData("a; spf=pass smtp.mailfrom=2001:db8::1", "2001:db8::1")]
    [InlineData("a; spf=pass smtp.mailfrom=ab/cd=(c)", "ab/cd=")]
    public void A_value_is_read(string value, string expected) =>
        Assert.Equal(expected, Assert.Single(Assert.Single(Read(value).Results).Properties).Value);

    [Fact]
    public void A_semicolon_in_a_comment_separates_nothing()
    {
        var read = Read("a; dkim=pass (x; spf=fail) header.d=b (;); spf=pass (\\);)");
        Assert.Equal(["dkim=pass", "spf=pass"], read.Results.Select(r => $"{r.Method}={r.Result}"));
        Assert.Equal(");", read.Results[1].Comment);
    }

    [Fact]
    public void More_than_16_results_are_read()
    {
        var value = "a" + string.Concat(Enumerable.Range(0, 100).Select(i => $"; x{i}=pass"));
        Assert.Equal(100, Read(value).Results.Length);
    }

    [Theory]
    [InlineData("", 0, "no authserv-id", SyntaxErrorCode.Missing)]
    [InlineData("; spf=pass", 0, "no authserv-id", SyntaxErrorCode.Missing)]
    [InlineData("a; (null)=pass", 9, "method is missing", SyntaxErrorCode.Missing)] // a comment, then no method
    [InlineData("a; dkim=(null)", 14, "has no result", SyntaxErrorCode.Missing)]
    [InlineData("a; dkim=pass (null", 18, "comment does not end", SyntaxErrorCode.Malformed)]
    [InlineData("a; dkim=pass header.d=\"x", 22, "quoted-string does not end", SyntaxErrorCode.Malformed)]
    [InlineData("\"a; none", 0, "quoted-string does not end", SyntaxErrorCode.Malformed)]
    [InlineData("a b; none", 2, "version", SyntaxErrorCode.Malformed)]
    [InlineData("a 9999999999; none", 2, "version", SyntaxErrorCode.Malformed)]
    [InlineData("a; none; spf=pass", 9, "beside \"none\"", SyntaxErrorCode.Inconsistent)]
    [InlineData("a; spf=pass; none", 13, "beside \"none\"", SyntaxErrorCode.Inconsistent)]
    [InlineData("a; spf", 6, "followed by \"=\"", SyntaxErrorCode.Malformed)]
    [InlineData("a; spf=pass smtp.=x", 17, "has no name", SyntaxErrorCode.Missing)]
    [InlineData("a; spf=pass smtp", 16, "followed by \"=\"", SyntaxErrorCode.Malformed)]
    [InlineData("a; spf/x=pass", 7, "not a number", SyntaxErrorCode.Malformed)]
    [InlineData("i=0; a; none", 2, "instance", SyntaxErrorCode.OutOfRange)]
    [InlineData("i=x; a; none", 2, "instance", SyntaxErrorCode.OutOfRange)]
    [InlineData("i=1 a; none", 4, "followed by \";\"", SyntaxErrorCode.Missing)]
    public void What_cannot_be_read_says_why_and_where(string value, int position, string reason, SyntaxErrorCode code)
    {
        var read = AuthenticationResultsReader.Parse(value.AsSpan());
        Assert.False(read.IsSuccess);
        Assert.Equal((code, position), (read.Error.Code, read.Error.Position));
        Assert.Contains(reason, read.Error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_named_when_they_bite()
    {
        var options = new AuthenticationResultsReaderOptions { MaxResults = 2, MaxLength = 64 };
        Assert.Contains("MaxResults", AuthenticationResultsReader.Parse("a; b=c; d=e; f=g".AsSpan(), options).Error!.Reason, StringComparison.Ordinal);
        Assert.True(AuthenticationResultsReader.Parse("a; b=c; d=e;".AsSpan(), options).IsSuccess);
        Assert.Contains("MaxLength", AuthenticationResultsReader.Parse(new string('a', 65).AsSpan(), options).Error!.Reason, StringComparison.Ordinal);
        Assert.Contains("MaxLength", AuthenticationResultsReader.Parse(new byte[65], options).Error!.Reason, StringComparison.Ordinal);
        Assert.Equal(SyntaxErrorCode.TooLong, AuthenticationResultsReader.Parse("a; b=c; d=e; f=g".AsSpan(), options).Error!.Code);
        Assert.Equal(SyntaxErrorCode.TooLong, AuthenticationResultsReader.Parse(new byte[65], options).Error!.Code);
        Assert.Throws<ArgumentOutOfRangeException>(() => new AuthenticationResultsReaderOptions { MaxResults = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AuthenticationResultsReaderOptions { MaxLength = 63 });
    }

    [Fact]
    public void Deep_comments_cost_no_stack()
    {
        var depth = 30_000;
        var value = "a; spf=pass " + new string('(', depth) + new string(')', depth) + " smtp.helo=b";
        Assert.Equal("b", Read(value).Results[0].Properties[0].Value);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_replaced()
    {
        byte[] value = [.. "a; spf=pass smtp.helo=\""u8, 0xff, .. "\""u8];
        Assert.Equal("\ufffd", AuthenticationResultsReader.Parse(value).Value!.Results[0].Properties[0].Value);
    }

    [Property(MaxTest = 500)]
    public void No_bytes_make_it_throw(byte[] value) => AssertDecides(AuthenticationResultsReader.Parse(value).Error?.Reason, value);

    [Property(MaxTest = 1000)]
    public void No_arrangement_of_the_grammars_own_parts_makes_it_throw(byte[] choices)
    {
        string[] parts = ["a", "spf", "=", "pass", ";", ".", "/", "(", ")", "\"", "\\", " ", "\r\n ", "i", "1", "none", "reason", "@", "é"];
        var value = Encoding.UTF8.GetBytes(string.Concat(choices.Select(c => parts[c % parts.Length])));
        AssertDecides(AuthenticationResultsReader.Parse(value).Error?.Reason, value);
    }

    private static void AssertDecides(string? reason, byte[] value) => Assert.True(reason is null or { Length: > 10 }, Convert.ToHexString(value));

    private static AuthenticationResults Read(string value)
    {
        var read = AuthenticationResultsReader.Parse(value.AsSpan());
        Assert.True(read.IsSuccess, read.Error?.ToString());
        return read.Value;
    }
}
