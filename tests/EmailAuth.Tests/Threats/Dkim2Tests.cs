using System.Net;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Removal;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Threats;

/// <summary>
/// The header fields of DKIM2 (draft-ietf-dkim-dkim2-spec: <c>DKIM2-Signature</c>, <c>Message-Instance</c>) and results <c>dkim2=</c> of other hosts.
/// They are nothing to DKIM, ARC and DMARC, and upset none of them.
/// </summary>
public class Dkim2Tests
{
    private const string Plain = "From: joe@example.com\r\nTo: a@b.example\r\nSubject: x\r\n\r\nhi\r\n";
    private const string Results = " mx.sender.example; dkim2=pass (i=2) header.d=example.com header.m=2 policy.chain=\"a;b\"; dkim=pass header.d=example.com";

    private static readonly Zone Zone = new Zone()
        .Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
        .Add("s._domainkey.hop1.example", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record);

    public static TheoryData<string, string> Odd => new()
    {
        { "DKIM2-Signature:\r\n", "an empty field" },
        { "DKIM2-Signature: i=1; i=1; d=bank.example; d=; s=;;;=\r\n", "tags that are none" },
        { "DKIM2-Signature: v=1; a=rsa-sha256; d=example.com; s=s; h=from; bh=AAAA; b=AAAA\r\n", "what looks like DKIM" },
        { "DKIM2-Signature : i=1\r\ndkim2-signature: i=1\r\nDKIM2-SIGNATURE: i=99999999999999999999\r\n", "names in any case, numbers of any size" },
        { "Message-Instance: m=1; h=sha256:\u00ff\u00fe:(((\"\r\nMessage-Instance: m=-1; r=\0\r\n", "octets of any kind" },
        { "X-DKIM2-Signature: i=1\r\nDKIM2-Signature-: i=1\r\nDKIM2: i=1\r\n", "names that begin alike" },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(1_000)]
    public async Task Fields_of_DKIM2_change_no_verdict(int count)
    {
        var signed = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(Plain));
        var (without, with) = (await RunAsync(signed), await RunAsync(Fields(count, 300) + signed));

        Assert.Equal(DmarcResultCode.Pass, with.Dmarc!.Code);
        Assert.Equal(without.Header, with.Header);
        Assert.Empty(with.FieldsToRemove);
        Assert.Equal(without.LookupCount, with.LookupCount);
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task Whatever_is_in_them_changes_no_verdict(string fields, string why)
    {
        var signed = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(Plain));
        var (without, with) = (await RunAsync(signed), await RunAsync(fields + signed));

