using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Composition;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Policy;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>Signatures that hold and that local policy does not count: what DKIM, DMARC and BIMI say of them.</summary>
public class UncountedSignaturesTests
{
    private const string Plain = "From: joe@example.com\r\nSubject: Notes\r\n\r\nHi\r\n";

    private static readonly SmtpEnvelope Envelope = new(IPAddress.Parse("192.0.2.9"), "out.example.net", "x@attacker.example");

    [Fact]
    public async Task A_signature_with_l_that_leaves_octets_unsigned_is_policy_and_dmarc_says_why()
    {
        var message = Sign("from", length: 4) + "An advertisement.\r\n";
        var outcome = await AuthenticateAsync(message);
        var signature = Assert.Single(outcome.Dkim!.Signatures);
        Assert.Equal((SignatureResultCode.Policy, "l= leaves 19 octets of the body unsigned (RFC 6376 section 8.2)"), (signature.Code, signature.Reason));
        Assert.Equal(DmarcResultCode.Fail, outcome.Dmarc!.Code);
        Assert.Contains("the DKIM signature of example.com holds but does not count: l= leaves 19 octets", outcome.Dmarc.Reason, StringComparison.Ordinal);
        Assert.Contains("dkim=policy", outcome.HeaderValue, StringComparison.Ordinal);

        var accepted = await AuthenticateAsync(message, new LocalPolicy { AcceptPartialSignatures = true });
        Assert.Equal((SignatureResultCode.Pass, DmarcResultCode.Pass), (accepted.Dkim!.Code, accepted.Dmarc!.Code));
        var refused = await AuthenticateAsync(message, new LocalPolicy { AcceptPartialSignatures = true }, new DkimOptions { AcceptPartialBody = false });
        Assert.Equal(SignatureResultCode.Policy, refused.Dkim!.Code);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r\n\r\n\r\n")]
    [InlineData(" \t\r\n\r\n")] // relaxed: a line of white space is an empty one
    public async Task Empty_lines_at_the_end_are_no_octets(string more)
    {
        var outcome = await AuthenticateAsync(Sign("from", length: 4) + more);
        Assert.Equal((SignatureResultCode.Pass, DmarcResultCode.Pass), (outcome.Dkim!.Code, outcome.Dmarc!.Code));
    }

    [Fact]
    public async Task A_copy_that_nobody_signed_gives_dmarc_no_identifier()
    {
        var outcome = await AuthenticateAsync("Subject: Urgent\r\n" + Sign("from:subject"));
        Assert.Equal((SignatureResultCode.Policy, DmarcResultCode.Fail, DispositionAction.Reject), (outcome.Dkim!.Code, outcome.Dmarc!.Code, outcome.Disposition.Action));
        Assert.Contains("a further Subject that differs", outcome.Dmarc.Reason, StringComparison.Ordinal);
        Assert.Contains("\"unsigned_copies\": [\n        \"subject\"", outcome.ToJson(), StringComparison.Ordinal);
        var accepted = await AuthenticateAsync("Subject: Urgent\r\n" + Sign("from:subject"), null, new DkimOptions { AcceptUnsignedCopies = true });
        Assert.Equal(DmarcResultCode.Pass, accepted.Dmarc!.Code);
    }

    [Fact]
    public async Task A_signature_of_another_domain_is_not_named_by_dmarc()
    {
        var message = Sign("from", length: 4, edit: value => value.Replace("d=example.com", "d=example.net", StringComparison.Ordinal)) + "more\r\n";
        var outcome = await AuthenticateAsync(message);
        Assert.Equal(SignatureResultCode.Policy, outcome.Dkim!.Code);
        Assert.DoesNotContain("does not count", outcome.Dmarc!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SignatureResultCode.Policy, DkimCheck.Matches, DkimCheck.Matches, true)]
    [InlineData(SignatureResultCode.Policy, DkimCheck.Matches, DkimCheck.Differs, false)]
    [InlineData(SignatureResultCode.Policy, DkimCheck.Differs, DkimCheck.Matches, false)]
    [InlineData(SignatureResultCode.Policy, DkimCheck.NotChecked, DkimCheck.NotChecked, false)]
    [InlineData(SignatureResultCode.Pass, DkimCheck.Matches, DkimCheck.Matches, false)]
    [InlineData(SignatureResultCode.Fail, DkimCheck.Matches, DkimCheck.Matches, false)]
    public async Task Only_a_signature_that_holds_and_does_not_count_is_named(SignatureResultCode code, DkimCheck header, DkimCheck body, bool isNamed)
    {
        var failed = (await AuthenticateAsync(Plain)).Dmarc!;
        Assert.Equal(DmarcResultCode.Fail, failed.Code);
        var signature = new DkimResult { Code = code, HeaderCheck = header, BodyCheck = body, Domain = DomainName.Parse("example.com").Value, Reason = "for a reason" };
        var named = UncountedSignatures.Name(failed, new DkimResults { Signatures = [signature] });
        Assert.Equal(isNamed, $"{named.Reason}".EndsWith("; the DKIM signature of example.com holds but does not count: for a reason", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Copies_are_counted_by_field()
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var flow = new AsyncLocal<bool> { Value = true };
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name == "emailauth.dkim.unsigned_copies")
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (flow.Value)
            {
                counts[(string)tags[0].Value!] = counts.GetValueOrDefault((string)tags[0].Value!) + value;
            }
        });
        listener.Start();
        await AuthenticateAsync("Subject: Urgent\r\nTo: a@example.net\r\nTo: b@example.net\r\n" + Sign("from:subject"));
        await AuthenticateAsync("Subject: Urgent\r\n" + Sign("from:subject") + "broken\r\n");
        await AuthenticateAsync(Sign("from:subject"));
        Assert.Equal(1, counts["subject"]);
        Assert.DoesNotContain("to", counts.Keys);
    }

