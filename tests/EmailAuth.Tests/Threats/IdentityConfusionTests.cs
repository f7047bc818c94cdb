using System.Net;
using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.Messages;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Threats;

/// <summary>Strangers who want to be taken for somebody else, from the first byte to the header field that we write.</summary>
/// <remarks>
/// Elsewhere: what each disguise of From is read as in Messages/AuthorTests; the forms of a reverse-path in Messages/ReversePathTests; each
/// malformed tag in Dkim/DkimSignatureTests; oversigning and l= in Dkim/DkimVerifierTests; forged fields in ArrivingResultFieldsTests; what goes
/// into the field and comes back by another reader in Results/AuthenticationResultsWriterTests and AuthenticationPropertyTests.
/// </remarks>
public class IdentityConfusionTests
{
    private const string Plain = "From: joe@example.com\r\nTo: a@b.example\r\nSubject: x\r\n\r\nhi\r\n";

    // evil.example passes everything; bank.example is strict and shows a logo.
    private static readonly Zone Zone = new Zone()
        .Add("evil.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
        .Add("_dmarc.evil.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
        .Add("default._bimi.evil.example", ZoneEntryKind.Txt, "v=BIMI1; l=https://evil.example/l.svg")
        .Add("bank.example", ZoneEntryKind.Txt, "v=spf1 -all")
        .Add("_dmarc.bank.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
        .Add("default._bimi.bank.example", ZoneEntryKind.Txt, "v=BIMI1; l=https://bank.example/l.svg")
        .Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
        .Add("default._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://example.com/l.svg");

    public static TheoryData<string> Disguises { get; } = [.. AuthorDisguises.All.Select(disguise => disguise.What)];

    [Theory]
    [MemberData(nameof(Disguises))]
    public async Task No_disguise_of_From_passes_as_another(string what)
    {
        var disguise = AuthorDisguises.All.Single(one => one.What == what);
        var outcome = await RunAsync([.. disguise.Header, .. "\r\nhi\r\n"u8], mailFrom: "m@evil.example");
        var dmarc = outcome.Dmarc!.ToMethodResult();
        if (disguise.Domain is { } domain)
        {
            // Whoever is the author is the author everywhere, and only the sender's own domain passes.
            Assert.Equal(domain, outcome.Author.Domain?.ToString());
            Assert.Equal(domain, Assert.Single(dmarc.Properties, p => p.Name == "from").Value);
            Assert.Equal(domain == "evil.example" ? "pass" : domain == "bank.example" ? "fail" : "none", dmarc.Result);
            Assert.True(domain == "evil.example" || outcome.Bimi!.Code != BimiResultCode.Pass);
        }
        else
        {
            Assert.Equal("permerror", dmarc.Result);
            Assert.DoesNotContain(dmarc.Properties, p => p.Name == "from");
            Assert.Equal(BimiResultCode.Skipped, outcome.Bimi!.Code);
            Assert.Contains("dmarc=permerror", outcome.Header, StringComparison.Ordinal);
            Assert.Equal(DispositionAction.Reject, (await RunAsync([.. disguise.Header, .. "\r\nhi\r\n"u8], reject: true)).Disposition.Action);
        }
    }

    [Fact]
    public async Task A_second_From_above_a_signed_one_gives_permerror_and_no_logo()
    {
        var signed = TestSigner.Rsa2048.Sign(Plain);
        Assert.Equal((DmarcResultCode.Pass, BimiResultCode.Pass), await VerdictAsync(signed));
        Assert.Equal((DmarcResultCode.PermError, BimiResultCode.Skipped), await VerdictAsync([.. "From: a@bank.example\r\n"u8, .. signed]));
        Assert.Equal((DmarcResultCode.PermError, BimiResultCode.Skipped), await VerdictAsync([.. "From : a@bank.example\r\n"u8, .. signed]));
    }

    // Chen, Paxson, Jiang: "Composition Kills", the attacks on MAIL FROM and HELO.
    [Theory]
    [InlineData("", "bank.example", SpfResultCode.Fail)] // null: HELO's domain, which is strict
    [InlineData("<>", "evil.example", SpfResultCode.Pass)] // an identifier of evil.example only
    [InlineData("<@evil.example:a@bank.example>", "evil.example", SpfResultCode.Fail)] // the mailbox, not the route
    [InlineData("<@bank.example:a@evil.example>", "bank.example", SpfResultCode.Pass)]
    [InlineData("\"a@evil.example\"@bank.example", "evil.example", SpfResultCode.Fail)]
    [InlineData("a@bank.example.", "evil.example", SpfResultCode.Fail)]
    [InlineData("a@bank.example(.evil.example", "evil.example", SpfResultCode.None)]
    [InlineData("a@evil.example@bank.example", "evil.example", SpfResultCode.None)]
    [InlineData("a@bank.example\0.evil.example", "evil.example", SpfResultCode.None)]
    [InlineData("a@evil.example,bank.example", "evil.example", SpfResultCode.None)]
    [InlineData("a@bank.example'@evil.example", "evil.example", SpfResultCode.None)]
    [InlineData("a@evil.example; dmarc=pass header.from=bank.example", "evil.example", SpfResultCode.None)]
    [InlineData("a@evil.example\r\nAuthentication-Results: mx.example.org; dmarc=pass", "evil.example", SpfResultCode.None)]
    [InlineData("x (\") ; dmarc=pass\"@evil.example", "evil.example", SpfResultCode.None)]
    public async Task No_envelope_makes_the_bank_pass_or_writes_into_the_field(string mailFrom, string helo, SpfResultCode expected)
    {
        var outcome = await RunAsync(Encoding.ASCII.GetBytes("From: a@bank.example\r\nSubject: x\r\n\r\nhi\r\n"), mailFrom, helo);
        Assert.Equal(expected, outcome.Spf?.Code);
        Assert.Equal((DmarcResultCode.Fail, DispositionAction.Reject), (outcome.Dmarc?.Code, outcome.Disposition.Action));
        var read = AuthenticationResultsReader.Parse(outcome.HeaderValue.AsSpan()).Value!;
        Assert.Equal("fail", Assert.Single(read.Results, result => result.Method == "dmarc").Result);
        Assert.DoesNotContain(outcome.Header.Replace("\r\n ", " ", StringComparison.Ordinal), char.IsControl);
    }

    // The key query ends where a name server or a C string ends, and the signer's domain reads as the bank's.
    [Theory]
    [InlineData("d=bank.example", "s=s._domainkey.evil.example\0")]
    [InlineData("d=bank.example", "s=s._domainkey.evil.example\\0")]
    [InlineData("d=bank.example", "s=s._domainkey.evil.example\\.")]
    [InlineData("d=bank.example", "s=\"s\"")]
    [InlineData("d=bank.example", "s=a b")]
    [InlineData("d=bank.example", "s=%00")]
    [InlineData("d=bank.example", "s=s.")]
    [InlineData("d=bank.example", "s=.s")]
    [InlineData("d=bank.example(.evil.example", "s=s")]
    [InlineData("d=\"bank.example", "s=s")]
    [InlineData("d=bank.example\0.evil.example", "s=s")]
    [InlineData("d=bank example", "s=s")]
    [InlineData("d=bank.example\u00e9(", "s=s")]
    [InlineData("d=bank.example; d=evil.example", "s=s")]
    [InlineData("d=bank.example", "s=s; i=@evil.example")]
    [InlineData("d=bank.example", "s=s; i=@notbank.example")]
    public async Task A_signature_whose_names_are_none_is_a_permerror_and_asks_nothing(string domain, string selector)
    {
        var resolver = new ZoneResolver(new Zone());
        var message = $"DKIM-Signature: v=1; a=rsa-sha256; {domain}; {selector}; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=YWJj\r\n{Plain}";
        var pipeline = new AuthenticationPipeline(resolver, TypicalMessage.Options with { Methods = AuthenticationMethods.Dkim });
        var outcome = await pipeline.AuthenticateAsync(new SmtpEnvelope(null, null, null), Encoding.UTF8.GetBytes(message), TestContext.Current.CancellationToken);
        Assert.Equal(SignatureResultCode.PermError, Assert.Single(outcome.Dkim!.Signatures).Code);
        Assert.Equal(0, outcome.LookupCount);
        Assert.True(AuthenticationResultsReader.Parse(outcome.HeaderValue.AsSpan()).IsSuccess);
    }

    [Fact]
    public async Task What_was_not_signed_and_is_shown_is_named()
    {
        var signed = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(Plain));
        var added = "Subject: Your account\r\nContent-Type: text/html\r\n" + signed;
        var result = Assert.Single((await RunAsync(Encoding.Latin1.GetBytes(added))).Dkim!.Signatures);
        Assert.Equal((SignatureResultCode.Policy, DkimCheck.Matches, DkimCheck.Matches), (result.Code, result.HeaderCheck, result.BodyCheck));
        Assert.Contains("a further Subject that differs", result.Reason, StringComparison.Ordinal);
        Assert.Contains("subject", result.UnsignedDisplayedFields, StringComparer.OrdinalIgnoreCase);
        Assert.Contains("content-type", result.UnsignedDisplayedFields, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_body_longer_than_l_gives_DMARC_no_identifier()
    {
        var signed = TestSigner.Rsa2048.Sign(Plain, length: 4);
        Assert.Equal(DmarcResultCode.Pass, (await RunAsync(signed)).Dmarc?.Code);
        var longer = await RunAsync([.. signed, .. "<h1>Pay here</h1>\r\n"u8]);
        Assert.Equal(DmarcResultCode.Fail, longer.Dmarc?.Code);
        Assert.Equal(19, Assert.Single(longer.Dkim!.Signatures).UnsignedBodyLength);
    }

    [Theory]
    [InlineData("mx.example.org")]
    [InlineData("MX.Example.ORG")]
    [InlineData("(x) mx.example.org (y)")]
    [InlineData("mx.example.org 1")]
    [InlineData("\r\n mx.example.org")]
    [InlineData("\"mx.example.org\"")]
    [InlineData("mx.example.org.")]
    [InlineData("mx\u3002example\u3002org")]
    public async Task A_field_that_claims_to_be_ours_is_reported_and_not_believed(string authservId)
    {
        var message = $"Authentication-Results: {authservId}; dmarc=pass header.from=bank.example\r\nFrom: a@bank.example\r\n\r\nhi\r\n";
        var outcome = await RunAsync(Encoding.UTF8.GetBytes(message), "m@evil.example");
        Assert.Equal(DmarcResultCode.Fail, outcome.Dmarc?.Code);
        Assert.Equal((0, "Authentication-Results", 1), Assert.Single(outcome.FieldsToRemove) is var field ? (field.Index, field.Name, field.Occurrence) : default);
    }

    private static async Task<(DmarcResultCode?, BimiResultCode?)> VerdictAsync(byte[] message)
    {
        var outcome = await RunAsync(message);
        return (outcome.Dmarc?.Code, outcome.Bimi?.Code);
    }

    private static async Task<AuthenticationOutcome> RunAsync(byte[] message, string mailFrom = "m@evil.example", string helo = "evil.example", bool reject = false)
    {
        var options = TypicalMessage.Options with { LocalPolicy = new LocalPolicy { OnUnusableAuthor = reject ? null : DispositionAction.Accept } };
        return await new AuthenticationPipeline(new ZoneResolver(Zone), options).AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), helo, mailFrom), message, TestContext.Current.CancellationToken);
    }
}