        Assert.True(without.Header == with.Header, why);
        Assert.Equal(DmarcResultCode.Pass, with.Dmarc!.Code);
    }

    // 50 of each name, 64 KB each, are 6.4 MB: more than a header may have, and less than one may have where an operator says so.
    [Fact]
    public async Task Fifty_of_64_KB_meet_the_limit_of_the_header_or_pass_below_it()
    {
        var message = Fields(50, 64 * 1024) + Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(Plain));

        var refused = await RunAsync(message);
        Assert.Equal((DmarcResultCode.PermError, DispositionAction.Reject, DispositionReason.HeaderLimit), (refused.Dmarc!.Code, refused.Disposition.Action, refused.Disposition.ReasonKind));
        Assert.Contains("MaxHeaderBytes", refused.Disposition.Reason, StringComparison.Ordinal);

        var passed = await RunAsync(message, new MessageLimits { MaxHeaderBytes = 8 << 20 });
        Assert.Equal((DmarcResultCode.Pass, DispositionAction.Accept), (passed.Dmarc!.Code, passed.Disposition.Action));
    }

    [Fact]
    public async Task A_signature_of_DKIM_may_cover_them_and_fails_when_they_change()
    {
        var message = Fields(2, 300) + Plain;
        var signed = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(message, "from:dkim2-signature:dkim2-signature:message-instance"));

        Assert.Equal(SignatureResultCode.Pass, Assert.Single((await RunAsync(signed)).Dkim!.Signatures).Code);
        Assert.Equal(SignatureResultCode.Fail, Assert.Single((await RunAsync(signed.Replace("DKIM2-Signature: i=2;", "DKIM2-Signature: i=3;", StringComparison.Ordinal))).Dkim!.Signatures).Code);
    }

    [Fact]
    public void The_reader_of_results_reads_dkim2_as_any_method()
    {
        var read = AuthenticationResultsReader.Parse(Results.AsSpan());

        Assert.True(read.IsSuccess);
        Assert.Equal([("dkim2", "pass"), ("dkim", "pass")], read.Value.Results.Select(result => (result.Method, result.Result)));
        Assert.Equal("a;b", Assert.Single(read.Value.Results[0].Properties, property => property.Name == "chain").Value);
    }

    [Fact]
    public async Task A_result_of_another_host_stays_and_one_in_our_name_goes()
    {
        var signed = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(Plain));
        var others = await RunAsync($"Authentication-Results:{Results}\r\n{signed}");
        var ours = await RunAsync($"Authentication-Results: mx.example.org; dkim2=pass header.d=bank.example\r\n{signed}");

        Assert.Empty(others.FieldsToRemove);
        Assert.Equal("Authentication-Results", Assert.Single(ours.FieldsToRemove).Name);
        Assert.DoesNotContain("dkim2", ours.Header, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(others.Header, ours.Header);
    }

    // A set that says dkim2=pass of the bank, and nothing of DMARC, vouches for nothing; the chain passes, and can be sealed on.
    [Fact]
    public async Task A_sealed_result_of_dkim2_is_kept_and_vouches_for_nothing()
    {
        var found = ArcSealer.ReadResults(Encoding.Latin1.GetBytes($"Authentication-Results:{Results}\r\n{Plain}"), "mx.sender.example");
        using var sealer = new ArcSealer(TestSigner.Rsa2048.Pem, new ArcSealerOptions { Domain = EmailAuth.Syntax.DomainName.Parse("hop1.example").Value!, Selector = "s" });
        var leaving = Encoding.Latin1.GetBytes(Fields(3, 300) + Plain);
        var arrived = await new ArcVerifier(new ZoneResolver(Zone)).VerifyAsync(leaving, TestContext.Current.CancellationToken);
        var message = string.Concat(sealer.Seal(leaving, arrived, found).Fields.Select(field => field + "\r\n")) + Encoding.Latin1.GetString(leaving);

        var outcome = await RunAsync(message, policy: new LocalPolicy { TrustedSealers = [EmailAuth.Syntax.DomainName.Parse("hop1.example").Value!] });

        Assert.Contains("dkim2=pass", message, StringComparison.Ordinal);
        Assert.Contains("arc=pass", outcome.Header, StringComparison.Ordinal);
        Assert.Equal((DmarcResultCode.Fail, DispositionAction.Reject), (outcome.Dmarc!.Code, outcome.Disposition.Action));
    }

    [Fact]
    public void Fields_that_forge_dkim2_in_our_name_are_found_in_any_number()
    {
        var header = string.Concat(Enumerable.Repeat("Authentication-Results: mx.exam(x)ple.org; dkim2=pass\r\n", 500)) + Fields(50, 300);

        Assert.Equal(500, ArrivingResultFields.Find(HeaderBlock.Parse(Encoding.ASCII.GetBytes(header + "\r\n")), "mx.example.org").Length);
    }

    private static string Fields(int count, int length)
    {
        var value = string.Join("\r\n\t", Enumerable.Repeat(new string('A', 70), (length / 73) + 1));
        return string.Concat(Enumerable.Range(1, count).Reverse().Select(i =>
            $"DKIM2-Signature: i={i}; m={i}; t=1764412800; d=example.com; mf=am9l; rt=YQ==; s=s:rsa-sha256:{value}\r\nMessage-Instance: m={i}; h=sha256:{value}\r\n"));
    }

    private static async Task<AuthenticationOutcome> RunAsync(string message, MessageLimits? limits = null, LocalPolicy? policy = null)
    {
        var options = TypicalMessage.Options with { MessageLimits = limits ?? MessageLimits.Default, LocalPolicy = policy ?? LocalPolicy.Default };
        return await new AuthenticationPipeline(new ZoneResolver(Zone), options).AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), "h.example.com", "m@example.com"), Encoding.Latin1.GetBytes(message), TestContext.Current.CancellationToken);
    }
}
