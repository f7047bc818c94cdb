using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Inspection.Senders;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Senders;

/// <summary>What a message shows of the rules for senders, on messages that are really signed (with the key of RFC 8463 appendix A.2).</summary>
public class SampleMessageTests
{
    private const string Key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
    private const string PublicKey = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    private const string OneClick = "List-Unsubscribe: <mailto:u@example.com>, <https://example.com/u?x=1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";

    private static readonly string[] All =
        ["From", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "CFBL-Address", "CFBL-Feedback-ID"];

    public static TheoryData<string, OneClickUnsubscribe, string> OneClicks => new()
    {
        { OneClick, OneClickUnsubscribe.Works, "an https URI beside another" },
        { "", OneClickUnsubscribe.Absent, "no field" },
        { OneClick.Replace("https:", "http:", StringComparison.Ordinal), OneClickUnsubscribe.Invalid, "not https" },
        { OneClick.Replace("<mailto:u@example.com>", "<https://example.com/v>", StringComparison.Ordinal), OneClickUnsubscribe.Invalid, "two https URIs" },
        { OneClick.Replace("=One-Click", "=Yes", StringComparison.Ordinal), OneClickUnsubscribe.Invalid, "another value" },
        { OneClick.Split("\r\n")[0] + "\r\n", OneClickUnsubscribe.Absent, "only the first field, as a discussion list has it (RFC 2369)" },
        { OneClick.Replace("<mailto:u@example.com>", "<http://example.com/u>", StringComparison.Ordinal), OneClickUnsubscribe.Invalid, "an http URI beside the https one" },
        { OneClick.Split("\r\n")[1] + "\r\n", OneClickUnsubscribe.Invalid, "only the second field" },
        { OneClick + OneClick, OneClickUnsubscribe.Invalid, "both fields twice" },
        { OneClick.Replace("<https:", "<https ", StringComparison.Ordinal), OneClickUnsubscribe.Invalid, "a URI without its colon" },
        { OneClick.Replace("<https://example.com/u?x=1>", "<https://exam\r\n ple.com/u>", StringComparison.Ordinal), OneClickUnsubscribe.Works, "white space in a URI is ignored (RFC 2369)" },
        { OneClick.Replace(">\r\n", "\r\n", StringComparison.Ordinal), OneClickUnsubscribe.Invalid, "an open bracket" },
    };

    [Theory]
    [MemberData(nameof(OneClicks))]
    public async Task One_click_unsubscribe(string fields, OneClickUnsubscribe expected, string why)
    {
        var message = await ReadAsync(fields);
        Assert.True(expected == message.OneClick, $"{why}: {message.OneClick}");
        Assert.Equal(expected == OneClickUnsubscribe.Works, message.Findings.IsEmpty);
    }

    [Theory]
    [InlineData("", FindingSeverity.Note)]
    [InlineData("List-Unsubscribe: <mailto:leave@example.com>\r\n", FindingSeverity.Warning)]
    [InlineData("List-Id: <news.example.com>\r\n", FindingSeverity.Warning)]
    public async Task A_message_that_does_not_offer_one_click_has_no_error(string fields, FindingSeverity expected)
    {
        var message = await ReadAsync(fields);
        var finding = Assert.Single(message.Findings);
        Assert.Equal((OneClickUnsubscribe.Absent, FindingCode.OneClickAbsent, expected), (message.OneClick, finding.Code, finding.Severity));
    }

    [Fact]
    public async Task One_click_unsubscribe_needs_both_fields_in_the_signature()
    {
        var message = await ReadAsync(OneClick, signed: ["From", "Subject", "List-Unsubscribe"]);
        Assert.Equal(OneClickUnsubscribe.Unsigned, message.OneClick);
        Assert.Contains(message.Findings, finding => finding is { Code: FindingCode.OneClickUnsigned, Severity: FindingSeverity.Error });
    }

    [Fact]
    public async Task A_signature_of_another_organization_covers_nothing()
    {
        var message = await ReadAsync(OneClick, signer: "example.net");
        Assert.Equal((OneClickUnsubscribe.Unsigned, false), (message.OneClick, message.IsDkimAligned));
        Assert.Empty(message.SelectorsOf(DomainName.Parse("example.net").Value!));
    }

    [Fact]
    public async Task A_signature_of_a_parent_of_the_organization_is_not_aligned()
    {
        // Without a known organizational domain a signature of "com" would be one of everybody.
        var message = await ReadAsync(OneClick, signer: "com");
        Assert.Equal((OneClickUnsubscribe.Unsigned, false), (message.OneClick, message.IsDkimAligned));
    }

