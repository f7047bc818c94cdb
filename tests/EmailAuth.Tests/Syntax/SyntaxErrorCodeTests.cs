using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>What kind of fault the readers of names, paths and records find.</summary>
public class SyntaxErrorCodeTests
{
    [Theory]
    [InlineData("", SyntaxErrorCode.Missing)]
    [InlineData("a..example", SyntaxErrorCode.Malformed)]
    [InlineData("a b.example", SyntaxErrorCode.Malformed)]
    [InlineData("a\u2028.example", SyntaxErrorCode.Malformed)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123.example", SyntaxErrorCode.TooLong)]
    public void Of_a_domain_name(string text, SyntaxErrorCode code) => Assert.Equal(code, DomainName.Parse(text).Error!.Code);

    [Fact]
    public void Of_a_domain_name_that_is_too_long()
    {
        Assert.Equal(SyntaxErrorCode.TooLong, DomainName.Parse(string.Join('.', Enumerable.Repeat("label", 50))).Error!.Code);
        Assert.Equal(SyntaxErrorCode.TooLong, DomainName.Parse(string.Join('.', Enumerable.Repeat("läbel", 50))).Error!.Code);
    }

    [Theory]
    [InlineData("<a@example.com", SyntaxErrorCode.Missing)]
    [InlineData("alice", SyntaxErrorCode.Missing)]
    [InlineData("\"alice@example.com", SyntaxErrorCode.Missing)]
    [InlineData("@a,b:alice@example.com", SyntaxErrorCode.Malformed)]
    [InlineData("a;b@example.com", SyntaxErrorCode.Malformed)]
    [InlineData("alice@example..com", SyntaxErrorCode.Malformed)]
    [InlineData("alice@", SyntaxErrorCode.Missing)]
    public void Of_a_reverse_path(string text, SyntaxErrorCode code) => Assert.Equal(code, ReversePath.Parse(text).Error!.Code);

    [Fact]
    public void Of_a_reverse_path_that_is_too_long() =>
        Assert.Equal(SyntaxErrorCode.TooLong, ReversePath.Parse(new string('a', 1025)).Error!.Code);

    [Theory]
    [InlineData("v=spf2", SyntaxErrorCode.Unsupported)]
    [InlineData("v=spf1 oops", SyntaxErrorCode.Unsupported)]
    [InlineData("v=spf1 all:x", SyntaxErrorCode.Malformed)]
    [InlineData("v=spf1 include", SyntaxErrorCode.Missing)]
    [InlineData("v=spf1 include:", SyntaxErrorCode.Missing)]
    [InlineData("v=spf1 include:a", SyntaxErrorCode.Malformed)]
    [InlineData("v=spf1 a/x", SyntaxErrorCode.Malformed)]
    [InlineData("v=spf1 a/33", SyntaxErrorCode.OutOfRange)]
    [InlineData("v=spf1 ip4", SyntaxErrorCode.Missing)]
    [InlineData("v=spf1 ip4:1.2.3", SyntaxErrorCode.Malformed)]
    [InlineData("v=spf1 ip6", SyntaxErrorCode.Missing)]
    [InlineData("v=spf1 ip6:1.2.3.4", SyntaxErrorCode.Malformed)]
    [InlineData("v=spf1 ip6:::1/129", SyntaxErrorCode.OutOfRange)]
    [InlineData("v=spf1 redirect=a.example redirect=b.example", SyntaxErrorCode.Duplicate)]
    [InlineData("v=spf1 exists:%{d", SyntaxErrorCode.Missing)]
    [InlineData("v=spf1 exists:%a", SyntaxErrorCode.Malformed)]
    [InlineData("v=spf1 exists:%{q}", SyntaxErrorCode.Unsupported)]
    [InlineData("v=spf1 exists:%{t}", SyntaxErrorCode.Inconsistent)]
    [InlineData("v=spf1 exists:%{d0}", SyntaxErrorCode.OutOfRange)]
    [InlineData("v=spf1 exists:%{d;}", SyntaxErrorCode.Malformed)]
    [InlineData("v=spf1 exists:\u0001", SyntaxErrorCode.Malformed)]
    public void Of_an_SPF_record(string text, SyntaxErrorCode code) => Assert.Equal(code, SpfRecord.Parse(text).Error!.Code);

    [Theory]
    [InlineData("p=none", SyntaxErrorCode.Missing)]
    [InlineData("v=DMARC2; p=none", SyntaxErrorCode.Unsupported)]
    public void Of_a_DMARC_record(string text, SyntaxErrorCode code) => Assert.Equal(code, DmarcRecord.Parse(text).Error!.Code);

    [Theory]
    [InlineData("1=x")]
    [InlineData("a")]
    public void Of_a_tag_list(string text) => Assert.Equal(SyntaxErrorCode.Malformed, TagList.Read(text).Error!.Code);
}
