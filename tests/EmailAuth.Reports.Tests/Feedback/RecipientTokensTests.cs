using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Tests.Reading;

namespace EmailAuth.Reports.Tests.Feedback;

/// <summary>By what the sender of a message finds who complained.</summary>
public sealed class RecipientTokensTests
{
    public static TheoryData<string, string?, string> Paths => new()
    {
        { "bounces+joe=example.org@list.example", "joe@example.org", "after a plus" },
        { "bounces-joe=example.org@list.example", "joe@example.org", "after a hyphen" },
        { "bounces+mary-ann=example.org@list.example", "mary-ann@example.org", "with a plus, a hyphen belongs to the recipient" },
        { "list-bounces+42-joe=example.org@list.example", "42-joe@example.org", "the number of the message cannot be told from the recipient" },
        { "joe@example.org", null, "no token" },
        { "joe=example.org@list.example", null, "nothing before the recipient" },
        { "bounces+joe=@list.example", null, "no domain" },
        { "bounces+=example.org@list.example", null, "no local part" },
        { "bounces+a=b=example.org@list.example", null, "two equals signs" },
        { "msprvs1=18345abc=bounces-1@bounces.example", null, "an identifier of a provider, not an address" },
        { "bounces+joe=example.org", null, "no host" },
        { "=@", null, "nothing" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_recipient_in_a_return_path(string path, string? expected, string why)
    {
        Assert.True(why.Length > 0);
        Assert.Equal(expected, RecipientTokens.RecipientOf(path));
    }

    [Fact]
    public async Task All_tokens_come_from_the_header_of_the_message()
    {
        var report = await Sample.ReadOneAsync(Sample.Feedback(
            "Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\nOriginal-Mail-From: <other@list.example>\nOriginal-Rcpt-To: <joe@example.org>\n",
            """
            Return-Path: <news+joe=example.org@list.example>
            From: news@list.example
            Message-ID: <m.1@list.example>
            Feedback-ID: campaign:customer:news:sender1
            CFBL-Address: fbl@list.example; report=arf
            CFBL-Feedback-ID: 111:222:
              333:4444 (folded)
            List-Unsubscribe: <https://list.example/u?t=1>,
              <mailto:u@list.example?subject=1>
            """));
        Assert.True(report.Feedback!.IsCfbl);
        Assert.Equal(
            [
                (RecipientTokenKind.OriginalRecipient, "joe@example.org"),
                (RecipientTokenKind.CfblFeedbackId, "111:222:333:4444"),
                (RecipientTokenKind.ReturnPath, "news+joe=example.org@list.example"),
                (RecipientTokenKind.FeedbackId, "campaign:customer:news:sender1"),
                (RecipientTokenKind.ListUnsubscribe, "https://list.example/u?t=1"),
                (RecipientTokenKind.ListUnsubscribe, "mailto:u@list.example?subject=1"),
                (RecipientTokenKind.MessageId, "m.1@list.example"),
            ],
            report.Feedback.Tokens.Select(token => (token.Kind, token.Value)));
    }

    // RFC 9477 section 3.5: the third part must contain the Message-ID and the CFBL-Feedback-ID.
    [Fact]
    public async Task A_complaint_by_CFBL_needs_both_ids()
    {
        var report = await Sample.ReadOneAsync(Sample.Feedback("Feedback-Type: abuse\nUser-Agent: x\nVersion: 1\n", "From: a@b.example\nCFBL-Address: fbl@b.example\n"));
        Assert.Equal(["CFBL-Feedback-ID", "Message-ID"], report.Findings.Where(finding => finding.Code == ReportFindingCode.CfblFieldMissing).SelectMany(finding => finding.Arguments));
    }
}
