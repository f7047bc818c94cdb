using System.Security.Cryptography;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Messages;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Arc;

/// <summary>The whole of what a sealer adds, for messages that end anywhere.</summary>
public class ArcSealerRuleTests
{
    private static readonly FakeTimeProvider Clock = new(DateTimeOffset.FromUnixTimeSeconds(1_750_000_000));

    [Fact]
    public async Task The_fields_of_a_first_and_a_second_set_are_these_but_for_the_signatures()
    {
        using var sealer = Sealer();
        var message = TestSigner.Bytes(ArcSamples.Message);
        var first = sealer.Seal(message, ArcResult.None, ArcSamples.Results());
        Assert.Equal(
            "ARC-Seal: i=1; a=ed25519-sha256; cv=none; d=hop2.example; s=s; t=1750000000; b=|"
            + "ARC-Message-Signature: i=1; a=ed25519-sha256; c=relaxed/relaxed; d=hop2.example; s=s; t=1750000000; h=from:from:subject:date:to; bh=HASH; b=|"
            + "ARC-Authentication-Results: i=1; mx.example.net; spf=pass smtp.mailfrom=alice@example.org",
            Shown(first).Replace(BodyHash(ArcSamples.Message), "HASH", StringComparison.Ordinal));
        Assert.Equal((1, null, null), (first.Instance, first.Reason, first.ReasonCode));

        var passed = Encoding.Latin1.GetString(ArcSamples.WithFields(message, first));
        var second = sealer.Seal(TestSigner.Bytes(passed), await ArcSamples.Verify(passed), ArcSamples.Results("fail").Changed(static results => results.Version, 1));
        Assert.StartsWith("ARC-Seal: i=2; a=ed25519-sha256; cv=pass; d=hop2.example; s=s; t=1750000000; b=|ARC-Message-Signature: i=2;", Shown(second), StringComparison.Ordinal);
        Assert.EndsWith("|ARC-Authentication-Results: i=2; mx.example.net 1; spf=fail smtp.mailfrom=alice@example.org", Shown(second), StringComparison.Ordinal);
    }

    // RFC 8601 section 2.5: UTF-8 is for internationalized messages.
    [Theory]
    [InlineData("From: a@example.org\r\n\r\nHi \u00e4\r\n", "mx.xn--exmple-cua.org")]
    [InlineData("From: a@example.org\r\nSubject: \u00e4\r\n\r\nHi\r\n", "\"mx.ex\u00e4mple.org\"")]
    public void An_authserv_id_with_U_labels_has_A_labels_in_an_ASCII_header(string message, string written)
    {
        using var sealer = Sealer();
        var sealing = sealer.Seal(Encoding.UTF8.GetBytes(message), ArcResult.None, ArcSamples.Results().Changed(static results => results.AuthservId, "mx.ex\u00e4mple.org"));
        Assert.StartsWith($"ARC-Authentication-Results: i=1; {written};", sealing.Fields[2], StringComparison.Ordinal);
    }

