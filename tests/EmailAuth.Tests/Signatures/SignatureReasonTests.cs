using System.Text;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.Arc;
using EmailAuth.Tests.Dkim;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Each reason of a signature is reached by a message, and given as its word beside the text.</summary>
public class SignatureReasonTests
{
    private const string Text = "From: alice@example.com\r\nTo: bob@example.net\r\nSubject: Plans\r\n\r\nsee you\r\n";

    private static readonly TestSigner Signer = TestSigner.Rsa2048;

    // Without OpenSSL a process cannot run these tests: WithoutOpenSslTests start one of their own.
    private static readonly Dictionary<string, Func<ValueTask<(string? Reason, string? Code)>>> Inputs = new(StringComparer.Ordinal)
    {
        ["signature_syntax"] = () => Dkim(Edited(" s=s;", " s=s; s=s;")),
        ["signature_unsupported"] = () => Dkim(Edited("v=1", "v=2")),
        ["unsigned_from"] = () => Dkim(Signer.Sign(Text, fields: "to:subject")),
        ["algorithm_refused"] = () => Dkim(Signer.Sign(Text, sha1: true)),
        ["dated_in_future"] = () => Dkim(Signer.Sign(Text, more: " t=4000000000;")),
        ["expired"] = () => Dkim(Signer.Sign(Text, more: " t=1000; x=2000;")),
        ["signature_limit"] = () => Dkim(Signer.Sign(Encoding.Latin1.GetString(Signer.Sign(Text))), options: new DkimOptions { MaxSignatures = 1 }, index: 1),
        ["header_limit"] = () => Dkim(
            Signer.Sign(string.Concat(Enumerable.Repeat("X: 1\r\n", 20)) + Text), options: new DkimOptions { MessageLimits = new MessageLimits { MaxHeaderFields = 16 } }),
        ["dns_failure"] = () => Dkim(Signer.Sign(Text), new ZoneResolver(new Zone().Add("s._domainkey.example.com", ZoneEntryKind.ServFail))),
        ["no_key"] = () => Dkim(Signer.Sign(Text), TestSigner.ResolverOf()),
        ["several_keys"] = () => Dkim(Signer.Sign(Text), TestSigner.ResolverOf(Signer.Record, Signer.Record + "; n=2")),
        ["key_syntax"] = () => Dkim(Signer.Sign(Text), TestSigner.ResolverOf("v=DKIM1; p=AAAA")),
        ["key_revoked"] = () => Dkim(Signer.Sign(Text), TestSigner.ResolverOf("v=DKIM1; p=")),
        ["key_type_mismatch"] = () => Dkim(Signer.Sign(Text), TestSigner.ResolverOf("v=DKIM1; k=dsa; p=AAAA")),
        ["key_hash_refused"] = () => Dkim(Signer.Sign(Text), Signer.Resolver(Signer.Record + "; h=sha1")),
        ["key_not_for_mail"] = () => Dkim(Signer.Sign(Text), Signer.Resolver(Signer.Record + "; s=chat")),
        ["key_too_short"] = () => Dkim(Signer.Sign(Text), options: new DkimOptions { MinRsaBits = 4096 }),
        ["key_too_long"] = () => Dkim(Signer.Sign(Text), TestSigner.ResolverOf(TestSigner.Rsa(2304).Record), new DkimOptions { MaxRsaBits = 2048 }),
        ["identity_not_exact"] = () => Dkim(Signer.Sign(Text, more: " i=@sub.example.com;"), Signer.Resolver(Signer.Record + "; t=s")),
        ["header_changed"] = () => Dkim(Changed("Plans", "Plan")),
        ["body_changed"] = () => Dkim(Changed("see you", "see me")),
        ["header_and_body_changed"] = () => Dkim(DkimSamples.Replace(Changed("Plans", "Plan"), "see you", "see me")),
        ["other_key"] = () => Dkim(Signer.Sign(Text), TestSigner.ResolverOf(TestSigner.Rsa(2304).Record)),
        ["body_hash_wrong"] = () => Dkim(Signer.Sign(Text, length: 0, edit: static value => WithOtherHash(value))),
        ["body_too_short"] = () => Dkim(Signer.Sign(Text, length: 1000)),
        ["partial_body"] = () => Dkim(Signer.Sign(Text, length: 3), options: new DkimOptions { AcceptPartialBody = false }),
        ["unsigned_copy"] = () => Dkim(Changed("Subject: Plans\r\n", "Subject: Plans\r\n", "Subject: Win\r\n")),
        ["not_oversigned"] = () => Dkim(Signer.Sign(Text), options: new DkimOptions { RequiredOversignedFields = ["from"] }),
        ["testing_key"] = () => Dkim(Signer.Sign(Text), Signer.Resolver(Signer.Record + "; t=y"), new DkimOptions { TestingKeys = TestingKeys.Ignore }),
        ["chain_changed"] = async () =>
        {
            var sealedMessage = await ArcSamples.Pass(ArcSamples.Message, 1);
            var changed = sealedMessage.Replace("spf=pass", "spf=fail", StringComparison.Ordinal);
            var seal = (await ArcSamples.Verify(changed)).Sets[0].SealResult;
            return (seal.Reason, seal.ReasonCode);
        },
    };

