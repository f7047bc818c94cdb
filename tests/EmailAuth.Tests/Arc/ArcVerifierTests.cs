using System.Text;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Arc;

/// <summary>Chains as hops make them, and what breaks them on the way.</summary>
public class ArcVerifierTests
{
    [Fact]
    public async Task A_message_without_arc_fields_has_no_chain_and_nothing_is_asked()
    {
        var resolver = new ScriptedResolver(ArcSamples.Resolver());
        var result = await ArcSamples.Verify(ArcSamples.Message, resolver);
        Assert.Same(ArcResult.None, result);
        Assert.Equal(0, resolver.AskedCount);
    }

    [Fact]
    public async Task A_chain_tells_its_hops_from_the_newest_on_and_what_each_had_found()
    {
        var message = await ArcSamples.Pass(await ArcSamples.Pass(ArcSamples.Message, 1), 2);
        var result = await ArcSamples.Verify(message);
        Assert.Equal((ArcResultCode.Pass, 0, 2), (result.Code, result.OldestPass, result.HighestInstance));
        Assert.Null(result.Reason);
        Assert.Equal([ArcSamples.Domain(2), ArcSamples.Domain(1)], result.Sets.Select(set => set.SealingDomain));
        Assert.Equal([ArcResultCode.Pass, ArcResultCode.None], result.Sets.Select(set => set.Seal.ChainValidation));
        Assert.Equal([256, 2048], result.Sets.Select(set => set.SealResult.KeyBits!.Value));
        Assert.All(result.Sets, set =>
        {
            Assert.Equal((SignatureResultCode.Pass, SignatureResultCode.Pass), (set.SealResult.Code, set.MessageSignatureResult.Code));
            Assert.True(set.MessageSignatureResult.CoversAuthor);
            Assert.Equal("mx.example.net", set.Results!.AuthservId);
            Assert.Equal(("spf", "pass"), (set.Results.Results[0].Method, set.Results.Results[0].Result));
        });

        var written = result.ToMethodResult();
        Assert.Equal(("arc", "pass", "i=2 cv=pass d=hop2.example"), (written.Method, written.Result, written.Comment));
        Assert.Equal(new ResultProperty("header", "oldest-pass", "0"), Assert.Single(written.Properties));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    public async Task The_oldest_pass_names_the_first_hop_after_the_last_change(int changingHop, int expected)
    {
        var message = ArcSamples.Message;
        for (var hop = 1; hop <= 3; hop++)
        {
            message = await ArcSamples.Pass(message, hop, hop == changingHop ? AddFooter : null);
        }

        var result = await ArcSamples.Verify(message);
        Assert.Equal((ArcResultCode.Pass, expected), (result.Code, result.OldestPass));
    }

    [Fact]
    public async Task A_kept_chain_of_dkimpy_of_a_list_that_changed_the_message_and_of_mailauth_passes()
    {
        var verifier = new ArcVerifier(DkimSamples.Resolver("arc-three-hops.json"));
        var result = await verifier.VerifyAsync(DkimSamples.Message("arc-three-hops.eml"), TestContext.Current.CancellationToken);
        Assert.True(result.Code == ArcResultCode.Pass, result.Reason);
        Assert.Equal((2, 3), (result.OldestPass, result.HighestInstance));
        Assert.Equal(["forwarder.example", "lists.example.org", "example.net"], result.Sets.Select(set => set.SealingDomain.ToString()));
        Assert.Contains(result.Sets[2].Results!.Results, claim => claim is { Method: "dmarc", Result: "pass" });
    }

    [Fact]
    public async Task A_change_by_the_hop_itself_never_counts_against_the_chain_that_arrived()
    {
        // Seen in OpenARC, issue 169: the chain value belongs to what arrived.
        var message = await ArcSamples.Pass(await ArcSamples.Pass(ArcSamples.Message, 1), 2, AddFooter);
        var result = await ArcSamples.Verify(message);
        Assert.Equal(ArcResultCode.Pass, result.Sets[0].Seal.ChainValidation);
        Assert.Equal((ArcResultCode.Pass, 2), (result.Code, result.OldestPass));
    }

    [Fact]
    public async Task A_change_after_the_last_hop_fails_the_chain_with_the_half_named()
    {
        var message = await ArcSamples.Pass(await ArcSamples.Pass(ArcSamples.Message, 1), 2);
        var body = await ArcSamples.Verify(AddFooter(message));
        Assert.Equal((ArcResultCode.Fail, 2), (body.Code, body.FailingInstance));
        Assert.Contains("body hash", body.Reason, StringComparison.Ordinal);
        Assert.Equal(2, body.Sets.Length);
        Assert.Empty(body.ToMethodResult().Properties);

        var header = await ArcSamples.Verify(message.Replace("Subject: Plans", "Subject: Plots", StringComparison.Ordinal));
        Assert.Equal((ArcResultCode.Fail, 2), (header.Code, header.FailingInstance));
        Assert.Contains("header signature", header.Reason, StringComparison.Ordinal);

        var second = await ArcSamples.Verify("From: Mallory <mallory@example.com>\r\n" + message);
        Assert.Equal(ArcResultCode.Fail, second.Code);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_changed_claim_of_any_hop_fails_the_chain(int hop)
    {
        var message = await ArcSamples.Pass(await ArcSamples.Pass(ArcSamples.Message, 1), 2);
        var result = await ArcSamples.Verify(message.Replace(
            $"ARC-Authentication-Results: i={hop}; mx", $"ARC-Authentication-Results: i={hop}; xm", StringComparison.Ordinal));
        Assert.Equal((ArcResultCode.Fail, 2), (result.Code, result.FailingInstance));
        Assert.Contains("seal of set 2", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dns_failure_is_permanent_for_a_chain_and_its_kind_is_kept()
    {
        // RFC 8617 section 5.2.1: all errors, including those of the DNS, are permanent.
        var message = await ArcSamples.Pass(await ArcSamples.Pass(ArcSamples.Message, 1), 2);
        var zone = new Zone();
        zone.Add("s._domainkey.hop1.example", ZoneEntryKind.Timeout, string.Empty);
        zone.Add("s._domainkey.hop2.example", ZoneEntryKind.Txt, TestSigner.Ed25519.Record);
        var result = await ArcSamples.Verify(message, new ZoneResolver(zone));
        Assert.Equal((ArcResultCode.Fail, 1), (result.Code, result.FailingInstance));
        Assert.Equal(SignatureResultCode.TempError, result.Sets[1].SealResult.Code);
        Assert.Equal("fail", result.ToMethodResult().Result);
    }

    [Fact]
    public async Task An_older_message_signature_that_cannot_be_read_breaks_no_chain()
    {
        // RFC 8617 section 5.2, step 5: only the newest decides; the older ones tell where the message changed.
        var odd = ArcPlainSigner.Seal(ArcSamples.Message, "mx.example.net; none", c: "relaxed/lax");
        Assert.Equal(ArcResultCode.Fail, (await ArcSamples.Verify(odd)).Code);
        var result = await ArcSamples.Verify(ArcPlainSigner.Seal(odd, "mx.example.net; none"));
        Assert.Equal((ArcResultCode.Pass, 2), (result.Code, result.OldestPass));
        Assert.Null(result.Sets[1].MessageSignature);
        Assert.Equal(SignatureResultCode.PermError, result.Sets[1].MessageSignatureResult.Code);
        Assert.Contains("canonicalization", result.Sets[1].MessageSignatureResult.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spf=(null) dkim=pass")]
    [InlineData("spf=pass (a comment; with a semicolon that never ends")]
    [InlineData("\"unended")]
    [InlineData("=;;=;;")]
    public async Task Junk_in_a_hops_results_is_reported_and_breaks_no_chain(string junk)
    {
        // Seen in OpenDMARC, issues 31, 46, 441 and CVE-2024-25768: the reader crashes.
        var message = ArcPlainSigner.Seal(ArcSamples.Message, $"mx.example.net; {junk}");
        var result = await ArcSamples.Verify(message);
        Assert.Equal(ArcResultCode.Pass, result.Code);
        Assert.Null(result.Sets[0].Results);
        Assert.NotNull(result.Sets[0].ResultsDefect);
    }

    [Fact]
    public async Task More_results_than_sixteen_are_all_read()
    {
        var message = ArcPlainSigner.Seal(ArcSamples.Message, "mx.example.net;" + string.Concat(Enumerable.Repeat(" dkim=pass header.d=a.example;", 40)));
        var result = await ArcSamples.Verify(message);
        Assert.Equal((ArcResultCode.Pass, 40), (result.Code, result.Sets[0].Results!.Results.Length));
    }

    [Fact]
    public async Task A_closed_chain_fails_and_nothing_is_asked_for_it()
    {
        // RFC 8617 section 5.2, step 2: the algorithm stops there, whatever else holds.
        var closed = await ArcSamples.Pass(AddFooter(await ArcSamples.Pass(ArcSamples.Message, 1)), 2);
        foreach (var message in new[] { closed, AddFooter(closed), closed.Replace("ARC-Authentication-Results: i=1;", "X: i=1;", StringComparison.Ordinal) })
        {
            var resolver = new ScriptedResolver(ArcSamples.Resolver());
            var result = await ArcSamples.Verify(message, resolver);
            Assert.Equal((ArcResultCode.Fail, true, 2, 0), (result.Code, result.IsClosed, result.FailingInstance, resolver.AskedCount));
            Assert.Contains("closed the chain: its seal says cv=fail (RFC 8617 section 5.2, step 2)", result.Reason, StringComparison.Ordinal);
            Assert.Null(result.OldestPass);
        }
    }

    [Fact]
    public async Task A_chain_that_goes_on_after_it_was_closed_fails()
    {
        // RFC 8617 section 5.2, step 3: no seal may say fail.
        var closed = ArcPlainSigner.Seal(ArcPlainSigner.Seal(ArcSamples.Message, "mx.example.net; none"), "mx.example.net; none", cv: "fail");
        var result = await ArcSamples.Verify(ArcPlainSigner.Seal(closed, "mx.example.net; none", cv: "pass"));
        Assert.Equal((ArcResultCode.Fail, true, 2), (result.Code, result.IsClosed, result.FailingInstance));
        Assert.Contains("step 3", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cv=none")]
    [InlineData("cv=fail")]
    public async Task A_domain_whose_seal_was_not_verified_is_not_named(string status)
    {
        var forged = $"ARC-Seal: i=1; a=rsa-sha256; {status}; d=bank.example; s=s; t=1700000000; b=AAAA\r\n"
            + "ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=bank.example; s=s; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n"
            + "ARC-Authentication-Results: i=1; mx.bank.example; dmarc=pass\r\n" + ArcSamples.Message;
        var result = await ArcSamples.Verify(forged);
        Assert.Equal(ArcResultCode.Fail, result.Code);
        Assert.False(Assert.Single(result.Sets).IsSealVerified);
        Assert.Equal($"i=1 {status}", result.ToMethodResult().Comment);
        Assert.DoesNotContain("bank.example", result.ToMethodResult().Comment, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ARC-Seal: a=b", "an ARC-Seal has no i=")]
    [InlineData("ARC-Message-Signature: a=b", "an ARC-Message-Signature has no i=")]
    [InlineData("ARC-Seal: i=0; a=b", "an ARC-Seal belongs to no set")]
    [InlineData("ARC-Seal: nonsense", "an ARC-Seal belongs to no set")]
    public async Task A_missing_instance_is_named_before_anything_else(string field, string says)
    {
        var result = await ArcSamples.Verify($"{field}\r\n{ArcSamples.Message}");
        Assert.Equal(ArcResultCode.Fail, result.Code);
        Assert.StartsWith(says, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unsigned_copy_of_a_signed_field_breaks_no_chain_and_is_named()
    {
        // RFC 8617 section 5.2.1 makes a failure final for all who come after; the seals still say truly who handled the message.
        var result = await ArcSamples.Verify("Subject: Send money\r\n" + await ArcSamples.Pass(ArcSamples.Message, 1));
        Assert.Equal(ArcResultCode.Pass, result.Code);
        Assert.Equal(["subject"], result.Sets[0].MessageSignatureResult.UnsignedCopies);
        Assert.True(result.Sets[0].MessageSignatureResult.LeavesShownOpen);
        var alike = await ArcSamples.Verify("Subject: Plans\r\n" + await ArcSamples.Pass(ArcSamples.Message, 1));
        Assert.False(alike.Sets[0].MessageSignatureResult.LeavesShownOpen);
    }

    [Fact]
    public async Task Times_are_judged_as_those_of_dkim_are()
    {
        var message = await ArcSamples.Pass(ArcSamples.Message, 1);
        var before = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(40));
        var resolver = new ScriptedResolver(ArcSamples.Resolver());
        var result = await new ArcVerifier(resolver, null, before).VerifyAsync(TestSigner.Bytes(message), TestContext.Current.CancellationToken);
        Assert.Equal((ArcResultCode.Fail, 0), (result.Code, resolver.AskedCount));
        Assert.Contains("from the future", result.Reason, StringComparison.Ordinal);

        var forArchives = new ArcOptions { Signatures = ArchiveOptions.Dkim };
        var later = await new ArcVerifier(resolver, forArchives, before).VerifyAsync(TestSigner.Bytes(message), TestContext.Current.CancellationToken);
        Assert.Equal(ArcResultCode.Pass, later.Code);
    }

    [Fact]
    public async Task Dkim_and_arc_share_a_message_its_hashes_and_each_key_is_asked_for_once()
    {
        var text = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(ArcSamples.Message));
        var zone = new Zone();
        zone.Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record);
        var resolver = new ScriptedResolver(new ZoneResolver(zone));
        using var sealer = new ArcSealer(
            TestSigner.Rsa2048.Pem, new ArcSealerOptions { Domain = DomainName.Parse("example.com").Value!, Selector = "s" });
        var leaving = TestSigner.Bytes(text);
        var message = ArcSamples.WithFields(leaving, sealer.Seal(leaving, ArcResult.None, ArcSamples.Results()));

        var cancellation = TestContext.Current.CancellationToken;
        var dkim = new DkimVerifier(resolver);
        var header = HeaderBlock.Parse(message);
        using var signed = new SignedMessage(header, new DnsSession(resolver), ownsSession: true);
        var dkimVerification = dkim.Begin(signed);
        var arcVerification = new ArcVerifier(resolver).Begin(signed);
        signed.Body.Append(message.AsSpan(header.BodyOffset));
        signed.Body.Complete();
        Assert.Equal(SignatureResultCode.Pass, (await dkimVerification.CompleteAsync(cancellation)).Code);
        Assert.Equal(ArcResultCode.Pass, (await arcVerification.CompleteAsync(cancellation)).Code);
        Assert.Equal(1, resolver.AskedCount);
    }

    [Fact]
    public async Task A_message_signature_that_leaves_the_author_unsigned_says_so()
    {
        // ARC lets h= be empty, as its conformance suite shows; local policy must not lift a failure for such a chain.
        var message = await ArcSamples.Pass(ArcSamples.Message, 1);
        var result = await ArcSamples.Verify(message);
        Assert.True(result.Sets[0].MessageSignatureResult.CoversAuthor);
        using var sealer = ArcSamples.Sealer(1, "from");
        var twice = TestSigner.Bytes("From: Bob <bob@example.org>\r\n" + ArcSamples.Message);
        var partial = Encoding.Latin1.GetString(ArcSamples.WithFields(twice, sealer.Seal(twice, ArcResult.None, ArcSamples.Results())));
        var second = await ArcSamples.Verify(partial);
        Assert.Equal(ArcResultCode.Pass, second.Code);
        Assert.False(second.Sets[0].MessageSignatureResult.CoversAuthor);
    }

    private static string AddFooter(string message) => message + "-- \r\nThe list\r\n";
}
