using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>The whole text of each refusal, for each action.</summary>
public class RefusalReplyTextTests
{
    public static TheoryData<string, string, string, string> Replies => new()
    {
        { "policy", "7.26", "the DMARC policy of p.example asks to reject mail that fails (RFC 9989)", "" },
        { "policy quarantine", "7.26", "the DMARC policy of p.example asks to quarantine mail that fails (RFC 9989)", "" },
        { "policy of author", "7.26", "the DMARC policy of a.example asks to reject mail that fails (RFC 9989)", "" },
        { "policy of nobody", "7.26", "the DMARC policy of  asks to reject mail that fails (RFC 9989)", "" },
        { "undecided", "4.3", "a DNS query failed, and it is not known whether the message fails the DMARC policy of p.example", "" },
        { "undecided of author", "4.3", "a DNS query failed, and it is not known whether the message fails the DMARC policy of a.example", "" },
        { "undecided without SPF", "4.3", "SPF was not checked, and it is not known whether the message fails the DMARC policy of p.example", "" },
        { "error", "4.3", "a DNS query failed, and DMARC of a.example could not be checked", "" },
        { "error without SPF", "4.3", "SPF was not checked, and DMARC of a.example could not be checked", "" },
        { "author", "6.0", "the message has no From field (RFC 5322 section 3.6.2)", "" },
        { "author with policy", "6.0", "the message has no From field, and the DMARC policy of p.example asks to quarantine such mail (RFC 5322 section 3.6.2)", "" },
        { "author with many", "6.0", "the message has no From field, more than can be looked up (RFC 5322 section 3.6.2)", "" },
        { "exception", "7.1", "local policy refuses such mail", "" },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public void Each_refusal_has_its_code_and_its_text(string kind, string code, string text, string none)
    {
        Assert.Equal($"550 5.{code} Not accepted: {text}", Reply(kind, DispositionAction.Reject)?.ToString());
        Assert.Equal($"451 4.{code} Not accepted now: {text}; try again later", Reply(kind, DispositionAction.TempFail)?.ToString());
        Assert.Equal((none, none), (Reply(kind, DispositionAction.Accept)?.ToString() ?? "", Reply(kind, DispositionAction.Quarantine)?.ToString() ?? ""));
    }

    [Fact]
    public void Those_that_have_one_action_only()
    {
        Assert.Equal("552 5.3.4 Not accepted: the header is long", RefusalReply.OfHeaderLimit("the header is long").ToString());
        Assert.Equal("451 4.7.1 Not accepted now: the client is not known, and local policy refuses mail of some clients; try again later", RefusalReply.OfUnknownClient()?.ToString());
    }

    [Theory]
    [InlineData("IncompleteHeader", "the header is too large to find the From field")]
    [InlineData("NoField", "the message has no From field")]
    [InlineData("SeveralFields", "the message has more than one From field")]
    [InlineData("Malformed", "the From field is malformed")]
    [InlineData("NoAddress", "the From field has no address")]
    [InlineData("SeveralDomains", "the From field names more than one domain")]
    [InlineData("UnusableDomain", "the domain in the From field is not a domain name")]
    [InlineData("None", "the From field does not name one author domain")]
    public void Each_defect_of_the_author(string defect, string text) => Assert.Equal(
        $"550 5.6.0 Not accepted: {text} (RFC 5322 section 3.6.2)",
        RefusalReply.OfAuthor(DispositionAction.Reject, Enum.Parse<AuthorDefect>(defect), null, DmarcPolicy.None)?.ToString());

    // Each octet that a name in the DNS may have.
    [Fact]
    public void Only_letters_digits_dots_hyphens_and_underscores_are_shown()
    {
        const string Plain = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
        var count = 0;
        for (var c = '\u0001'; c < 256; c++)
        {
            if (DomainName.ParseDnsName($"x{c}y.example").Value is { } domain)
            {
                count++;
                var reply = RefusalReply.OfPolicy(DispositionAction.Reject, new DmarcResult { Code = DmarcResultCode.Fail, PolicyDomain = domain }, DmarcPolicy.Reject)!;
                var shown = string.Concat(domain.ToString().Select(one => Plain.Contains(one, StringComparison.Ordinal) ? one : '?'));
                Assert.Equal($"Not accepted: the DMARC policy of {shown} asks to reject mail that fails (RFC 9989)", reply.Text);
            }
        }

        Assert.InRange(count, Plain.Length + 1, 255);
    }

    private static SmtpReply? Reply(string kind, DispositionAction action)
    {
        var policy = new DmarcResult { Code = DmarcResultCode.Fail, AuthorDomain = Name("a.example"), PolicyDomain = Name("p.example") };
        var author = new DmarcResult { Code = DmarcResultCode.Fail, AuthorDomain = Name("a.example") };
        var nobody = new DmarcResult { Code = DmarcResultCode.Fail };
        var withoutSpf = new DmarcResult(policy) { ReasonKind = DmarcReason.SpfNotChecked };
        return kind switch
        {
            "policy" => RefusalReply.OfPolicy(action, policy, DmarcPolicy.Reject),
            "policy quarantine" => RefusalReply.OfPolicy(action, policy, DmarcPolicy.Quarantine),
            "policy of author" => RefusalReply.OfPolicy(action, author, DmarcPolicy.Reject),
            "policy of nobody" => RefusalReply.OfPolicy(action, nobody, DmarcPolicy.Reject),
            "undecided" => RefusalReply.OfTemporaryError(action, policy, isUndecided: true),
            "undecided of author" => RefusalReply.OfTemporaryError(action, author, isUndecided: true),
            "undecided without SPF" => RefusalReply.OfTemporaryError(action, withoutSpf, isUndecided: true),
            "error" => RefusalReply.OfTemporaryError(action, policy, isUndecided: false),
            "error without SPF" => RefusalReply.OfTemporaryError(action, withoutSpf, isUndecided: false),
            "author" => RefusalReply.OfAuthor(action, AuthorDefect.NoField, null, DmarcPolicy.Reject),
            "author with policy" => RefusalReply.OfAuthor(action, AuthorDefect.NoField, policy, DmarcPolicy.Quarantine),
            "author with many" => RefusalReply.OfAuthor(action, AuthorDefect.NoField, nobody, DmarcPolicy.Reject),
            _ => RefusalReply.OfException(action),
        };
    }

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;
}