    public static TheoryData<string> Words => [.. Inputs.Keys];

    [Theory]
    [MemberData(nameof(Words))]
    public async Task An_input_has_the_reason(string word)
    {
        var (reason, code) = await Inputs[word]();
        Assert.Equal(word, code);
        Assert.NotNull(reason);
    }

    [Fact]
    public void Each_reason_has_an_input_and_a_word_of_its_own()
    {
        var words = Enum.GetValues<SignatureReason>().Select(static reason => reason.Keyword()).ToList();
        Assert.Equal(words.Order(StringComparer.Ordinal), Inputs.Keys.Append("platform_fault").Order(StringComparer.Ordinal));
        Assert.Equal(words.Count, words.Distinct().Count());
    }

    [Fact]
    public async Task A_pass_has_neither_reason_nor_code()
    {
        Assert.Equal((null, null), await Dkim(Signer.Sign(Text)));
        var set = (await ArcSamples.Verify(await ArcSamples.Pass(ArcSamples.Message, 1))).Sets[0];
        Assert.Equal((null, null, null, null), (set.SealResult.Reason, set.SealResult.ReasonCode, set.MessageSignatureResult.Reason, set.MessageSignatureResult.ReasonCode));
    }

    // The same reasons, of the message signature of a set.
    [Theory]
    [InlineData("see you", "see me", "body_changed")]
    [InlineData("Subject: Plans", "Subject: Plan", "header_changed")]
    [InlineData("s._domainkey.hop1.example", null, "no_key")]
    public async Task A_message_signature_of_a_chain_has_the_reasons_of_DKIM(string what, string? by, string expected)
    {
        var message = (await ArcSamples.Pass(ArcSamples.Message.Replace("See you at noon", "see you", StringComparison.Ordinal), 1))
            .Replace(what, by ?? what, StringComparison.Ordinal);
        var result = await ArcSamples.Verify(message, by is null ? new ZoneResolver(new Zone()) : null);
        Assert.Equal("message_signature_failed", result.ReasonCode);
        Assert.Equal(expected, result.Sets[0].MessageSignatureResult.ReasonCode);
    }

    [Theory]
    [InlineData("c=relaxed/relaxed;", "c=relaxed/lax;", "signature_unsupported")]
    [InlineData("bh=", "bh=*; xh=", "signature_syntax")]
    public async Task An_older_message_signature_that_cannot_be_read_says_why(string what, string by, string expected)
    {
        var chain = await ArcSamples.Pass(await ArcSamples.Pass(ArcSamples.Message, 1), 3);
        var position = chain.LastIndexOf(what, StringComparison.Ordinal);
        var result = await ArcSamples.Verify(chain.Remove(position, what.Length).Insert(position, by));
        Assert.Equal("seal_failed", result.ReasonCode);
        Assert.Equal(expected, result.Sets[1].MessageSignatureResult.ReasonCode);
    }

    private static byte[] Edited(string what, string by) => Signer.Sign(Text, edit: value => value.Replace(what, by, StringComparison.Ordinal));

    private static byte[] Changed(string what, string by, string added = "") =>
        [.. TestSigner.Bytes(added), .. DkimSamples.Replace(Signer.Sign(Text), what, by)];

    // The body hash of something else, signed.
    private static string WithOtherHash(string value)
    {
        var start = value.IndexOf("bh=", StringComparison.Ordinal) + 3;
        return value[..start] + Convert.ToBase64String(new byte[32]) + value[value.IndexOf(';', start)..];
    }

    private static async ValueTask<(string? Reason, string? Code)> Dkim(byte[] message, IDnsResolver? resolver = null, DkimOptions? options = null, int index = 0)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        var results = await new DkimVerifier(resolver ?? Signer.Resolver(), options, clock).VerifyAsync(message, TestContext.Current.CancellationToken);
        AssertBothOrNeither(results);
        return (results.Signatures[index].Reason, results.Signatures[index].ReasonCode);
    }

    // What outputs read of all signatures together is that of the best one.
    private static void AssertBothOrNeither(EmailAuth.Results.IMethodOutcome outcome) => Assert.Equal(outcome.Reason is null, outcome.ReasonCode is null);
}
