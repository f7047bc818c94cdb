using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Threats;

/// <summary>What must not be taken for good: failures, keys that do not fit, times, and bytes that mean another thing to another program.</summary>
/// <remarks>
/// Elsewhere: failures on the way up the tree in Dmarc/DmarcRuleTests and FaultMatrixTests; BIMI's web and certificates in
/// Bimi/HttpsFetcherTests, PrivateAddressFilterTests and MarkCertificateVerifierTests; SHA-1 and short keys in Dkim/DkimVerifierTests.
/// </remarks>
public class TrustTests
{
    private const string Plain = "From: joe@example.com\r\nTo: a@b.example\r\nSubject: x\r\n\r\nhi\r\n";

    private static readonly string Key = TestSigner.Rsa2048.PublicKey;

    [Theory]
    [InlineData("v=DKIM1; t=y; p={key}", SignatureResultCode.Pass)] // testing: RFC 6376 section 3.6.1 asks to treat it as unsigned when it fails
    [InlineData("v=DKIM1; p=", SignatureResultCode.PermError)]
    [InlineData("v=DKIM1; s=other; p={key}", SignatureResultCode.PermError)]
    [InlineData("v=DKIM1; s=other : email; p={key}", SignatureResultCode.Pass)]
    [InlineData("v=DKIM1; s=*; p={key}", SignatureResultCode.Pass)]
    [InlineData("v=DKIM1; h=sha1; p={key}", SignatureResultCode.PermError)]
    [InlineData("v=DKIM1; h=sha1:sha256:x; p={key}", SignatureResultCode.Pass)]
    [InlineData("v=DKIM1; k=ed25519; p={key}", SignatureResultCode.PermError)]
    [InlineData("v=DKIM1; k=x; p={key}", SignatureResultCode.PermError)]
    [InlineData("v=DKIM1; p={key}; p={key}", SignatureResultCode.PermError)] // RFC 6376 section 3.2: tags with duplicate names
    [InlineData("v=DKIM1; P={key}", SignatureResultCode.PermError)] // tag names are case-sensitive
    [InlineData("V=DKIM1; p={key}", SignatureResultCode.Pass)] // an unknown tag, and v= is optional
    [InlineData("p={key}; v=DKIM1", SignatureResultCode.PermError)] // v= is there and not first
    [InlineData("v=DKIM2; p={key}", SignatureResultCode.PermError)]
    [InlineData("p={spaced}", SignatureResultCode.Pass)]
    [InlineData("v=spf1 -all", SignatureResultCode.PermError)]
    public async Task A_key_record_counts_as_RFC_6376_section_3_6_1_says(string record, SignatureResultCode expected)
    {
        var spaced = string.Join("\t ", Key.Chunk(20).Select(part => new string(part)));
        var text = record.Replace("{key}", Key, StringComparison.Ordinal).Replace("{spaced}", spaced, StringComparison.Ordinal);
        var result = await SignatureAsync(new Zone().Add("s._domainkey.example.com", ZoneEntryKind.Txt, text));
        Assert.Equal(expected, result.Code);
        Assert.Equal(record == "v=DKIM1; p=", result.Reason?.Contains("revoked", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public async Task Two_key_records_are_a_permerror_and_a_CNAME_is_followed()
    {
        var two = new Zone().Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record).Add("s._domainkey.example.com", ZoneEntryKind.Txt, "x");
        Assert.Equal(SignatureResultCode.PermError, (await SignatureAsync(two)).Code);
        var alias = new Zone().Add("s._domainkey.example.com", ZoneEntryKind.CName, "k.esp.example").Add("k.esp.example", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record);
        Assert.Equal(SignatureResultCode.Pass, (await SignatureAsync(alias)).Code);
    }

    [Theory]
    [InlineData(" t=1000000000; x=1000000100;", 1_000_000_050, SignatureResultCode.Pass)]
    [InlineData(" t=1000000000; x=1000000100;", 1_000_000_401, SignatureResultCode.PermError)] // past, and beyond the skew
    [InlineData(" t=1000000000;", 999_999_701, SignatureResultCode.Pass)] // from the future, within the skew
    [InlineData(" t=1000000000;", 999_999_699, SignatureResultCode.PermError)]
    [InlineData(" t=1000000100; x=1000000000;", 1_000_000_050, SignatureResultCode.PermError)] // x= must be greater than t=
    [InlineData(" x=99999999999999999999999;", 1_000_000_050, SignatureResultCode.PermError)] // more than twelve digits need not be supported; no exception
    public async Task A_signature_counts_at_its_time(string times, long now, SignatureResultCode expected)
    {
        var zone = new Zone().Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record);
        Assert.Equal(expected, (await SignatureAsync(zone, TestSigner.Rsa2048.Sign(Plain, more: times), DateTimeOffset.FromUnixTimeSeconds(now))).Code);
    }

    [Theory]
    [InlineData("Subject: x\ry\r\nFrom: joe@example.com\r\n\r\n", HeaderDefects.BareCarriageReturn)]
    [InlineData("Subject: x\ny\r\nFrom: joe@example.com\r\n\r\n", HeaderDefects.BareLineFeed)]
    [InlineData("Subject: x\0y\r\nFrom: joe@example.com\r\n\r\n", HeaderDefects.NullByte)]
    public async Task Bare_line_ends_and_NUL_in_the_header_are_reported_not_repaired(string message, HeaderDefects defect)
    {
        var outcome = await RunAsync(new Zone(), Encoding.Latin1.GetBytes(message));
        Assert.Equal(defect, outcome.HeaderDefects);
        Assert.Equal("example.com", outcome.Author.Domain?.ToString());
    }

    // What a smuggler puts behind a bare LF, and dots that were not taken away, are bytes of the body like others.
    [Theory]
    [InlineData("hi\r\n", "hi\n")]
    [InlineData("hi\r\n", "hi\r")]
    [InlineData("hi\r\n", "hi\r\n.\r\n")]
    [InlineData("hi\r\n", "hi\r\n\n.\n")]
    [InlineData("hi\r\n", ".hi\r\n")]
    [InlineData("hi\r\n", "h\0i\r\n")]
    [InlineData("hi\r\n", "hi\r\n\r\nMAIL FROM:<x@y.example>\r\n")]
    public async Task A_body_is_judged_as_it_was_received(string signed, string arrived)
    {
        var zone = new Zone().Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record);
        var message = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(Plain.Replace("hi\r\n", signed, StringComparison.Ordinal)));
        var changed = message[..^signed.Length] + arrived;
        Assert.Equal(SignatureResultCode.Fail, (await SignatureAsync(zone, Encoding.Latin1.GetBytes(changed))).Code);
    }

    [Fact]
    public async Task A_DNS_failure_at_the_author_domain_is_never_no_policy()
    {
        var outcome = await RunAsync(new Zone().Add("_dmarc.example.com", ZoneEntryKind.ServFail, string.Empty), Encoding.Latin1.GetBytes(Plain));
        Assert.Equal(DmarcResultCode.TempError, outcome.Dmarc?.Code);
    }

    private static async Task<DkimResult> SignatureAsync(Zone zone, byte[]? message = null, DateTimeOffset? now = null) =>
        Assert.Single((await RunAsync(zone, message ?? TestSigner.Rsa2048.Sign(Plain), now)).Dkim!.Signatures);

    private static async Task<AuthenticationOutcome> RunAsync(Zone zone, byte[] message, DateTimeOffset? now = null)
    {
        var options = TypicalMessage.Options with { TimeProvider = now is { } time ? new FakeTimeProvider(time) : new FakeTimeProvider() };
        return await new AuthenticationPipeline(new ZoneResolver(zone), options).AuthenticateAsync(
            new SmtpEnvelope(null, null, null), message, TestContext.Current.CancellationToken);
    }
}
