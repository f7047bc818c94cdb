using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Dns;
using EmailAuth.Signatures;
using EmailAuth.Tests.Signatures;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dkim;

public partial class DkimVerifierTests
{
    private const string Header = "From: Alice <alice@example.com>\r\nTo: bob@example.org\r\nSubject: Hello  there\r\nX-Note: 1\r\n";

    private const string Text = Header + "\r\nHi  Bob,\r\n\r\nsee you.\r\n";

    private static readonly TestSigner Signer = TestSigner.Rsa2048;

    [Theory]
    [InlineData("simple/simple")]
    [InlineData("simple/relaxed")]
    [InlineData("relaxed/simple")]
    [InlineData("relaxed/relaxed")]
    public async Task Each_half_has_its_own_canonicalization(string canonicalization)
    {
        foreach (var signer in new[] { Signer, TestSigner.Ed25519 })
        {
            var message = signer.Sign(Text, canonicalization: canonicalization);
            AssertPass(await Verify(message, signer.Resolver()));

            // More white space between words is a change to simple only.
            var header = DkimSamples.Replace(message, "Hello  there", "Hello   there");
            AssertHalves(await Verify(header, signer.Resolver()), header: canonicalization.StartsWith('r'), body: true);
            var body = DkimSamples.Replace(message, "Hi  Bob", "Hi \t Bob");
            AssertHalves(await Verify(body, signer.Resolver()), header: true, body: canonicalization.EndsWith("relaxed", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("relaxed")]
    [InlineData("simple")]
    public async Task A_missing_body_half_of_c_is_simple(string header)
    {
        var result = await Verify(Signer.Sign(Text, canonicalization: header), Signer.Resolver());
        AssertPass(result);
        Assert.Equal($"{header}/simple", result.Signature!.Canonicalization);
    }

    [Fact]
    public async Task A_missing_c_is_simple_simple() =>
        AssertPass(await Verify(
            Signer.Sign(Text, canonicalization: "simple/simple", edit: value => value.Replace(" c=simple/simple;", string.Empty, StringComparison.Ordinal)), Signer.Resolver()));

    [Theory]
    [InlineData("")] // no octets after the empty line
    [InlineData("\r\n\r\n")]
    [InlineData("no line end")]
    [InlineData(" \t")]
    [InlineData("a\rb\nc\0\u00e9\r\n")]
    public async Task Bodies_of_any_shape_verify(string body)
    {
        foreach (var canonicalization in new[] { "simple/simple", "relaxed/relaxed" })
        {
            AssertPass(await Verify(Signer.Sign(Header + "\r\n" + body, canonicalization: canonicalization), Signer.Resolver()));
        }
    }

    [Fact]
    public async Task A_message_without_an_empty_line_has_an_empty_body()
    {
        AssertPass(await Verify(Signer.Sign(Header, canonicalization: "relaxed/relaxed"), Signer.Resolver()));
        AssertPass(await Verify(Signer.Sign(Header, canonicalization: "simple/simple"), Signer.Resolver()));
    }

    [Fact]
    public async Task A_field_folded_right_after_its_colon_verifies() =>
        AssertPass(await Verify(Signer.Sign("From:\r\n\ta@example.com\r\nSubject:\r\n  \r\n x\r\n\r\nHi\r\n"), Signer.Resolver()));

    [Fact]
    public async Task A_field_named_in_other_letter_case_and_more_than_once_takes_the_next_instance_from_the_bottom()
    {
        const string three = "X-A: 1\r\nx-a: 2\r\nX-a: 3\r\nFrom: a@example.com\r\n\r\nHi\r\n";
        var message = Signer.Sign(three, fields: "x-A:From:X-A");
        AssertPass(await Verify(message, Signer.Resolver()));

        // The topmost of three is the one that two mentions leave unsigned.
        AssertPass(await Verify(DkimSamples.Replace(message, "X-A: 1", "X-A: 4"), Signer.Resolver()));
        AssertHalves(await Verify(DkimSamples.Replace(message, "x-a: 2", "x-a: 4"), Signer.Resolver()), header: false, body: true);
        AssertHalves(await Verify(DkimSamples.Replace(message, "X-a: 3", "X-a: 4"), Signer.Resolver()), header: false, body: true);
    }

    [Fact]
    public async Task A_field_signed_as_absent_must_stay_absent()
    {
        var message = Signer.Sign(Text, fields: "from:from:subject:reply-to");
        AssertPass(await Verify(message, Signer.Resolver()));
        AssertHalves(await Verify(DkimSamples.Replace(message, "X-Note: 1", "Reply-To: m@example.org"), Signer.Resolver()), header: false, body: true);
        AssertHalves(await Verify(DkimSamples.Replace(message, "X-Note: 1", "From: m@example.org"), Signer.Resolver()), header: false, body: true);
    }

    [Fact]
    public async Task A_second_From_above_is_told_to_be_unsigned()
    {
        var message = Signer.Sign(Text);
        var spoofed = TestSigner.Bytes("From: mallory@example.org\r\nContent-Type: text/html\r\n").Concat(message).ToArray();
        var result = await Verify(spoofed, Signer.Resolver());
        AssertPass(result);
        Assert.Equal(["from", "content-type"], result.UnsignedDisplayedFields);
    }

    [Fact]
    public async Task Oversigning_can_be_demanded()
    {
        var options = new DkimOptions { RequiredOversignedFields = ["From", "Subject"] };
        AssertPass(await Verify(Signer.Sign(Text, fields: "from:from:subject:subject"), Signer.Resolver(), options));
        var result = await Verify(Signer.Sign(Text, fields: "from:from:subject"), Signer.Resolver(), options);
        Assert.Equal(SignatureResultCode.Policy, result.Code);
        Assert.Contains("does not name subject once more", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_value_of_b_alone_is_taken_out_wherever_the_tag_stands()
    {
        // b= in the middle of the field, and the letters in other tags' values.
        var message = Signer.Sign(Text, more: " n=b=x; bb=b;", canonicalization: "simple/simple");
        AssertPass(await Verify(message, Signer.Resolver()));
        var text = Encoding.Latin1.GetString(message);
        AssertPass(await Verify(TestSigner.Bytes(text), Signer.Resolver()));
        AssertHalves(await Verify(DkimSamples.Replace(message, "bb=b", "bb=c"), Signer.Resolver()), header: false, body: true);
    }

    [Fact]
    public async Task The_signature_refolded_still_verifies_when_relaxed()
    {
        var text = Encoding.Latin1.GetString(Signer.Sign(Text));
        var start = text.IndexOf("\tb=", StringComparison.Ordinal) + 3;
        var end = text.IndexOf("\r\nFrom:", StringComparison.Ordinal);
        var value = text[start..end].Replace("\r\n\t ", string.Empty, StringComparison.Ordinal);
        AssertPass(await Verify(TestSigner.Bytes(text[..start] + "\r\n\t" + string.Join("\r\n  ", value.Chunk(20).Select(part => new string(part))) + " \t" + text[end..]), Signer.Resolver()));
    }

    [Fact]
    public async Task L_at_the_end_covers_all_below_it_is_partial_and_beyond_it_is_no_pass()
    {
        var size = PlainCanonicalization.RelaxedBody("Hi  Bob,\r\n\r\nsee you.\r\n").Length;
        var at = await Verify(Signer.Sign(Text, length: size), Signer.Resolver());
        AssertPass(at);
        Assert.Equal(0, at.UnsignedBodyLength);

        var below = await Verify(Signer.Sign(Text, length: size - 5), Signer.Resolver());
        AssertPass(below);
        Assert.Equal(5, below.UnsignedBodyLength);
        Assert.Contains("5 octets", below.ToMethodResult().Comment, StringComparison.Ordinal);

        var none = await Verify(Signer.Sign(Text, length: 0), Signer.Resolver());
        AssertPass(none);
        Assert.Equal(size, none.UnsignedBodyLength);

        var beyond = await Verify(Signer.Sign(Text, length: size + 1), Signer.Resolver());
        Assert.Equal(SignatureResultCode.PermError, beyond.Code);
        Assert.Contains("exceeds the canonical body", beyond.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_added_after_l_leaves_the_pass_but_is_counted()
    {
        var message = Signer.Sign(Text, length: PlainCanonicalization.RelaxedBody("Hi  Bob,\r\n\r\nsee you.\r\n").Length);
        var longer = message.Concat(TestSigner.Bytes("An advertisement.\r\n")).ToArray();
        var result = await Verify(longer, Signer.Resolver());
        AssertPass(result);
        Assert.Equal(19, result.UnsignedBodyLength);

        var strict = await Verify(longer, Signer.Resolver(), new DkimOptions { AcceptPartialBody = false });
        Assert.Equal(SignatureResultCode.Policy, strict.Code);
        Assert.Equal((DkimCheck.Matches, DkimCheck.Matches), (strict.HeaderCheck, strict.BodyCheck));
    }

    [Fact]
    public async Task A_body_shorter_than_l_says_so()
    {
        var message = DkimSamples.Replace(Signer.Sign(Text, length: 10), "Hi  Bob,\r\n\r\nsee you.", "Hi");
        var result = await Verify(message, Signer.Resolver());
        AssertHalves(result, header: true, body: false);
        Assert.Contains("shorter than l=10", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_halves_are_checked_even_when_one_differs()
    {
        var message = DkimSamples.Replace(DkimSamples.Replace(Signer.Sign(Text), "see you", "never"), "Hello", "Bye");
        var result = await Verify(message, Signer.Resolver());
        AssertHalves(result, header: false, body: false);
        Assert.Contains("body hash differs and so does the header signature", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("d=example.com; i=joe@sub.example.com", true)]
    [InlineData("d=example.com; i=@example.com", true)]
    [InlineData("d=example.com; i=joe=40x@example.com", true)]
    [InlineData("d=example.com; i=@example.org", false)]
    public async Task The_identity_stands_at_or_below_the_domain(string tags, bool passes)
    {
        var message = Signer.Sign(Text, edit: value => value.Replace("d=example.com", tags, StringComparison.Ordinal));
        Assert.Equal(passes ? SignatureResultCode.Pass : SignatureResultCode.PermError, (await Verify(message, Signer.Resolver())).Code);
    }

    [Theory]
    [InlineData(1000, SignatureResultCode.Pass, "")]
    [InlineData(1299, SignatureResultCode.Pass, "")]
    [InlineData(1301, SignatureResultCode.PermError, "expired")]
    [InlineData(200, SignatureResultCode.Pass, "")] // 300 seconds before t=
    [InlineData(199, SignatureResultCode.PermError, "future")]
    public async Task Times_are_judged_with_the_clock_skew(int now, SignatureResultCode code, string reason)
    {
        var message = Signer.Sign(Text, more: " t=500; x=1000;");
        var result = await Verify(message, Signer.Resolver(), null, At(now));
        Assert.Equal(code, result.Code);
        Assert.Contains(reason, result.Reason ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expiry_is_judged_as_the_options_say()
    {
        var message = Signer.Sign(Text, more: " t=500; x=1000;");
        Assert.Equal(SignatureResultCode.Fail, (await Verify(message, Signer.Resolver(), new DkimOptions { ExpiredResult = SignatureResultCode.Fail }, At(5000))).Code);
        Assert.Equal(SignatureResultCode.Pass, (await Verify(message, Signer.Resolver(), new DkimOptions { JudgeExpiryAtSigningTime = true }, At(5000))).Code);
        Assert.Equal(SignatureResultCode.PermError, (await Verify(message, Signer.Resolver(), new DkimOptions { ClockSkew = TimeSpan.Zero }, At(1001))).Code);
        Assert.Equal(SignatureResultCode.Pass, (await Verify(message, Signer.Resolver(), new DkimOptions { FutureTolerance = TimeSpan.FromDays(1) }, At(0))).Code);
        Assert.Equal(SignatureResultCode.Pass, (await Verify(Signer.Sign(Text, more: " x=999999999999;"), Signer.Resolver(), null, At(5000))).Code);
    }

    [Fact]
    public async Task A_signature_of_the_wrong_length_differs()
    {
        var message = Signer.Sign(Text);
        var other = TestSigner.Rsa(1024);
        AssertHalves(await Verify(message, other.Resolver()), header: false, body: true);
        AssertHalves(await Verify(other.Sign(Text), Signer.Resolver()), header: false, body: true);
    }

    [Fact]
    public async Task Cancellation_ends_the_wait_for_a_key()
    {
        using var source = new CancellationTokenSource();
        var resolver = ScriptedResolver.Held(Signer.Resolver());
        var pending = new DkimVerifier(resolver).VerifyAsync(Signer.Sign(Text), source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pending);
        resolver.AnswerRound();
    }

    [Fact]
    public async Task Results_stand_in_the_order_of_the_fields_and_b_tells_them_apart()
    {
        var both = Encoding.Latin1.GetString(Signer.Sign(Encoding.Latin1.GetString(TestSigner.Ed25519.Sign(Text, edit: value => value.Replace("s=s", "s=e", StringComparison.Ordinal)))));
        var zone = new Zone().Add("s._domainkey.example.com", ZoneEntryKind.Txt, Signer.Record).Add("e._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Ed25519.Record);
        var results = await new DkimVerifier(new ZoneResolver(zone)).VerifyAsync(TestSigner.Bytes(both), Cancellation);
        Assert.Equal(["s", "e"], results.Signatures.Select(result => result.Selector));
        Assert.All(results.Signatures, AssertPass);
        var methods = results.ToMethodResults();
        Assert.Equal(["rsa-sha256", "ed25519-sha256"], methods.Select(method => method.Properties.Single(property => property.Name == "a").Value));
        Assert.Equal(2, methods.Select(method => method.Properties.Single(property => property.Name == "b").Value).Distinct(StringComparer.Ordinal).Count());
        Assert.All(methods, method => Assert.Equal(8, method.Properties.Single(property => property.Name == "b").Value.Length));
    }

    [Fact]
    public async Task A_method_result_names_domain_identity_selector_algorithm_and_signature()
    {
        var message = Signer.Sign(Text, more: " i=joe@example.com;");
        var method = (await Verify(message, Signer.Resolver())).ToMethodResult();
        Assert.Equal(("dkim", "pass", null, "2048-bit key"), (method.Method, method.Result, method.Reason, method.Comment));
        var b = Encoding.Latin1.GetString(message).Split("b=")[^1][..8];
        Assert.Equal(
            [("header", "d", "example.com"), ("header", "i", "joe@example.com"), ("header", "s", "s"), ("header", "a", "rsa-sha256"), ("header", "b", b)],
            method.Properties.Select(property => (property.Type, property.Name, property.Value)));
    }

    [Fact]
    public async Task Octets_that_are_no_message_are_none()
    {
        var verifier = new DkimVerifier(Signer.Resolver());
        foreach (var message in new byte[][] { [], "\r\n"u8.ToArray(), "\r\n\r\n"u8.ToArray(), "\n\n"u8.ToArray(), [0], new byte[5000] })
        {
            Assert.Equal(SignatureResultCode.None, (await verifier.VerifyAsync(message, Cancellation)).Code);
            using var stream = new MemoryStream(message);
            Assert.Equal(SignatureResultCode.None, (await verifier.VerifyAsync(stream, Cancellation)).Code);
        }
    }

    [Fact]
    public async Task Reading_in_chunks_of_any_size_gives_what_the_bytes_give()
    {
        var text = Encoding.Latin1.GetString(Signer.Sign(Header + "\r\n" + string.Concat(Enumerable.Repeat("a  line \r\n\r\n", 900)), canonicalization: "relaxed/relaxed"));
        var verifier = new DkimVerifier(Signer.Resolver());
        foreach (var size in new[] { 1, 2, 3, 5, 7, 64, 1000, 4096, 5000, 100_000 })
        {
            await using var stream = new ChunkedStream(TestSigner.Bytes(text), size);
            AssertPass(Assert.Single((await verifier.VerifyAsync(stream, Cancellation)).Signatures));
        }
    }

    internal static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static FakeTimeProvider At(long seconds) => new(DateTimeOffset.FromUnixTimeSeconds(seconds));

    private static async Task<DkimResult> Verify(byte[] message, IDnsResolver resolver, DkimOptions? options = null, TimeProvider? time = null) =>
        Assert.Single((await new DkimVerifier(resolver, options, time).VerifyAsync(message, Cancellation)).Signatures);

    private static void AssertPass(DkimResult result) => Assert.Equal((SignatureResultCode.Pass, null), (result.Code, result.Reason));

    private static void AssertHalves(DkimResult result, bool header, bool body)
    {
        Assert.Equal(
            (header ? DkimCheck.Matches : DkimCheck.Differs, body ? DkimCheck.Matches : DkimCheck.Differs), (result.HeaderCheck, result.BodyCheck));
        Assert.Equal(header && body ? SignatureResultCode.Pass : SignatureResultCode.Fail, result.Code);
        Assert.Equal(!body, result.Reason?.Contains("body hash", StringComparison.Ordinal) ?? false);
        Assert.Equal(!header, result.Reason?.Contains("header signature", StringComparison.Ordinal) ?? false);
    }
}
