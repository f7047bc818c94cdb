using System.Text;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>Who signs, what is refused and how a field is written, each with its whole text.</summary>
public class DkimSigningTests
{
    private const string Plain = "From: a@example.com\r\n\r\nHello\r\n";

    private static readonly PemSigningKey Edwards = PemSigningKey.Load(TestSigner.Ed25519.Pem);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "no_author", "the message has no From field (RFC 5322 section 3.6)")]
    [InlineData("To: x\r\n\r\n", "no_author", "the message has no From field (RFC 5322 section 3.6)")]
    [InlineData("From: a\r\nFROM: b\r\nfrom: c\r\n\r\n", "several_authors", "the message has 3 From fields where one is allowed (RFC 5322 section 3.6)")]
    [InlineData(" From: a\r\nFrom: a\r\n\r\n", "leading_white_space", "the message starts with white space: its first line would become part of the field above it (RFC 5322 section 2.2.3)")]
    [InlineData("\tFrom: a\r\nFrom: a\r\n\r\n", "leading_white_space", "the message starts with white space: its first line would become part of the field above it (RFC 5322 section 2.2.3)")]
    [InlineData("From: a\rb\r\n\r\n", "bare_line_break", "the header has a CR without LF or an LF without CR, which hosts on the way repair or read as another field (RFC 5322 section 2.2)")]
    [InlineData("From: a\nb: c\r\n\r\n", "bare_line_break", "the header has a CR without LF or an LF without CR, which hosts on the way repair or read as another field (RFC 5322 section 2.2)")]
    [InlineData("From: a\0\r\n\r\n", "nul_in_header", "the header has a NUL, which hosts on the way remove (RFC 5322 section 4)")]
    [InlineData("From: a\r\nx\r\n\r\n", "malformed_field", "a line of the header is neither a field nor the continuation of one: hosts on the way may take it for the body (RFC 5322 section 2.2)")]
    [InlineData("From: a\0\rb\r\nx\r\n\r\n", "bare_line_break", "the header has a CR without LF or an LF without CR, which hosts on the way repair or read as another field (RFC 5322 section 2.2)")]
    [InlineData("From: a\0\r\nx\r\n\r\n", "nul_in_header", "the header has a NUL, which hosts on the way remove (RFC 5322 section 4)")]
    [InlineData("From: a\r\n\r\nx\ny\r\n", "bare_line_break", "the body has a CR without LF or an LF without CR, which hosts on the way repair, and that breaks the signature (RFC 6376 section 5.3)")]
    [InlineData("From: a\r\n\r\nx\ry\r\n", "bare_line_break", "the body has a CR without LF or an LF without CR, which hosts on the way repair, and that breaks the signature (RFC 6376 section 5.3)")]
    public async Task What_is_not_signed_says_why(string message, string code, string reason)
    {
        var signing = await new DkimSigner([Identity()]).SignAsync(TestSigner.Bytes(message), Cancellation);
        Assert.Equal((code, reason, 0, 0), (signing.ReasonCode, signing.Reason, signing.Fields.Length, signing.Warnings.Length));
    }

    [Fact]
    public async Task A_line_or_a_header_that_is_too_long_says_where()
    {
        const string TooLong = " has more than 998 octets, and hosts on the way break such lines (RFC 5322 section 2.1.1)";
        var line = new string('x', 999);
        Assert.Equal("a line of the header" + TooLong, (await SignAsync($"From: a\r\nX:{line[2..]}y\r\nX:{line[2..]}\r\n\r\n")).Reason);
        Assert.Null((await SignAsync($"From: a\r\nX:{line[3..]}\r\n\r\n{line[1..]}\r\n{line[1..]}")).Reason);
        Assert.Equal("a line of the body" + TooLong, (await SignAsync($"From: a\r\n\r\n{line}\r\n")).Reason);
        Assert.Equal("a line of the header" + TooLong, (await SignAsync($"From: a\r\nX:{line}\r\n\r\n{line}\r\n")).Reason);
        var limit = await SignAsync($"From: a\r\n{string.Concat(Enumerable.Repeat("X: y\r\n", 16))}\r\n", new DkimSignerOptions { MessageLimits = new MessageLimits { MaxHeaderFields = 16 } });
        Assert.Equal(("header_limit", "the message is not signed: the header has more than 16 fields (MaxHeaderFields)"), (limit.ReasonCode, limit.Reason));
    }

    [Fact]
    public void Each_reason_has_its_word() => Assert.Equal(
        ["header_limit", "leading_white_space", "no_author", "several_authors", "bare_line_break", "nul_in_header", "malformed_field", "long_line", "key_mismatch"],
        Enum.GetValues<DkimSigningReason>().Select(reason => reason.Keyword()));

    [Theory]
    [InlineData(1024, true)]
    [InlineData(2047, true)]
    [InlineData(2048, false)]
    [InlineData(4096, false)]
    [InlineData(4097, true)]
    [InlineData(8192, true)]
    public async Task A_short_or_very_long_key_is_warned_of(int bits, bool isOdd)
    {
        var key = new Vault("rsa-sha256", bits);
        var advice = bits < 4096 ? "2048 or more should be used" : "verifiers need not support more than 4096";
        var signing = await new DkimSigner([Identity(key, "s1"), Identity(new Vault("ed25519-sha256", 256), "s2"), Identity(key, "s3")]).SignAsync(TestSigner.Bytes(Plain), Cancellation);
        Assert.Equal(
            isOdd ? new[] { "s1", "s3" }.Select(s => $"the key {s}._domainkey.example.com has {bits} bits: {advice} (RFC 8301 section 3.2)") : [], signing.Warnings);
        Assert.Equal((3, null, null), (signing.Fields.Length, signing.Reason, signing.ReasonCode));
        Assert.All(signing.Fields, field => Assert.Contains("b=AQIDBA==", field.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, 0, "c=relaxed/relaxed; d=example.com; s=s; t=1700000000;")]
    [InlineData(false, 0, "c=relaxed/relaxed; d=example.com; s=s;")]
    [InlineData(true, 1, "c=relaxed/relaxed; d=example.com; s=s; t=1700000000; x=1700000001;")]
    [InlineData(false, 100, "c=relaxed/relaxed; d=example.com; s=s; x=1700000100;")]
    public async Task The_times_are_written_as_the_options_say(bool writesTime, int lifetime, string tags)
    {
        var options = new DkimSignerOptions { WritesTime = writesTime, Lifetime = lifetime == 0 ? null : TimeSpan.FromSeconds(lifetime) };
        Assert.StartsWith($"DKIM-Signature: v=1; a=ed25519-sha256; {tags} h=", Unfolded((await SignAsync(Plain, options)).Fields[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_at_the_end_of_the_calendar_expires_after_it()
    {
        var signer = new DkimSigner(
            [Identity()], new DkimSignerOptions { Lifetime = TimeSpan.FromDays(30) }, timeProvider: new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(253_402_300_799)));
        Assert.Contains(" t=253402300799; x=253404892799;", Unfolded((await signer.SignAsync(Encoding.Latin1.GetBytes(Plain), Cancellation)).Fields[0]), StringComparison.Ordinal);
    }

    // Each field that may be signed, alone and several times; those that hosts add are signed once more only where they are.
    [Theory]
    [InlineData("", "from:reply-to:subject:to:cc:content-type:content-transfer-encoding:from")]
    [InlineData("Date: x\r\n", "from:reply-to:subject:to:cc:date:content-type:content-transfer-encoding:from:date")]
    [InlineData("Message-ID: x\r\n", "from:reply-to:subject:to:cc:message-id:content-type:content-transfer-encoding:from:message-id")]
    [InlineData("MIME-Version: x\r\n", "from:reply-to:subject:to:cc:mime-version:content-type:content-transfer-encoding:from:mime-version")]
    [InlineData("To: x\r\nTo: y\r\nX-Other: z\r\n", "from:reply-to:subject:to:cc:content-type:content-transfer-encoding:from:to:to")]
    [InlineData(
        "BIMI-Selector: v=BIMI1; s=b\r\nCFBL-Address: f@example.com\r\nCFBL-Feedback-ID: 1\r\nFeedback-ID: a:b\r\nResent-Cc: x\r\n",
        "from:reply-to:subject:to:cc:content-type:content-transfer-encoding:from:resent-cc:feedback-id:cfbl-address:cfbl-feedback-id:bimi-selector")]
    public async Task The_fields_are_those_of_the_options(string more, string fields) =>
        Assert.Contains($" h={fields}; bh=", Unfolded((await SignAsync(more + Plain)).Fields[0]).Replace(": ", ":", StringComparison.Ordinal), StringComparison.Ordinal);

    [Theory]
    [InlineData("c=simple/simple", SignatureCanonicalization.Simple, SignatureCanonicalization.Simple)]
    [InlineData("c=simple/relaxed", SignatureCanonicalization.Simple, SignatureCanonicalization.Relaxed)]
    [InlineData("c=relaxed/simple", SignatureCanonicalization.Relaxed, SignatureCanonicalization.Simple)]
    public async Task The_canonicalization_is_written(string tag, SignatureCanonicalization header, SignatureCanonicalization body) => Assert.Contains(
        $" {tag}; ", Unfolded((await SignAsync(Plain, new DkimSignerOptions { HeaderCanonicalization = header, BodyCanonicalization = body })).Fields[0]), StringComparison.Ordinal);

    [Fact]
    public void The_options_have_their_defaults_and_ranges()
    {
        var standard = DkimSignerOptions.Default;
        Assert.Equal((SignatureCanonicalization.Relaxed, SignatureCanonicalization.Relaxed, true, null), (standard.HeaderCanonicalization, standard.BodyCanonicalization, standard.WritesTime, standard.Lifetime));
        Assert.Equal(
            ["from", "reply-to", "subject", "to", "cc", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding"], standard.OversignedFieldNames);
        Assert.Equal(FieldsToSign.Default, standard.FieldNames);
        Assert.Same(MessageLimits.Default, standard.MessageLimits);
        foreach (var lifetime in new[] { TimeSpan.FromSeconds(1), TimeSpan.FromDays(36_525) })
        {
            Assert.Equal(lifetime, new DkimSignerOptions { Lifetime = lifetime }.Lifetime);
        }

        foreach (var lifetime in new[] { TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1), TimeSpan.FromDays(36_525) + TimeSpan.FromTicks(1), TimeSpan.FromSeconds(-5) })
        {
            Assert.StartsWith("A signature is valid for one second to 100 years.", Assert.Throws<ArgumentOutOfRangeException>("value", () => new DkimSignerOptions { Lifetime = lifetime }).Message, StringComparison.Ordinal);
        }

        Assert.StartsWith("From must be signed (RFC 6376 section 5.4).", Assert.Throws<ArgumentException>(() => new DkimSignerOptions { FieldNames = ["to"] }).Message, StringComparison.Ordinal);
        Assert.StartsWith("From must be signed once more, or another", Assert.Throws<ArgumentException>(() => new DkimSignerOptions { OversignedFieldNames = ["to"] }).Message, StringComparison.Ordinal);
        AssertNotNamed("Return-Path is not signed: ", () => new DkimSignerOptions { FieldNames = ["from", "Return-Path"] });
        AssertNotNamed("Return-Path is not signed: ", () => new DkimSignerOptions { OversignedFieldNames = ["from", "Return-Path"] });
        AssertNotNamed("DKIM-Signature is not signed once more: ", () => new DkimSignerOptions { OversignedFieldNames = ["from", "DKIM-Signature"] });
        AssertNotNamed("Received is not signed once more: ", () => new DkimSignerOptions { OversignedFieldNames = ["from", "received"] });
        Assert.Equal(["from", "received", "dkim-signature"], new DkimSignerOptions { FieldNames = ["from", "Received", "DKIM-Signature"] }.FieldNames);
        Assert.Equal(["from", "x-a"], new DkimSignerOptions { FieldNames = ["From", "X-A"], OversignedFieldNames = ["FROM"] }.FieldNames);
    }

    [Fact]
    public void An_identity_that_cannot_sign_says_why()
    {
        AssertRefused("The key's algorithm, rsa-sha1, is not one to sign with (RFC 8301, RFC 8463).", "s", null, new Vault("rsa-sha1", 2048));
        AssertRefused("The key's algorithm, none, is not one to sign with (RFC 8301, RFC 8463).", "s", null, new Vault("none", 2048));
        AssertRefused("The key of s._domainkey.example.com has 1023 bits; at least 1024 are needed (RFC 8301 section 3.2).", "s", null, new Vault("rsa-sha256", 1023));
        AssertRefused("The key of s._domainkey.example.com has 8193 bits; verifiers accept at most 8192 (RFC 8301 section 3.2).", "s", null, new Vault("rsa-sha256", 8193));
        AssertRefused("The selector is not valid: ", "a b", null, Edwards);
        AssertRefused("The selector is not valid: ", "", null, Edwards);
        foreach (var user in new[]
        {
            "joe", "", "joe@", "joe@a..b", "jo\u0001e@example.com", "jo\u007fe@example.com", "jo\u0085e@example.com", "\"@example.com", "\"joe@example.com",
            "joe\"@example.com", "\"joe\\\"@example.com", "\"joe\"x@example.com", "\"a\".b@example.com", "<a@example.com", "a b@example.com", "a..b@example.com",
            ".a@example.com", "a.@example.com", "a@b@example.com", "@@example.com", "a;b@example.com", "a,b@example.com", "(a)b@example.com", "a:b@example.com",
        })
        {
            AssertRefused("The user identity is not an optional local part, \"@\" and a domain (RFC 6376 section 3.5).", "s", user, Edwards);
        }

        foreach (var user in new[] { "joe@example.org", "@xexample.com", "joe@com" })
        {
            AssertRefused("The domain of the user identity is neither example.com nor below it (RFC 6376 section 3.5).", "s", user, Edwards);
        }

        // "_domainkey" and three dots: 253 characters in all.
        var longest = string.Join('.', new string('s', 63), new string('s', 63), new string('s', 63), new string('s', 253 - 11 - 12 - 192));
        _ = new DkimSigner([Identity(Edwards, longest)]);
        AssertRefused("Selector and domain make a key name of more than 253 characters (RFC 1035 section 2.3.4).", longest + "s", null, Edwards);
        Assert.StartsWith("A signer needs an identity to sign for.", Assert.Throws<ArgumentException>("identities", () => new DkimSigner([])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("identities", () => new DkimSigner(default));
        Assert.Throws<ArgumentNullException>("identity", () => new DkimSigner([null!]));
    }

    [Theory]
    [InlineData("s1._domainkey", "example.com", "The selector has a label _domainkey: of the name of a key record, such as s1._domainkey.example.com, give s1 alone.")]
    [InlineData("S1._DomainKey.example.com", "example.com", "The selector has a label _domainkey: ")]
    [InlineData("_domainkey", "example.com", "The selector has a label _domainkey: ")]
    [InlineData("s1", "s1._domainkey.example.com", "The domain has a label _domainkey: of the name of a key record, such as s1._domainkey.example.com, give example.com alone.")]
    [InlineData("s1", "_domainkey.example.com", "The domain has a label _domainkey: ")]
    [InlineData("domainkey.my_domainkey", "_domainkeys.example.com", null)]
    public void The_name_of_a_key_record_is_neither_a_selector_nor_a_domain(string selector, string domain, string? refusal)
    {
        var signing = new DkimSigningIdentity { Domain = DomainName.Parse(domain).Value!, Selector = selector, Key = Edwards };
        var sealing = new ArcSealerOptions { Domain = signing.Domain, Selector = selector };
        var (signer, sealer) = (Record.Exception(() => new DkimSigner([signing])), Record.Exception(() => new ArcSealer(Edwards, sealing).Dispose()));
        Assert.Equal((refusal is null, refusal is null), (signer is null, sealer is null));
        if (refusal is not null)
        {
            Assert.StartsWith(refusal, Assert.IsType<ArgumentException>(signer).Message, StringComparison.Ordinal);
            Assert.StartsWith(refusal, Assert.IsType<ArgumentException>(sealer).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("joe@example.com", "joe@example.com")]
    [InlineData("@EXAMPLE.com", "@example.com")]
    [InlineData("\"a@b\"@X.Example.com", "\"a@b\"@x.example.com")]
    [InlineData("j.oe=|\u00fc@b\u00fccher.example.com", "j.oe=3D=7C=C3=BC@xn--bcher-kva.example.com")]
    [InlineData("\"j o\\\"e;.\"@example.com", "\"j=20o\\\"e=3B.\"@example.com")]
    [InlineData("\"\"@example.com", "\"\"@example.com")]
    public async Task The_user_identity_is_encoded(string user, string written)
    {
        var signing = await new DkimSigner([new() { Domain = Name, Selector = "s", Key = Edwards, UserIdentity = user }]).SignAsync(TestSigner.Bytes(Plain), Cancellation);
        Assert.Contains($" i={written}; ", Unfolded(signing.Fields[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_published_is_asked_for_once_for_each_signature()
    {
        var zone = new Zone().Add("s1._domainkey.example.com", ZoneEntryKind.Txt, Edwards.Record).Add("s2._domainkey.example.com", ZoneEntryKind.Timeout)
            .Add("s4._domainkey.example.com", ZoneEntryKind.Txt, "v=DKIM1; k=ed25519; p=").Add("s5._domainkey.example.com", ZoneEntryKind.Timeout);
        var resolver = new ScriptedResolver(zone);
        var good = await new DkimSigner([Identity(Edwards, "s1"), Identity(Edwards, "s2"), Identity(Edwards, "s5")], resolver: resolver).SignAsync(TestSigner.Bytes(Plain), Cancellation);
        Assert.Equal((3, 2, null), (good.Fields.Length, good.Warnings.Length, good.Reason));
        Assert.Equal(["s1", "s2", "s5"], resolver.Names.Select(name => name[..2]));
        Assert.Contains("s2._domainkey.example.com", good.Warnings[0], StringComparison.Ordinal);
        foreach (var (selector, text) in new[] { ("s3", "s3._domainkey.example.com"), ("s4", "revoked") })
        {
            var bad = await new DkimSigner([Identity(Edwards, "s2"), Identity(Edwards, selector), Identity(Edwards, "s1")], resolver: resolver).SignAsync(TestSigner.Bytes(Plain), Cancellation);
            Assert.Equal(("key_mismatch", 0, 1), (bad.ReasonCode, bad.Fields.Length, bad.Warnings.Length));
            Assert.Contains(text, bad.Reason, StringComparison.Ordinal);
        }
    }

    // One key can be published at a name: of two signatures by different keys one fails.
    [Theory]
    [InlineData("example.com", "s", "example.com", "s", false)]
    [InlineData("example.com", "s", "EXAMPLE.com", "S", false)]
    [InlineData("example.com", "sch\u00fcssel", "example.com", "xn--schssel-p2a", false)]
    [InlineData("example.com", "s", "example.com", "t", true)]
    [InlineData("example.com", "s", "news.example.com", "s", true)]
    public void Two_identities_do_not_share_the_name_of_a_key(string domain, string selector, string otherDomain, string otherSelector, bool isTaken)
    {
        foreach (var key in (ISigningKey[])[Edwards, new Vault("ed25519-sha256", 256), new Vault("rsa-sha256", 2048)])
        {
            var thrown = Record.Exception(() => new DkimSigner(
            [
                new() { Domain = DomainName.Parse(domain).Value!, Selector = selector, Key = Edwards },
                Identity(Edwards, "between"),
                new() { Domain = DomainName.Parse(otherDomain).Value!, Selector = otherSelector, Key = key },
            ]));
            Assert.Equal(isTaken, thrown is null);
            Assert.True(isTaken || thrown is ArgumentException { ParamName: "identities" }, thrown?.Message);
            Assert.True(isTaken || thrown!.Message.Contains(", where one key can be published: give each key a selector of its own", StringComparison.Ordinal), thrown?.Message);
        }
    }

    // RFC 6376 section 3.6.1.
    [Theory]
    [InlineData("s", null, true)]
    [InlineData("s", "joe@example.com", true)]
    [InlineData("s", "@EXAMPLE.com", true)]
    [InlineData("s", "@news.example.com", false)]
    [InlineData("y:s", "joe@news.example.com", false)]
    [InlineData("y", "@news.example.com", true)]
    public async Task A_record_that_wants_the_exact_domain_is_published_for_no_other(string flags, string? user, bool isSigned)
    {
        var resolver = TestSigner.ResolverOf($"{Edwards.Record}; t={flags}");
        var signing = await new DkimSigner([new() { Domain = Name, Selector = "s", Key = Edwards, UserIdentity = user }], resolver: resolver).SignAsync(TestSigner.Bytes(Plain), Cancellation);
        Assert.Equal(isSigned ? null : "the key record's t=s wants the domain of i= to be example.com (RFC 6376 section 3.6.1)", signing.Reason);
        if (!isSigned)
        {
            Assert.Equal(("key_mismatch", 0), (signing.ReasonCode, signing.Fields.Length));
            return;
        }

        var verified = await new DkimVerifier(resolver).VerifyAsync(TestSigner.Bytes($"{signing.Fields[0]}\r\n{Plain}"), Cancellation);
        Assert.Equal(SignatureResultCode.Pass, Assert.Single(verified.Signatures).Code);
        Assert.Equal(
            flags == "y" ? "the key record at s._domainkey.example.com says t=y: the domain is testing DKIM, and receivers may take its mail as unsigned (RFC 6376 section 3.6.1)" : "",
            string.Concat(signing.Warnings));
    }

    [Fact]
    public async Task A_call_out_of_order_says_what_the_order_is()
    {
        using var session = new DkimSigningSession();
        var signer = new DkimSigner([Identity()]);
        Assert.Equal("The author is known when the header has ended.", Assert.Throws<InvalidOperationException>(() => session.Author).Message);
        Assert.Equal("The body comes after the end of the header.", Assert.Throws<InvalidOperationException>(() => session.AppendBody("x"u8)).Message);
        session.AddHeaderField("From"u8, " a@example.com"u8);
        session.EndOfHeaders();
        Assert.Equal("Header fields come before the body.", Assert.Throws<InvalidOperationException>(() => session.AddHeaderField("X"u8, "y"u8)).Message);
        Assert.Equal("The header has ended before.", Assert.Throws<InvalidOperationException>(session.EndOfHeaders).Message);
        var other = await Assert.ThrowsAsync<ArgumentException>("signer", async () => await session.CompleteAsync(new DkimSigner([Identity()], new DkimSignerOptions { WritesTime = false }), Cancellation));
        Assert.StartsWith("The signer has other options than the session", other.Message, StringComparison.Ordinal);
        Assert.Single((await session.CompleteAsync(signer, Cancellation)).Fields);
        Assert.Equal("A message is signed once, after its header and body.", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await session.CompleteAsync(signer, Cancellation))).Message);
    }

    private static void AssertNotNamed(string message, Func<object> make) => Assert.StartsWith(message, Assert.Throws<ArgumentException>("names", make).Message, StringComparison.Ordinal);

    private static void AssertRefused(string message, string selector, string? user, ISigningKey key) => Assert.StartsWith(
        message, Assert.Throws<ArgumentException>(() => new DkimSigner([new() { Domain = Name, Selector = selector, Key = key, UserIdentity = user }])).Message, StringComparison.Ordinal);

    private static DomainName Name => DomainName.Parse("example.com").Value!;

    private static DkimSigningIdentity Identity(ISigningKey? key = null, string selector = "s") => new() { Domain = Name, Selector = selector, Key = key ?? Edwards };

    private static ValueTask<DkimSigning> SignAsync(string message, DkimSignerOptions? options = null) =>
        new DkimSigner([Identity()], options, timeProvider: new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000))).SignAsync(Encoding.Latin1.GetBytes(message), Cancellation);

    private static string Unfolded(string field) => field.Replace("\r\n", "", StringComparison.Ordinal).Replace(": ", ":", StringComparison.Ordinal).Replace("Signature:", "Signature: ", StringComparison.Ordinal);

    private sealed class Vault(string algorithm, int bits) : ISigningKey
    {
        public string Algorithm => algorithm;

        public int Bits => bits;

        public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) => ValueTask.FromResult<byte[]>([1, 2, 3, 4]);
    }
}