    [Theory]
    [InlineData("t=y", TestingKeys.Count, "x@attacker.example", "pass", false)] // counts, and BIMI does not rest on it
    [InlineData("t=y", TestingKeys.Count, "x@example.com", "pass", true)] // SPF carries the pass as well
    [InlineData("t=y", TestingKeys.Ignore, "x@attacker.example", "fail", false)]
    [InlineData("t=y", TestingKeys.Ignore, "x@example.com", "pass", true)]
    [InlineData("t=s", TestingKeys.Ignore, "x@attacker.example", "pass", true)]
    public async Task A_testing_key_counts_or_not_and_bimi_never_rests_on_one(string flags, TestingKeys keys, string mailFrom, string dmarc, bool isShown)
    {
        var outcome = await AuthenticateAsync(
            Sign("from"), null, new DkimOptions { TestingKeys = keys }, new SmtpEnvelope(Envelope.ClientAddress, Envelope.Helo, mailFrom), $"{TestSigner.Rsa2048.Record}; {flags}");
        Assert.Equal(dmarc, outcome.Dmarc!.Code.ToString(), ignoreCase: true);
        Assert.Equal(!isShown, outcome.Bimi!.Code == BimiResultCode.Skipped);
        if (!isShown && dmarc == "pass")
        {
            Assert.Contains("t=y", outcome.Bimi.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_second_signature_with_a_firm_key_is_enough_for_bimi()
    {
        var twice = Encoding.Latin1.GetString(TestSigner.Ed25519.Sign(
            Sign("from"), "from", edit: value => value.Replace(" s=s;", " s=e;", StringComparison.Ordinal)));
        var outcome = await AuthenticateAsync(twice, record: TestSigner.Rsa2048.Record + "; t=y");
        Assert.Equal([false, true], outcome.Dkim!.Signatures.Select(signature => signature.IsTesting));
        Assert.NotEqual(BimiResultCode.Skipped, outcome.Bimi!.Code);
    }

    private static string Sign(string fields, long? length = null, Func<string, string>? edit = null) =>
        Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(Plain, fields, length: length, edit: edit));

    private static async Task<AuthenticationOutcome> AuthenticateAsync(
        string message, LocalPolicy? policy = null, DkimOptions? dkim = null, SmtpEnvelope? envelope = null, string? record = null)
    {
        var zone = new Zone()
            .Add("s._domainkey.example.com", ZoneEntryKind.Txt, record ?? TestSigner.Rsa2048.Record)
            .Add("e._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Ed25519.Record)
            .Add("s._domainkey.example.net", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
            .Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.9 -all")
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
            .Add("default._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://example.com/logo.svg; a=");
        var options = new AuthenticationOptions
        {
            AuthservId = "mx.example.org",
            LocalPolicy = policy ?? LocalPolicy.Default,
            Dkim = dkim ?? DkimOptions.Default,
        };
        return await new AuthenticationPipeline(new ZoneResolver(zone), options)
            .AuthenticateAsync(envelope ?? Envelope, TestSigner.Bytes(message), TestContext.Current.CancellationToken);
    }
}
