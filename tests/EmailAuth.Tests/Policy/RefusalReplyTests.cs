using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>The text of a refusal: a domain in it has only characters that every reader understands alike.</summary>
public class RefusalReplyTests
{
    [Theory]
    [InlineData("a-b_c.example", "a-b_c.example")]
    [InlineData("/a;b\\c.example/", "?a?b?c.example?")]
    public void A_domain_is_shown_in_plain_characters(string domain, string shown)
    {
        var dmarc = new DmarcResult { Code = DmarcResultCode.Fail, Reason = "x", AuthorDomain = DomainName.ParseDnsName(domain).Value! };
        Assert.Equal(
            $"550 5.7.26 Not accepted: the DMARC policy of {shown} asks to reject mail that fails (RFC 9989)",
            RefusalReply.OfPolicy(DispositionAction.Reject, dmarc, DmarcPolicy.Reject)?.ToString());
    }

    [Fact]
    public void Each_defect_of_the_author_has_words_of_its_own()
    {
        var replies = Enum.GetValues<AuthorDefect>().Select(static defect => RefusalReply.OfAuthor(DispositionAction.Reject, defect, null, DmarcPolicy.None)!.ToString()).ToArray();
        Assert.Equal(replies.Length, replies.Distinct().Count());
        Assert.Equal(
            "550 5.6.0 Not accepted: the From field does not name one author domain (RFC 5322 section 3.6.2)",
            RefusalReply.OfAuthor(DispositionAction.Reject, AuthorDefect.None, null, DmarcPolicy.None)!.ToString());
    }
}
