using System.Net;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Inspection.Senders;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Senders;

/// <summary>A sample message is aligned when DMARC says so (RFC 9989 section 4.4).</summary>
public class SampleAlignmentTests
{
    public const string PublicKey = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    private const string Key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";

    [Theory]
    [InlineData("adkim=r; aspf=r", true, true, null)]
    [InlineData("adkim=s; aspf=r", true, false, FindingCode.MessageNotSigned)]
    [InlineData("adkim=r; aspf=s", false, true, null)]
    [InlineData("adkim=s; aspf=s", false, false, FindingCode.MessageNotAligned)]
    public async Task The_mode_of_each_method_counts(string modes, bool isSpfAligned, bool isDkimAligned, FindingCode? code)
    {
        var zone = ZoneWith().Add("_dmarc.example.com", ZoneEntryKind.Txt, $"v=DMARC1; p=reject; {modes}");
        var message = await ReadAsync(zone, "example.com", "mail.example.com", "mail.example.com", isSpfAligned || isDkimAligned ? DmarcResultCode.Pass : DmarcResultCode.Fail);
        Assert.Equal((isSpfAligned, isDkimAligned), (message.IsSpfAligned, message.IsDkimAligned));
        Assert.Equal(code is { } expected ? [expected] : [], message.Findings.Select(static finding => finding.Code).Where(static found => found != FindingCode.OneClickAbsent));
    }

    [Theory]
    [InlineData("example.com", "mail.example.com", true)]
    [InlineData("mail.example.com", "example.com", true)]
    [InlineData("example.com", "example.net", false)]
    public async Task Without_a_record_the_organization_counts(string author, string other, bool isAligned)
    {
        // psd=n says where the organization begins, for a record that does not say it is the author's policy to be applied.
        var zone = ZoneWith().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; psd=n");
        var message = await ReadAsync(zone, author, other, other, DmarcResultCode.None);
        Assert.Equal((isAligned, isAligned), (message.IsSpfAligned, message.IsDkimAligned));
    }

    // RFC 9989 section 4.10.2: psd=n makes the name an organization of its own.
    [Fact]
    public async Task A_name_below_that_is_an_organization_of_its_own_is_not_aligned()
    {
        var zone = ZoneWith().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject").Add("_dmarc.mail.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; psd=n");
        var message = await ReadAsync(zone, "example.com", "mail.example.com", "mail.example.com", DmarcResultCode.Fail);
        Assert.Equal((false, false), (message.IsSpfAligned, message.IsDkimAligned));
        Assert.Contains(message.Findings, static finding => finding is { Code: FindingCode.MessageNotAligned, Severity: FindingSeverity.Error });
    }

    [Fact]
    public async Task What_is_not_known_is_neither_aligned_nor_not()
    {
        var message = await ReadAsync(ZoneWith().Add("_dmarc.example.com", ZoneEntryKind.ServFail), "example.com", "mail.example.com", "mail.example.com", DmarcResultCode.TempError);
        Assert.Equal((null, null), (message.IsSpfAligned, message.IsDkimAligned));
        message = await ReadAsync(ZoneWith().Add("_dmarc.example.com", ZoneEntryKind.ServFail), "example.com", "example.com", "example.com", DmarcResultCode.TempError);
        Assert.Equal((true, true), (message.IsSpfAligned, message.IsDkimAligned));
    }

    internal static async Task<SampleMessage> ReadAsync(Zone zone, string author, string? signer, string? mailFrom = null, DmarcResultCode? expected = null)
    {
        var text = Encoding.UTF8.GetBytes($"From: Joe <joe@{author}>\r\nSubject: Hi\r\n\r\nHi\r\n");
        if (signer is not null)
        {
            using var key = PemSigningKey.Load(Key);
            var options = DkimSignerOptions.Default with { FieldNames = ["From", "Subject"], OversignedFieldNames = ["From"] };
            var signing = await new DkimSigner([new DkimSigningIdentity { Domain = DomainName.Parse(signer).Value!, Selector = "s1", Key = key }], options)
                .SignAsync(text, TestContext.Current.CancellationToken);
            Assert.True(signing.Fields.Length == 1, signing.Reason);
            text = [.. Encoding.UTF8.GetBytes(signing.Fields[0].TrimEnd() + "\r\n"), .. text];
        }

        var envelope = mailFrom is null ? new SmtpEnvelope(null, null, null) : new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), "mx.example.com", $"joe@{mailFrom}");
        var outcome = await new AuthenticationPipeline(new ZoneResolver(zone), new AuthenticationOptions { AuthservId = "mx.example.org" })
            .AuthenticateAsync(envelope, text, TestContext.Current.CancellationToken);
        Assert.True(expected is null || expected == outcome.Dmarc?.Code, outcome.Dmarc?.Reason);
        return SampleMessage.Of(outcome, HeaderBlock.Parse(text));
    }

    private static Zone ZoneWith()
    {
        var zone = new Zone();
        foreach (var name in (string[])["example.com", "mail.example.com", "example.net"])
        {
            zone.Add($"s1._domainkey.{name}", ZoneEntryKind.Txt, PublicKey).Add(name, ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all");
        }

        return zone;
    }
}
