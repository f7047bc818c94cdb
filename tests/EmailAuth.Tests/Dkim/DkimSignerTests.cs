using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Dns;
using EmailAuth.MimeKit;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using Xunit;

namespace EmailAuth.Tests.Dkim;

public class DkimSignerTests
{
    internal const string Plain =
        "From: Alice <alice@example.com>\r\nTo: bob@example.org,\r\n\tcarol@example.net\r\nSubject: An  odd \t subject\r\n  that is folded \r\n"
        + "Date: Sun, 29 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@example.com>\r\nX-Other: unsigned\r\n\r\n  Hello, \t white   space \t\r\n\r\n";

    private static readonly DateTimeOffset Now = new(2026, 11, 29, 10, 0, 0, TimeSpan.Zero);
    private static readonly PemSigningKey Rsa = PemSigningKey.Load(TestSigner.Rsa2048.Pem);
    private static readonly PemSigningKey Edwards = PemSigningKey.Load(TestSigner.Ed25519.Pem);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<SignatureCanonicalization, SignatureCanonicalization> Canonicalizations => new(
        from header in Enum.GetValues<SignatureCanonicalization>()
        from body in Enum.GetValues<SignatureCanonicalization>()
        select (header, body));

    [Theory]
    [MemberData(nameof(Canonicalizations))]
    public async Task Two_keys_sign_in_one_pass_and_both_signatures_verify(SignatureCanonicalization header, SignatureCanonicalization body)
    {
        var signer = new DkimSigner([Identity(Rsa), Identity(Edwards, "ed")], new DkimSignerOptions { HeaderCanonicalization = header, BodyCanonicalization = body });

        foreach (var message in Messages)
        {
            var signing = await signer.SignAsync(TestSigner.Bytes(message), Cancellation);

            Assert.Null(signing.Reason);
            Assert.Empty(signing.Warnings);
            var results = await VerifyAsync(OnTop(signing, message));
            Assert.Equal(["s", "ed"], results.Select(result => result.Selector!));
            Assert.All(results, result => Assert.True(result.Code == SignatureResultCode.Pass, result.Reason));
            Assert.All(results, result => Assert.Null(result.Signature!.BodyLength));
        }
    }