    [Fact]
    public async Task The_selectors_of_the_domain_are_known_from_the_message() =>
        Assert.Equal(["s1"], (await ReadAsync(OneClick)).SelectorsOf(DomainName.Parse("example.com").Value!));

    [Theory]
    [InlineData("Feedback-ID: c1:cust:promo:sender1", true)]
    [InlineData("Feedback-ID: :::sender1", true)] // the first parts may be empty
    [InlineData("Feedback-ID: c1:cust:promo:abcd", false)] // SenderId is too short
    [InlineData("Feedback-ID: c1:cust:promo:abcdefghijklmnop", false)] // and too long
    [InlineData("Feedback-ID: a:b:c:d:sender1", false)] // five parts
    [InlineData("Subject: x", null)]
    public async Task Feedback_id(string field, bool? expected) => Assert.Equal(expected, (await ReadAsync($"{OneClick}{field}\r\n")).HasFeedbackId);

    [Fact]
    public async Task Feedback_id_must_be_signed() => Assert.Contains(
        (await ReadAsync($"{OneClick}Feedback-ID: a:b:c:sender1\r\n", signed: All[..4])).Findings, finding => finding.Code == FindingCode.FeedbackIdUnsigned);

    [Theory]
    [InlineData("CFBL-Address: fbl@example.com; report=arf", "example.com", true)]
    [InlineData("CFBL-Address: fbl@example.com", "example.com", true)]
    [InlineData("CFBL-Address: fbl@mail.example.com; report=xarf", "example.com", true)] // relaxed: d= is above the address
    [InlineData("CFBL-Address: fbl@example.net", "example.com", false)] // a third party needs a signature of its own
    [InlineData("CFBL-Address: fbl@example.com; report=html", "example.com", false)]
    [InlineData("CFBL-Address: fbl", "example.com", false)]
    [InlineData("CFBL-Address: fbl@example.com\r\nCFBL-Address: fbl@example.org", "example.com", false)] // each address counts
    public async Task Cfbl_address(string field, string signer, bool expected) =>
        Assert.Equal(expected, (await ReadAsync($"{OneClick}{field}\r\n", signer)).HasFeedbackAddress);

    [Fact]
    public async Task The_feedback_id_of_cfbl_must_be_signed_with_it() => Assert.False(
        (await ReadAsync($"{OneClick}CFBL-Address: fbl@example.com\r\nCFBL-Feedback-ID: x:y\r\n", signed: All[..6])).HasFeedbackAddress);

    [Fact]
    public async Task A_message_that_nothing_authenticates_is_an_error_only_where_spf_was_checked()
    {
        var message = await ReadAsync(OneClick, signer: null);
        Assert.Equal((null, false), (message.IsSpfAligned, message.IsDkimAligned));
        Assert.Contains(message.Findings, finding => finding is { Code: FindingCode.MessageNotSigned, Severity: FindingSeverity.Warning });
    }

    private static async Task<SampleMessage> ReadAsync(string fields, string? signer = "example.com", string[]? signed = null)
    {
        var text = Encoding.UTF8.GetBytes($"From: Joe <joe@example.com>\r\nSubject: Hi\r\n{fields}\r\nHi\r\n");
        if (signer is not null)
        {
            using var key = PemSigningKey.Load(Key);
            var options = DkimSignerOptions.Default with { FieldNames = [.. signed ?? All], OversignedFieldNames = ["From"] };
            var signing = await new DkimSigner([new DkimSigningIdentity { Domain = DomainName.Parse(signer).Value!, Selector = "s1", Key = key }], options)
                .SignAsync(text, TestContext.Current.CancellationToken);
            Assert.True(signing.Fields.Length == 1, signing.Reason);
            text = [.. Encoding.UTF8.GetBytes(signing.Fields[0].TrimEnd() + "\r\n"), .. text];
        }

        var zone = new Zone().Add("s1._domainkey.example.com", ZoneEntryKind.Txt, PublicKey).Add("s1._domainkey.example.net", ZoneEntryKind.Txt, PublicKey)
            .Add("s1._domainkey.com", ZoneEntryKind.Txt, PublicKey);
        var outcome = await new AuthenticationPipeline(new ZoneResolver(zone), new AuthenticationOptions { AuthservId = "mx.example.org" })
            .AuthenticateAsync(new SmtpEnvelope(null, null, null), text, TestContext.Current.CancellationToken);
        return SampleMessage.Of(outcome, HeaderBlock.Parse(text));
    }
}
