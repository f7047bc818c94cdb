using System.Text;
using EmailAuth.Arc;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Arc;

/// <summary>Chains whose structure is broken: they fail before a key is asked for (RFC 8617 section 5.2, steps 1 to 3).</summary>
public class ArcChainTests
{
    private static readonly Task<string> Sealed = SealAsync();

    [Theory]
    // instances
    [InlineData("ARC-Seal: i=2;", "ARC-Seal: i=0;", "1 to 50", "zero")]
    [InlineData("ARC-Seal: i=2;", "ARC-Seal: i=51;", "1 to 50", "beyond the limit")]
    [InlineData("ARC-Seal: i=2;", "ARC-Seal: i=99999999999999999999;", "1 to 50", "huge")]
    [InlineData("ARC-Seal: i=2;", "ARC-Seal: i=002;", "1 to 50", "three digits: position = 1*2DIGIT")]
    [InlineData("ARC-Seal: i=2;", "ARC-Seal: i=-2;", "1 to 50", "signed")]
    [InlineData("ARC-Seal: i=2;", "ARC-Seal: i=٢;", "1 to 50", "a digit of another script")]
    [InlineData("ARC-Seal: i=2;", "ARC-Seal: i=;", "1 to 50", "empty")]
    [InlineData("ARC-Seal: i=2;", "ARC-Seal:", "belongs to no set", "absent")]
    [InlineData("ARC-Seal: i=2;", "ARC-Seal: i=3;", "has no", "a gap")]
    [InlineData("ARC-Seal: i=2;", "ARC-Seal: i=1;", "more than one ARC-Seal", "an instance taken")]
    [InlineData("ARC-Seal: i=2;", "ARC-Seal: i=01;", "more than one ARC-Seal", "the same number, written otherwise")]
    [InlineData("ARC-Seal: i=2;", "ARC-Seal: i=2; i=2;", "more than once", "a tag twice")]
    [InlineData("ARC-Message-Signature: i=2;", "ARC-Message-Signature: i=1;", "more than one ARC-Message-Signature", "an instance taken")]
    [InlineData("ARC-Message-Signature: i=2;", "ARC-Message-Signature: I=2;", "belongs to no set", "tag names have case")]
    [InlineData("ARC-Authentication-Results: i=2;", "ARC-Authentication-Results: i=1;", "more than one ARC-Authentication-Results", "an instance taken")]
    [InlineData("ARC-Authentication-Results: i=2;", "ARC-Authentication-Results:", "does not start with its instance", "absent")]
    [InlineData("ARC-Authentication-Results: i=2;", "ARC-Authentication-Results: i=2", "does not start with its instance", "no semicolon")]
    [InlineData("ARC-Authentication-Results: i=2;", "ARC-Authentication-Results: mx.example.net; i=2;", "does not start with its instance", "not first")]
    [InlineData("ARC-Authentication-Results: i=2;", "ARC-Authentication-Results: (i=2; i=2;", "does not start with its instance", "a comment that does not end")]
    [InlineData("ARC-Seal: i=2;", "X-Seal: i=2;", "has no ARC-Seal", "a field missing")]
    [InlineData("ARC-Seal: i=1;", "X-Seal: i=1;", "has no ARC-Seal", "a field of an older set missing")]
    [InlineData("ARC-Message-Signature: i=1;", "X-Signature: i=1;", "has no ARC-Message-Signature", "a field of an older set missing")]
    // cv
    [InlineData("cv=pass;", "cv=none;", "only cv=pass can be", "none above the first set")]
    [InlineData("cv=none;", "cv=pass;", "only cv=none can be", "pass in the first set")]
    [InlineData("cv=pass;", "cv=;", "not none, pass or fail", "empty")]
    [InlineData("cv=pass;", "cv=passed;", "not none, pass or fail", "another word")]
    [InlineData("cv=pass;", "cw=pass;", "cv= is missing", "absent")]
    [InlineData("cv=pass;", "cv=pass; cv=pass;", "more than once", "twice")]
    // what a seal must and must not have
    [InlineData("cv=pass;", "cv=pass; h=from;", "h= must not be in a seal", "RFC 8617 section 4.1.3")]
    [InlineData("cv=pass;", "cv=pass; h=;", "h= must not be in a seal", "empty as well")]
    [InlineData("ARC-Seal: i=2; a=ed25519-sha256;", "ARC-Seal: i=2; a=rsa-sha1;", "rsa-sha1", "RFC 8301 section 3.1")]
    [InlineData("ARC-Seal: i=1; a=rsa-sha256;", "ARC-Seal: i=1; a=rsa-md5;", "unknown algorithm", "every seal must hold, so also the oldest")]
    [InlineData("ARC-Seal: i=2; a=ed25519-sha256;", "ARC-Seal: i=2;", "a= is missing", "absent")]
    [InlineData("ARC-Seal: i=2;", "ARC-Seal: i=2;;", "tag name", "an empty tag")]
    // the newest message signature
    [InlineData("ARC-Message-Signature: i=2;", "ARC-Message-Signature: i=2; b=AAAA;", "more than once", "b= twice, so that two readers may take another")]
    [InlineData("c=relaxed/relaxed;", "c=relaxed/lax;", "canonicalization", "unknown")]
    [InlineData("h=from:", "h=arc-seal:from:", "ARC-Seal", "RFC 8617 section 4.1.2 forbids it")]
    [InlineData("h=from:", "h=ARC-\r\n Seal:from:", "character", "a folded name is not a field name")]
    [InlineData("h=from:", "h=from: arc-Seal :", "ARC-Seal", "in any case, with white space")]
    [InlineData("bh=", "bh=AAAA; xh=", "holds 3 octets", "not a SHA-256 hash")]
    [InlineData("bh=", "bh=*; xh=", "bh= is not base64", "not base64")]
    public async Task A_broken_structure_fails_with_its_reason_and_asks_for_no_key(string what, string by, string reason, string why)
    {
        var message = await Sealed;
        Assert.Contains(what, message, StringComparison.Ordinal);
        var position = message.IndexOf(what, StringComparison.Ordinal);
        var broken = message.Remove(position, what.Length).Insert(position, by);
        var resolver = new ScriptedResolver(ArcSamples.Resolver());
        var result = await new ArcVerifier(resolver).VerifyAsync(Encoding.UTF8.GetBytes(broken), TestContext.Current.CancellationToken);
        Assert.True(result.Code == ArcResultCode.Fail, $"{why}: {result.Code}");
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
        Assert.Equal(0, resolver.AskedCount);
        Assert.Null(result.OldestPass);
    }