    [Fact]
    public async Task The_field_says_what_it_should_and_no_line_is_too_long()
    {
        var identity = new DkimSigningIdentity { Domain = Name("example.com"), Selector = "s", Key = Rsa, UserIdentity = "a=b=c|\u00fc@news.example.com" };
        var options = new DkimSignerOptions { Lifetime = TimeSpan.FromDays(7) };

        var field = (await new DkimSigner([identity], options, timeProvider: new FakeTimeProvider(Now)).SignAsync(TestSigner.Bytes(Plain), Cancellation)).Fields.Single();

        Assert.StartsWith(
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s;\r\n i=a=3Db=3Dc=7C=C3=BC@news.example.com; t=1795946400; x=1796551200;",
            field, StringComparison.Ordinal);
        Assert.Contains(
            "h=from:reply-to:subject:to:cc:date:message-id:content-type:content-transfer-encoding:from:subject:date:to:message-id;",
            field.ReplaceLineEndings(string.Empty).Replace(" ", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("l=", field.Split("bh=")[0].Replace("rel", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.All(field.Split("\r\n"), line => Assert.InRange(line.Length, 1, 76));
        Assert.Equal("a=b=c|\u00fc@news.example.com", DkimSignature.Parse(field[15..]).Value!.Identity);
    }

    [Fact]
    public async Task Lines_stay_short_whatever_the_names()
    {
        var domain = Name(string.Join('.', Enumerable.Repeat(new string('d', 40), 4)) + ".example.com");
        var identity = new DkimSigningIdentity { Domain = domain, Selector = new string('s', 60), Key = Rsa, UserIdentity = $"{new string('u', 200)}@{domain}" };
        var options = new DkimSignerOptions { FieldNames = ["From", .. Enumerable.Range(0, 40).Select(i => $"X-{new string('n', i + 20)}")] };
        var message = string.Concat(options.FieldNames.Select(name => name == "from" ? "From: a@example.com\r\n" : $"{name}: 1\r\n")) + "\r\nHello\r\n";

        var signing = await new DkimSigner([identity], options).SignAsync(TestSigner.Bytes(message), Cancellation);

        // A domain name has no place where it may be folded.
        Assert.All(signing.Fields[0].Split("\r\n").Where(line => !line.Contains("d=", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 1, 76));
        var zone = new Zone().Add($"{identity.Selector}._domainkey.{domain}", ZoneEntryKind.Txt, Rsa.Record);
        var result = Assert.Single((await new DkimVerifier(new ZoneResolver(zone)).VerifyAsync(TestSigner.Bytes(OnTop(signing, message)), Cancellation)).Signatures);
        Assert.True(result.Code == SignatureResultCode.Pass, result.Reason);
        Assert.Equal(identity.UserIdentity, result.Signature!.Identity);
    }

    [Theory]
    [InlineData("From: mallory@example.com\r\n")]
    [InlineData("Subject: another\r\n")]
    [InlineData("Reply-To: mallory@example.com\r\n")]
    [InlineData("Content-Type: text/html\r\n")]
    [InlineData("Date: now\r\n")]
    public async Task A_field_that_is_added_breaks_the_signature(string field)
    {
        var signing = await new DkimSigner([Identity(Rsa)]).SignAsync(TestSigner.Bytes(Plain), Cancellation);

        var result = Assert.Single(await VerifyAsync(signing.Fields[0] + "\r\n" + field + Plain));

        Assert.Equal((SignatureResultCode.Fail, DkimCheck.Differs), (result.Code, result.HeaderCheck));
    }

    [Fact]
    public async Task What_hosts_add_where_it_is_missing_does_not_break_it()
    {
        const string Bare = "From: alice@example.com\r\nSubject: Hi\r\n\r\nHello\r\n";
        var signing = await new DkimSigner([Identity(Rsa)]).SignAsync(TestSigner.Bytes(Bare), Cancellation);

        var result = Assert.Single(await VerifyAsync("Received: from a by b\r\n" + signing.Fields[0] + "\r\nDate: Sun, 29 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n" + Bare));

        Assert.Equal(SignatureResultCode.Pass, result.Code);
    }

    [Theory]
    [InlineData("no_author", "Subject: Hi\r\n\r\nHello\r\n")]
    [InlineData("no_author", "")]
    [InlineData("several_authors", "From: a@example.com\r\nfrom: b@example.com\r\n\r\nHello\r\n")]
    [InlineData("bare_line_break", "From: a@example.com\r\nSubject: Hi\rBcc: x\r\n\r\nHello\r\n")]
    [InlineData("bare_line_break", "From: a@example.com\r\nSubject: Hi\nFrom: b@example.com\r\n\r\nHello\r\n")]
    [InlineData("nul_in_header", "From: a@example.com\r\nSubject: H\0i\r\n\r\nHello\r\n")]
    [InlineData("malformed_field", "From: a@example.com\r\nno colon\r\n\r\nHello\r\n")]
    [InlineData("leading_white_space", " From: a@example.com\r\nFrom: a@example.com\r\n\r\nHello\r\n")]
    public async Task What_cannot_be_signed_well_is_not_signed(string code, string message)
    {
        var signing = await new DkimSigner([Identity(Rsa)]).SignAsync(TestSigner.Bytes(message), Cancellation);

        Assert.Empty(signing.Fields);
        Assert.Equal(code, signing.ReasonCode);
        Assert.Contains("RFC 5322 section", signing.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(998, null)]
    [InlineData(999, "long_line")]
    public async Task Lines_may_have_998_octets(int length, string? code)
    {
        var signer = new DkimSigner([Identity(Rsa)]);
        var inHeader = $"From: a@example.com\r\nSubject: {new string('x', length - 9)}\r\n\r\nHello\r\n";
        var inBody = $"From: a@example.com\r\n\r\nHello\r\n{new string('x', length)}\r\nBye\r\n";
        var atEnd = $"From: a@example.com\r\n\r\n{new string('x', length)}";

        Assert.Equal(code, (await signer.SignAsync(TestSigner.Bytes(inHeader), Cancellation)).ReasonCode);
        Assert.Equal(code, (await signer.SignAsync(MessageForms.Stream(TestSigner.Bytes(inBody), 1), Cancellation)).ReasonCode);
        Assert.Equal(code, (await signer.SignAsync(MessageForms.Stream(TestSigner.Bytes(inBody), length + 35), Cancellation)).ReasonCode);
        Assert.Equal(code, (await signer.SignAsync(TestSigner.Bytes(atEnd), Cancellation)).ReasonCode);
    }

    [Fact]
    public async Task A_header_over_its_limit_is_not_signed()
    {
        var options = new DkimSignerOptions { MessageLimits = new() { MaxHeaderBytes = 4096 } };
        var message = $"From: a@example.com\r\n{string.Concat(Enumerable.Repeat($"X-Fill: {new string('x', 90)}\r\n", 60))}\r\nHello\r\n";

        Assert.Equal("header_limit", (await new DkimSigner([Identity(Rsa)], options).SignAsync(TestSigner.Bytes(message), Cancellation)).ReasonCode);
    }

    // RFC 6376 section 3.4.3 and 3.4.4: chunks are no part of the body.
    [Property(MaxTest = 60)]
    public void The_pieces_in_which_a_message_comes_change_nothing(int seed)
    {
        var random = new Random(seed);
        var bytes = TestSigner.Bytes(Plain + string.Concat(Enumerable.Range(0, random.Next(40)).Select(i => $"{new string(' ', i % 5)}line {i} \t \r\n{(i % 3 == 0 ? "\r\n" : "")}")));
        var signer = new DkimSigner([Identity(Edwards)], new DkimSignerOptions { WritesTime = false });
        var whole = signer.SignAsync(bytes, Cancellation).AsTask().GetAwaiter().GetResult().Fields[0];

        var sequence = MessageForms.Sequence(bytes, [.. MessageForms.RandomLengths(random, bytes.Length)]);
        Assert.Equal(whole, signer.SignAsync(sequence, Cancellation).AsTask().GetAwaiter().GetResult().Fields[0]);
        Assert.Equal(whole, signer.SignAsync(MessageForms.Stream(bytes, random.Next(1, 200)), Cancellation).AsTask().GetAwaiter().GetResult().Fields[0]);
        Assert.Equal(whole, signer.SignAsync(MessageForms.Pipe(bytes, [.. MessageForms.RandomLengths(random, bytes.Length)]), Cancellation).AsTask().GetAwaiter().GetResult().Fields[0]);
    }

    [Property(MaxTest = 200)]
    public void Any_change_of_a_signed_octet_fails(int seed)
    {
        var random = new Random(seed);
        var options = new DkimSignerOptions { HeaderCanonicalization = SignatureCanonicalization.Simple, BodyCanonicalization = SignatureCanonicalization.Simple };
        const string Text = "From: alice@example.com\r\nSubject: Hello there\r\n\r\nA body of letters.\r\nMore.\r\n";
        var signing = new DkimSigner([Identity(Rsa)], options).SignAsync(TestSigner.Bytes(Text), Cancellation).AsTask().GetAwaiter().GetResult();
        var at = random.Next(Text.Length);
        while (!char.IsLetter(Text[at]))
        {
            at = (at + 1) % Text.Length;
        }

        var changed = string.Concat(Text.AsSpan(0, at), Text[at] == 'q' ? "z" : "q", Text.AsSpan(at + 1));
        var results = VerifyAsync(signing.Fields[0] + "\r\n" + changed).GetAwaiter().GetResult();

        Assert.DoesNotContain(results, result => result.Code == SignatureResultCode.Pass);
    }

    [Fact]
    public async Task A_message_with_line_feeds_is_signed_as_it_leaves()
    {
        var signing = await new DkimSigner([Identity(Rsa)]).SignAsync(TestSigner.Bytes(Plain.ReplaceLineEndings("\n")), Cancellation);

        Assert.Equal(SignatureResultCode.Pass, Assert.Single(await VerifyAsync(OnTop(signing, Plain))).Code);
    }

    [Fact]
    public async Task A_message_of_MimeKit_is_signed_as_it_is_written()
    {
        using var message = new MimeMessage([new MailboxAddress("J\u00f6rg", "joerg@example.com")], [new MailboxAddress("", "bob@example.org")], "Gr\u00fc\u00dfe", new TextPart("plain") { Text = "Hello\n" });
        var signing = await new DkimSigner([Identity(Rsa)]).SignAsync(message, Cancellation);
        using var written = new MemoryStream();
        await message.WriteToAsync(new FormatOptions { NewLineFormat = NewLineFormat.Dos }, written, Cancellation);

        var result = Assert.Single(await VerifyAsync(OnTop(signing, Encoding.Latin1.GetString(written.ToArray()))));

        Assert.True(result.Code == SignatureResultCode.Pass, result.Reason);
    }

    [Fact]
    public async Task Internationalized_names_are_written_as_A_labels()
    {
        var identity = new DkimSigningIdentity { Domain = Name("b\u00fccher.example"), Selector = "schl\u00fcssel", Key = Rsa, UserIdentity = "j\u00f6rg@b\u00fccher.example" };
        const string Message = "From: J\u00f6rg <j\u00f6rg@b\u00fccher.example>\r\nSubject: Gr\u00fc\u00dfe\r\n\r\nGr\u00fc\u00dfe\r\n";
        var bytes = Encoding.UTF8.GetBytes(Message);

        var signing = await new DkimSigner([identity]).SignAsync(bytes, Cancellation);

        Assert.Contains("d=xn--bcher-kva.example; s=xn--schlssel-95a;", signing.Fields[0], StringComparison.Ordinal);
        var zone = new Zone().Add("xn--schlssel-95a._domainkey.xn--bcher-kva.example", ZoneEntryKind.Txt, Rsa.Record);
        var result = Assert.Single((await new DkimVerifier(new ZoneResolver(zone)).VerifyAsync((byte[])[.. Encoding.UTF8.GetBytes(signing.Fields[0] + "\r\n"), .. bytes], Cancellation)).Signatures);
        Assert.True(result.Code == SignatureResultCode.Pass, result.Reason);
        Assert.Equal("j\u00f6rg@xn--bcher-kva.example", result.Signature!.Identity);
    }

    [Fact]
    public async Task The_published_record_is_checked_when_there_is_a_resolver()
    {
        using var other = PemSigningKey.Load(TestSigner.Rsa(1024).Pem);
        async Task<DkimSigning> SignAsync(PemSigningKey key, IDnsResolver resolver) =>
            await new DkimSigner([Identity(key)], resolver: resolver).SignAsync(TestSigner.Bytes(Plain), Cancellation);

        Assert.Null((await SignAsync(Rsa, TestSigner.Rsa2048.Resolver())).Reason);
        Assert.Null((await SignAsync(Edwards, TestSigner.Ed25519.Resolver())).Reason);
        var mismatch = await SignAsync(other, TestSigner.Rsa2048.Resolver());
        Assert.Equal(("key_mismatch", "the key that is published at s._domainkey.example.com is not that of the private key"), (mismatch.ReasonCode, mismatch.Reason));
        Assert.Contains("1024 bits", Assert.Single(mismatch.Warnings), StringComparison.Ordinal);
        Assert.Equal("key_mismatch", (await SignAsync(Edwards, TestSigner.Rsa2048.Resolver())).ReasonCode);
        Assert.Equal("key_mismatch", (await SignAsync(Rsa, new ZoneResolver(new Zone()))).ReasonCode);
        Assert.Equal("key_mismatch", (await SignAsync(Rsa, TestSigner.ResolverOf("v=DKIM1; p="))).ReasonCode);

        // Mail goes on when the DNS does not answer.
        var unknown = await SignAsync(Rsa, new ZoneResolver(new Zone().Add("s._domainkey.example.com", ZoneEntryKind.ServFail, "")));
        Assert.Single(unknown.Fields);
        Assert.Contains("could not be fetched", Assert.Single(unknown.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_in_a_vault_signs_too_and_what_it_throws_comes_out()
    {
        var vault = new Vault(hash => TestSigner.Rsa2048.RsaKey.SignHash(hash.ToArray(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var signing = await new DkimSigner([new() { Domain = Name("example.com"), Selector = "s", Key = vault }]).SignAsync(TestSigner.Bytes(Plain), Cancellation);
        Assert.Equal(SignatureResultCode.Pass, Assert.Single(await VerifyAsync(OnTop(signing, Plain))).Code);

        var broken = new DkimSigner([new() { Domain = Name("example.com"), Selector = "s", Key = new Vault(_ => throw new TimeoutException("vault")) }]);
        await Assert.ThrowsAsync<TimeoutException>(async () => await broken.SignAsync(TestSigner.Bytes(Plain), Cancellation));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await broken.SignAsync(TestSigner.Bytes(Plain), cancelled.Token));
    }

    [Fact]
    public void What_cannot_sign_is_the_callers_mistake()
    {
        DkimSigningIdentity With(string selector = "s", string? user = null, ISigningKey? key = null) =>
            new() { Domain = Name("example.com"), Selector = selector, UserIdentity = user, Key = key ?? Rsa };

        Assert.Throws<ArgumentException>(() => new DkimSigner([]));
        foreach (var identity in (DkimSigningIdentity[])
        [
            With(selector: "a b"), With(selector: ""), With(selector: new string('s', 64)), With(selector: string.Join('.', Enumerable.Repeat(new string('s', 60), 4))),
            With(user: "joe"), With(user: "joe@example.org"), With(user: "j\r\noe@example.com"), With(user: "joe@notexample.com"),
            With(key: new Vault(_ => []) { Algorithm = "rsa-sha1" }), With(key: new Vault(_ => []) { Algorithm = "rsa" }), With(key: new Vault(_ => []) { Bits = 1023 }),
        ])
        {
            Assert.Throws<ArgumentException>(() => new DkimSigner([identity]));
        }

        Assert.Throws<ArgumentException>(() => new DkimSignerOptions { FieldNames = ["to"] });
        Assert.Throws<ArgumentException>(() => new DkimSignerOptions { FieldNames = ["from", "From"] });
        Assert.Throws<ArgumentException>(() => new DkimSignerOptions { FieldNames = ["from", "a:b"] });
        Assert.Throws<ArgumentException>(() => new DkimSignerOptions { OversignedFieldNames = [] });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DkimSignerOptions { Lifetime = TimeSpan.Zero });
    }

    // RFC 8463 appendix A: the key, and the signature over the hash of the canonical header. Ed25519 is deterministic.
    [Fact]
    public async Task The_primitive_gives_the_signature_of_RFC_8463()
    {
        const string Seed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
        var pem = new string(PemEncoding.Write("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"), .. Convert.FromBase64String(Seed)]));
        using var key = PemSigningKey.Load(pem);
        Assert.Equal("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", key.Record);

        var message = DkimSamples.Message("rfc8463-a3.eml");
        var hash = Rfc8463.HashOfFirstSignature(message);

        Assert.Equal(
            "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==",
            Convert.ToBase64String(await key.SignAsync(hash, Cancellation)));
    }

    private static IEnumerable<string> Messages =>
    [
        Plain,
        "From: a@example.com\r\n\r\n",
        "From: a@example.com\r\n",
        "From: a@example.com",
        "From: a@example.com\r\nX-Eight: Gr\u00c3\u00bc\u00c3\u009fe\r\n\r\nGr\u00c3\u00bc\u00c3\u009fe\r\n\r\n\r\n",
        "From:\r\n a@example.com\r\nSubject:\r\n\tfolded at once\r\n  \r\nTo : b@example.org\r\n\r\nno line end",
        "From: a@example.com\r\n\r\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"{new string('x', i % 90)} \t{i}\r\n")),
    ];

    private static DkimSigningIdentity Identity(PemSigningKey key, string selector = "s") => new() { Domain = Name("example.com"), Selector = selector, Key = key };

    private static DomainName Name(string text) => DomainName.Parse(text).Value!;

    private static string OnTop(DkimSigning signing, string message) => string.Concat(signing.Fields.Select(field => field + "\r\n")) + message;

    private static async Task<ImmutableArray<DkimResult>> VerifyAsync(string message)
    {
        var zone = new Zone()
            .Add("s._domainkey.example.com", ZoneEntryKind.Txt, Rsa.Record)
            .Add("ed._domainkey.example.com", ZoneEntryKind.Txt, Edwards.Record);
        return (await new DkimVerifier(new ZoneResolver(zone)).VerifyAsync(TestSigner.Bytes(message), Cancellation)).Signatures;
    }

    private sealed class Vault(Func<ReadOnlyMemory<byte>, byte[]> sign) : ISigningKey
    {
        public string Algorithm { get; init; } = "rsa-sha256";

        public int Bits { get; init; } = 2048;

        public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) => ValueTask.FromResult(sign(hash));
    }

    // The canonical octets of the appendix, made plainly: relaxed fields in the order of h=, then the field itself without b=.
    private static class Rfc8463
    {
        public static byte[] HashOfFirstSignature(byte[] message)
        {
            var text = Encoding.Latin1.GetString(message);
            var fields = text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Replace("\r\n ", " ", StringComparison.Ordinal).Split("\r\n").ToList();
            var signature = fields.First(field => field.StartsWith("DKIM-Signature:", StringComparison.Ordinal));
            var names = signature.Split(" h=")[1].Split(';')[0].Replace(" ", string.Empty, StringComparison.Ordinal).Split(':');
            var left = fields.ToList();
            var canonical = new StringBuilder();
            foreach (var name in names)
            {
                var at = left.FindLastIndex(field => field.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
                if (at >= 0)
                {
                    canonical.Append(Relaxed(left[at])).Append("\r\n");
                    left.RemoveAt(at);
                }
            }

            canonical.Append(Relaxed(signature.Split(" b=")[0] + " b="));
            return SHA256.HashData(Encoding.Latin1.GetBytes(canonical.ToString()));
        }

        private static string Relaxed(string field)
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            return $"{field[..colon].ToLowerInvariant()}:{string.Join(' ', field[(colon + 1)..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))}";
        }
    }
}