    // The end of what is read is the end of the message, wherever it is.
    [Theory]
    [InlineData("From: a@example.org\r\n\r\nHi\r\n")]
    [InlineData("From: a@example.org\r\n\r\nHi")]
    [InlineData("From: a@example.org\r\n\r\n")]
    [InlineData("From: a@example.org\r\n")]
    [InlineData("From: a@example.org")]
    [InlineData("From: a@example.org\n")]
    [InlineData("From: a@example.org\n\nHi")]
    [InlineData("From: a@example.org\r\n\r\nHi\r\n\r\n\r\n")]
    [InlineData("From: a@example.org\r\n\r\nHi\r")]
    [InlineData("From: a@example.org\r\n\r\n\r\n")]
    public async Task A_message_is_sealed_to_its_end(string message)
    {
        using var sealer = Sealer();
        var bytes = TestSigner.Bytes(message);
        var whole = sealer.Seal(bytes, ArcResult.None, ArcSamples.Results());
        var streamed = await sealer.SealAsync(new MemoryStream(bytes), ArcResult.None, ArcSamples.Results(), TestContext.Current.CancellationToken);
        Assert.Equal(whole.Fields.AsEnumerable(), streamed.Fields);
        var crlf = message.EndsWith('\r') ? message : message.ReplaceLineEndings("\r\n");
        var body = crlf.Split("\r\n\r\n", 2) is [_, var rest] ? rest : string.Empty;
        Assert.Contains("bh=" + BodyHash("\r\n\r\n" + body), Shown(whole), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_is_read_piece_by_piece_and_its_token_counts()
    {
        using var sealer = Sealer();
        var message = TestSigner.Bytes(ArcSamples.Message);
        var whole = sealer.Seal(message, ArcResult.None, ArcSamples.Results());
        var pieces = await sealer.SealAsync(MessageForms.Stream(message, 7), ArcResult.None, ArcSamples.Results(), TestContext.Current.CancellationToken);
        Assert.Equal(whole.Fields.AsEnumerable(), pieces.Fields);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await sealer.SealAsync(new MemoryStream(message), ArcResult.None, ArcSamples.Results(), cancelled.Token));
    }

    public static TheoryData<string, string[], string> Names => new()
    {
        { "From: a\r\nFrom: b\r\nTo: c\r\nDKIM-Signature: x\r\n\r\n", [], "from:from:from:to:dkim-signature" },
        { string.Concat(Enumerable.Repeat("From: a\r\nTo: b\r\n", 12)) + "\r\n", [], "from" + string.Concat(Enumerable.Repeat(":from", 12)) + string.Concat(Enumerable.Repeat(":to", 10)) },
        { "From: a\r\n\r\n", ["FROM", "Subject", "x-A"], "from:subject:x-a" },
        { "To: c\r\n\r\n", [], "from:to" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void The_message_signature_covers_what_is_read_or_what_is_chosen(string message, string[] chosen, string names)
    {
        using var sealer = new ArcSealer(TestSigner.Ed25519.Pem, Options(chosen), Clock);
        Assert.Contains($" h={names};", Shown(sealer.Seal(TestSigner.Bytes(message), ArcResult.None, ArcSamples.Results())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("From|Arc-seal", "ARC's own fields are covered by the seal, not by the message signature (RFC 8617 section 4.1.2).")]
    [InlineData("arc-x|From", "ARC's own fields are covered by the seal, not by the message signature (RFC 8617 section 4.1.2).")]
    [InlineData("To", "From must be signed (RFC 6376 section 5.4).")]
    [InlineData("From|Return-path", "Return-Path is not signed: the host that delivers a message removes it, or adds another (RFC 5321 section 4.4, RFC 6376 section 5.4).")]
    [InlineData("From|archive|arc", null)]
    [InlineData("fRoM", null)]
    public void Names_that_are_chosen_are_checked(string names, string? refusal)
    {
        var thrown = Record.Exception(() => Options(names.Split('|')));
        Assert.Equal(refusal is null, thrown is null);
        Assert.True(refusal is null || (thrown is ArgumentException { ParamName: "names" } && thrown.Message.StartsWith(refusal, StringComparison.Ordinal)), thrown?.Message);
        Assert.True(refusal is not null || Options(names.Split('|')).FieldNames.SequenceEqual(names.ToLowerInvariant().Split('|')));
        Assert.Empty(Options().FieldNames);
        Assert.Same(MessageLimits.Default, Options().MessageLimits);
    }

    // RFC 1035 section 2.3.4, of selector._domainkey.domain.
    [Theory]
    [InlineData(238, true)]
    [InlineData(239, true)]
    [InlineData(240, false)]
    [InlineData(253, false)]
    public void The_name_of_the_key_has_at_most_253_characters(int domain, bool isTaken)
    {
        var text = string.Concat(Enumerable.Range(1, domain).Select(static place => place % 45 == 44 ? '.' : 'a'));
        var thrown = Record.Exception(() => new ArcSealer(TestSigner.Ed25519.Pem, new ArcSealerOptions { Domain = DomainName.Parse(text).Value!, Selector = "ab" }).Dispose());
        Assert.Equal(isTaken ? null : "options", (thrown as ArgumentException)?.ParamName);
        Assert.True(isTaken || thrown!.Message.StartsWith("Selector and domain make a key name of more than 253 characters (RFC 1035 section 2.3.4).", StringComparison.Ordinal));
    }

    // More than a header of a message that arrives may have.
    [Fact]
    public void Results_of_more_than_a_mebibyte_are_sealed()
    {
        using var sealer = Sealer();
        var results = new AuthenticationResults
        {
            AuthservId = "mx.example.org",
            Results = [.. Enumerable.Range(0, 20_000).Select(static number => new MethodResult { Method = "dkim", Result = "pass", Reason = $"{number:d60}" })],
        };
        var fields = sealer.Seal(TestSigner.Bytes(ArcSamples.Message), ArcResult.None, results).Fields;
        Assert.Equal(3, fields.Length);
        Assert.True(fields[2].Length > 1024 * 1024);
    }

    [Fact]
    public void A_selector_that_is_not_one_is_refused_with_its_reason()
    {
        var thrown = Assert.Throws<ArgumentException>(() => new ArcSealer(TestSigner.Ed25519.Pem, new ArcSealerOptions { Domain = ArcSamples.Domain(1), Selector = "a..b" }));
        Assert.StartsWith("The selector is not valid: the domain name has an empty label (RFC 1035 section 2.3.1)", thrown.Message, StringComparison.Ordinal);
        Assert.Equal("options", thrown.ParamName);
        Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => new ArcSealer(TestSigner.Ed25519.Pem, null!)).ParamName);
        using var key = PemSigningKey.Load(TestSigner.Ed25519.Pem);
        Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => new ArcSealer(key, null!)).ParamName);
        Assert.Throws<ArgumentException>(() => new ArcSealer(key, new ArcSealerOptions { Domain = ArcSamples.Domain(1), Selector = "a..b" }));
    }

    [Theory]
    [InlineData(512, false)]
    [InlineData(1024, true)]
    public void A_key_has_at_least_1024_bits(int bits, bool isTaken)
    {
        using var rsa = RSA.Create(bits);
        var thrown = Record.Exception(() => new ArcSealer(rsa.ExportPkcs8PrivateKeyPem(), Options()).Dispose());
        Assert.Equal(isTaken ? null : "privateKey", (thrown as ArgumentException)?.ParamName);
    }

    [Fact]
    public void A_sealer_gives_up_the_key_that_it_read_and_not_one_that_was_given()
    {
        var message = TestSigner.Bytes(ArcSamples.Message);
        using var key = PemSigningKey.Load(TestSigner.Rsa2048.Pem);
        var given = new ArcSealer(key, Options(), Clock);
        given.Dispose();
        Assert.NotEmpty(given.Seal(message, ArcResult.None, ArcSamples.Results()).Fields);
        var own = new ArcSealer(TestSigner.Rsa2048.Pem, Options(), Clock);
        own.Dispose();
        Assert.Throws<ObjectDisposedException>(() => own.Seal(message, ArcResult.None, ArcSamples.Results()));
    }

    [Fact]
    public void What_keeps_a_message_from_being_sealed_is_said_in_a_line()
    {
        using var sealer = Sealer();
        Assert.Equal(
            "leading_white_space: the message starts with white space: its first line would become part of the field above it (RFC 5322 section 2.2.3)",
            Refusal(" x\r\n" + ArcSamples.Message, ArcResult.None));
        const string BareLineBreak = "bare_line_break: the header has a CR without LF or an LF without CR, which hosts on the way repair or read as another field (RFC 5322 section 2.2)";
        Assert.Equal(BareLineBreak, Refusal("X: y\nFrom: other@example.org\r\n" + ArcSamples.Message, ArcResult.None));
        Assert.Equal(BareLineBreak, Refusal("X: y\rFrom: other@example.org\r\n" + ArcSamples.Message, ArcResult.None));
        Assert.Equal(": ", Refusal(ArcSamples.Message + "a footer\nwith line feeds\rin a body\n", ArcResult.None));
        Assert.Equal(": ", Refusal("From: other@example.org\r\n" + ArcSamples.Message, ArcResult.None));
        Assert.Equal("chain_closed: the chain is closed: a seal says cv=fail (RFC 8617 section 5.1)", Refusal(ArcSamples.Message, new ArcResult { Code = ArcResultCode.Fail, IsClosed = true }));
        Assert.Equal("chain_closed: the chain is closed: a seal says cv=fail (RFC 8617 section 5.1)", Refusal("ARC-Seal: i=1; cv=fail\r\n" + ArcSamples.Message, new ArcResult { Code = ArcResultCode.Fail }));
        Assert.Equal(
            "chain_changed: the chain in the message that leaves is not the one that arrived (RFC 8617 section 5.1)", Refusal(ArcSamples.Message, new ArcResult { Code = ArcResultCode.Pass, HighestInstance = 1 }));
        Assert.Equal("chain_changed: the chain in the message that leaves is not the one that arrived (RFC 8617 section 5.1)", Refusal("ARC-Seal: i=1; cv=none\r\n" + ArcSamples.Message, new ArcResult { Code = ArcResultCode.Pass, HighestInstance = 1 }));
        Assert.Equal(": ", Refusal("ARC-Seal: i=1; cv=none\r\n" + ArcSamples.Message, new ArcResult { Code = ArcResultCode.Fail, HighestInstance = 1 }));
        Assert.Equal("set_limit: the chain cannot grow beyond 50 sets (RFC 8617 section 4.2.1)", Refusal("ARC-Seal: i=50; cv=none\r\n" + ArcSamples.Message, new ArcResult { Code = ArcResultCode.Fail, HighestInstance = 50 }));
        Assert.Equal(": ", Refusal("ARC-Seal: i=49; cv=none\r\n" + ArcSamples.Message, new ArcResult { Code = ArcResultCode.Fail, HighestInstance = 49 }));

        string Refusal(string message, ArcResult arrived)
        {
            var sealing = sealer.Seal(TestSigner.Bytes(message), arrived, ArcSamples.Results());
            Assert.Equal(sealing.Reason is null ? 3 : 0, sealing.Fields.Length);
            return $"{sealing.ReasonCode}: {sealing.Reason}";
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(50, true)]
    [InlineData(51, false)]
    public void A_chain_may_be_limited_to_1_to_50_sets(int sets, bool isTaken)
    {
        Assert.Equal(isTaken, Record.Exception(() => new ArcOptions { MaxSets = sets }) is null);
        Assert.Equal(50, ArcOptions.Default.MaxSets);
        var thrown = Assert.Throws<ArgumentException>(() => new ArcVerifier(ArcSamples.Resolver(), new ArcOptions { Signatures = null! }));
        Assert.Equal(("options", true), (thrown.ParamName, thrown.Message.StartsWith("Signatures is null.", StringComparison.Ordinal)));
        Assert.Throws<ArgumentException>(() => new ArcVerifier(ArcSamples.Resolver(), new ArcOptions { Signatures = new SignatureOptions { MinRsaBits = 4096, MaxRsaBits = 2048 } }));
    }

    private static ArcSealer Sealer() => new(TestSigner.Ed25519.Pem, Options(), Clock);

    private static ArcSealerOptions Options(params string[] names) => new() { Domain = ArcSamples.Domain(2), Selector = "s", FieldNames = [.. names] };

    private static string BodyHash(string message) => Convert.ToBase64String(SHA256.HashData(TestSigner.Bytes(
        Signatures.PlainCanonicalization.RelaxedBody(message[(message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]))));

    // Unfolded, without what only a key can make.
    private static string Shown(ArcSealing sealing) => string.Join('|', sealing.Fields
        .Select(static field => field.Replace(";\r\n ", "; ", StringComparison.Ordinal).Replace("\r\n ", string.Empty, StringComparison.Ordinal))
        .Select(static field => field.Contains("; b=", StringComparison.Ordinal) ? field[..(field.IndexOf("; b=", StringComparison.Ordinal) + 4)] : field));
}