    [Fact]
    public async Task Any_field_of_a_set_may_be_the_first_of_the_message()
    {
        using var sealer = ArcSamples.Sealer(1);
        var fields = sealer.Seal(TestSigner.Bytes(ArcSamples.Message), await ArcSamples.Verify(ArcSamples.Message), ArcSamples.Results()).Fields;
        Assert.Equal(3, fields.Length);
        for (var first = 0; first < 3; first++)
        {
            var header = string.Concat(fields.Skip(first).Concat(fields.Take(first)).Select(static field => field + "\r\n"));
            Assert.Equal(ArcResultCode.Pass, (await ArcSamples.Verify(header + ArcSamples.Message)).Code);
        }
    }

    [Theory]
    [InlineData("ARC-Authentication-Results", "ARC-Message-Signature")]
    [InlineData("ARC-Message-Signature", "ARC-Authentication-Results")]
    [InlineData("ARC-Seal", "ARC-Authentication-Results")]
    public async Task A_field_without_the_other_two_is_a_broken_chain(string name, string missing)
    {
        var whole = ArcPlainSigner.Seal(ArcSamples.Message, "mx.example.net; none");
        var only = whole.Split("\r\n").Single(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        var result = await ArcSamples.Verify($"{only}\r\n{ArcSamples.Message}");
        Assert.Equal((ArcResultCode.Fail, 1), (result.Code, result.FailingInstance));
        Assert.Contains($"set 1 has no {missing}", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seal_without_instance_that_says_fail_is_not_the_newest_of_a_chain()
    {
        var result = await ArcSamples.Verify("ARC-Seal: a=rsa-sha256; cv=fail; d=hop1.example; s=s; b=AAAA\r\n" + ArcSamples.Message);
        Assert.Equal(ArcResultCode.Fail, result.Code);
        Assert.Contains("belongs to no set", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_one_sets_fail_and_nothing_is_fetched()
    {
        var message = string.Concat(Enumerable.Range(1, 51).Reverse().Select(SetOf)) + ArcSamples.Message;
        var resolver = new ScriptedResolver(ArcSamples.Resolver());
        var result = await ArcSamples.Verify(message, resolver);
        Assert.Equal((ArcResultCode.Fail, 0), (result.Code, resolver.AskedCount));
        Assert.Contains("at most 50 sets", result.Reason, StringComparison.Ordinal);
        using var sealer = ArcSamples.Sealer(1);
        Assert.Empty(sealer.Seal(TestSigner.Bytes(message), result, ArcSamples.Results()).Fields);
    }

    [Fact]
    public async Task A_seal_among_too_many_closes_no_chain()
    {
        var message = string.Concat(Enumerable.Range(1, 51).Reverse().Select(SetOf)) + ArcSamples.Message;
        const string Newest = "ARC-Seal: i=50; a=rsa-sha256; cv=";
        var result = await ArcSamples.Verify(message.Replace(Newest + "pass;", Newest + "fail;", StringComparison.Ordinal));
        Assert.Equal(("set_limit", false), (result.ReasonCode, result.IsClosed));
    }

    // RFC 8617 section 5.2: step 2 comes before step 3, also in the first set.
    [Fact]
    public async Task A_first_set_that_closes_its_chain_need_not_be_whole()
    {
        var message = "ARC-Seal: i=1; a=rsa-sha256; cv=fail; d=hop1.example; s=s; b=AAAA\r\nARC-Authentication-Results: i=1; mx.example.net; none\r\n" + ArcSamples.Message;
        var result = await ArcSamples.Verify(message);
        Assert.Equal(("chain_closed", 1), (result.ReasonCode, result.FailingInstance));
    }

    [Fact]
    public async Task Ten_thousand_arc_fields_fail_and_none_of_them_is_read()
    {
        var message = string.Concat(Enumerable.Repeat("ARC-Seal: i=1; b=A\r\n", 9_990)) + ArcSamples.Message;
        var resolver = new ScriptedResolver(ArcSamples.Resolver());
        var result = await ArcSamples.Verify(message, resolver);
        Assert.Equal((ArcResultCode.Fail, 0), (result.Code, resolver.AskedCount));
        Assert.Contains("9990 fields of a kind", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_past_its_limit_fails_with_the_limit_named()
    {
        var message = string.Concat(Enumerable.Repeat("X: y\r\n", 10_001)) + await Sealed;
        var result = await ArcSamples.Verify(message);
        Assert.Equal(ArcResultCode.Fail, result.Code);
        Assert.Contains("MaxHeaderFields", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_of_fifty_sets_passes_and_a_lower_limit_fails_it()
    {
        var message = ArcSamples.Message;
        for (var hop = 0; hop < 50; hop++)
        {
            message = await ArcSamples.Pass(message, 2);
        }

        var resolver = new ScriptedResolver(ArcSamples.Resolver());
        var result = await ArcSamples.Verify(message, resolver);
        Assert.Equal((ArcResultCode.Pass, 0), (result.Code, result.OldestPass));
        Assert.Equal(1, resolver.AskedCount);
        Assert.Equal(Enumerable.Range(1, 50).Reverse(), result.Sets.Select(set => set.Instance));
        Assert.Equal(ArcResultCode.Fail, (await ArcSamples.Verify(message, null, new ArcOptions { MaxSets = 49 })).Code);

        using var sealer = ArcSamples.Sealer(1);
        var full = sealer.Seal(TestSigner.Bytes(message), result, ArcSamples.Results());
        Assert.Empty(full.Fields);
        Assert.Contains("50 sets", full.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cv=pass;", "cv=PASS;")]
    [InlineData("cv=none;", "cv=None;")]
    public void The_words_of_cv_have_no_case_as_abnf_has_none(string what, string by)
    {
        var text = $" i=1; a=rsa-sha256; {what} d=example.org; s=s; b=AAAA".Replace(what, by, StringComparison.Ordinal);
        Assert.True(ArcSeal.Parse(text).IsSuccess);
    }

    [Fact]
    public void Tags_that_a_seal_does_not_define_are_ignored_whatever_they_hold() =>
        Assert.True(ArcSeal.Parse(" i=1; a=rsa-sha256; cv=none; d=example.org; s=s; b=AAAA; bh=*; c=lax; l=x; q=y; v=7; x=z").IsSuccess);

    [Fact]
    public void A_message_signature_has_no_version_tag()
    {
        var signature = ArcMessageSignature.Parse(" i=1; a=rsa-sha256; v=9; d=example.org; s=s; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA");
        Assert.True(signature.IsSuccess);
        Assert.Null(signature.Value.HeaderCanonicalization);
    }

    [Property]
    public void No_text_makes_a_parser_throw(string text)
    {
        _ = ArcSeal.Parse(text ?? string.Empty);
        _ = ArcMessageSignature.Parse(text ?? string.Empty);
        Assert.InRange(ArcInstance.OfResults(Encoding.UTF8.GetBytes(text ?? string.Empty)), 0, 50);
    }

    [Property(MaxTest = 300)]
    public async Task No_change_of_a_byte_in_a_set_passes_or_makes_the_verifier_throw(ushort position, byte value)
    {
        var bytes = TestSigner.Bytes(await Sealed);
        var header = bytes.AsSpan().IndexOf("From:"u8);
        var index = position % header;
        var before = bytes[index];
        bytes[index] = value;
        var result = await new ArcVerifier(ArcSamples.Resolver()).VerifyAsync(bytes, TestContext.Current.CancellationToken);

        // Relaxed canonicalization forgives white space and the case of names, and base64 the unused bits before its padding.
        var isForgiven = char.ToLowerInvariant((char)before) == char.ToLowerInvariant((char)value)
            || " \t\r\n:".Contains((char)before, StringComparison.Ordinal) || " \t\r\n:".Contains((char)value, StringComparison.Ordinal)
            || bytes[index + 1] == '=';
        Assert.True(result.Code != ArcResultCode.Pass || isForgiven, $"byte {index}: {before} to {value} passes");
    }

    private static string SetOf(int instance) =>
        $"ARC-Seal: i={instance}; a=rsa-sha256; cv={(instance == 1 ? "none" : "pass")}; d=hop1.example; s=s; b=AAAA\r\n"
        + $"ARC-Message-Signature: i={instance}; a=rsa-sha256; d=hop1.example; s=s; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n"
        + $"ARC-Authentication-Results: i={instance}; mx.example.net; none\r\n";

    private static async Task<string> SealAsync() => await ArcSamples.Pass(await ArcSamples.Pass(ArcSamples.Message, 1), 2);
}
