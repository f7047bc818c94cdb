using System.Net;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.Arc;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>Messages with LF line ends, as files keep them, through the library: judged as if they had CRLF, and the outcome says so.</summary>
public class StoredMessageTests
{
    private const int Limit = 1024;

    private static readonly SmtpEnvelope Envelope = new(IPAddress.Loopback, "h.example", "x@attacker.example");

    private static readonly AuthenticationPipeline Pipeline = new(
        new ZoneResolver(new Zone()
            .Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
            .Add("_dmarc.victim.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject")),
        new AuthenticationOptions { AuthservId = "mx.example.org", MessageLimits = new MessageLimits { MaxHeaderBytes = Limit } });

    [Theory]
    [InlineData("Hi\r\n")]
    [InlineData("")]
    [InlineData("\r\n\r\n")]
    [InlineData("a\r\r\nb\r\n")] // a stray CR, of which a file with LF keeps CR LF
    [InlineData("a\rb\r\n \r\nno line end")]
    public async Task The_bytes_a_stream_and_the_single_verifiers_judge_it_as_it_travelled(string body)
    {
        foreach (var canonicalization in new[] { "simple/simple", "relaxed/relaxed" })
        {
            var signed = TestSigner.Rsa2048.Sign($"From: joe@example.com\r\nSubject: a\r\n  b\r\n\r\n{body}", "from:subject", canonicalization);
            var travelled = await Pipeline.AuthenticateAsync(Envelope, signed, TestContext.Current.CancellationToken);
            Assert.Equal((SignatureResultCode.Pass, false), (travelled.Dkim!.Code, travelled.HasConvertedLineEnds));
            foreach (var outcome in await EachFormAsync(Stored(signed)))
            {
                Assert.Equal(travelled.Header, outcome.Header);
                Assert.Equal(DmarcResultCode.Pass, outcome.Dmarc!.Code);
                Assert.True(outcome.HasConvertedLineEnds);
                Assert.Equal(HeaderDefects.None, outcome.HeaderDefects & ~HeaderDefects.UnterminatedLine);
                Assert.Contains("\"line_ends\": \"LF, judged as CRLF\"", outcome.ToJson(), StringComparison.Ordinal);
            }

            var verifier = new DkimVerifier(TestSigner.Rsa2048.Resolver());
            Assert.Equal(SignatureResultCode.Pass, (await verifier.VerifyAsync(Stored(signed), TestContext.Current.CancellationToken)).Code);
        }
    }

    [Fact]
    public async Task A_chain_of_a_stored_message_passes()
    {
        var message = Stored(TestSigner.Bytes(await ArcSamples.Pass(ArcSamples.Message, 1)));
        var verifier = new ArcVerifier(ArcSamples.Resolver());
        Assert.Equal(ArcResultCode.Pass, (await verifier.VerifyAsync(message, TestContext.Current.CancellationToken)).Code);
        using var stream = new MemoryStream(message);
        Assert.Equal(ArcResultCode.Pass, (await verifier.VerifyAsync(stream, TestContext.Current.CancellationToken)).Code);
    }

    // Over the network a bare LF is a trick: what some program behind us takes for the header is not what we take for it.
    [Theory]
    [InlineData("From: joe@example.com\r\nX: a\nFrom: ceo@victim.example\r\n\r\nHi\r\n", null)]
    [InlineData("X: a\nFrom: ceo@victim.example\r\n\r\nHi\r\n", "victim.example")]
    [InlineData("X: a\n\nFrom: ceo@victim.example\r\n\r\nHi\r\n", "victim.example")] // an LF header without an author hides nothing
    [InlineData("\nFrom: ceo@victim.example\r\n\r\nHi\r\n", "victim.example")]
    [InlineData("X: a\nFrom: joe@example.com\n\r\nFrom: ceo@victim.example\r\n\r\nHi\r\n", null)]
    [InlineData("X: a\nFrom: joe@example.com\r\nFrom: ceo@victim.example\n\nHi\n", null)]
    public async Task A_header_with_a_crlf_in_it_is_judged_as_received(string message, string? author)
    {
        foreach (var outcome in await EachFormAsync(TestSigner.Bytes(message)))
        {
            Assert.False(outcome.HasConvertedLineEnds);
            Assert.Equal(HeaderDefects.BareLineFeed, outcome.HeaderDefects & HeaderDefects.BareLineFeed);
            Assert.Equal(author, outcome.Author.Domain?.ToString());
            Assert.NotEqual(DmarcResultCode.Pass, outcome.Dmarc!.Code);
        }
    }

    [Fact]
    public async Task Fields_that_claim_our_name_are_found_among_the_stored_lines()
    {
        var message = "From: joe@example.com\nAuthentication-Results: mx.example.org; dmarc=pass\n\nHi\n";
        foreach (var outcome in await EachFormAsync(TestSigner.Bytes(message)))
        {
            Assert.Equal((1, 1), (Assert.Single(outcome.FieldsToRemove).Index, outcome.FieldsToRemove[0].Occurrence));
        }
    }

    [Fact]
    public async Task Random_messages_of_mixed_line_ends_are_judged_alike_in_each_form()
    {
        var random = new Random(1814);
        string[] pieces = ["\n", "\n", "\n", "\r\n", "\r", "\n\n", "From: joe@example.com", "Subject: x", "X:" + new string('y', 600), " z", "text", "\r\r\n"];
        var (converted, cut) = (0, 0);
        for (var run = 0; run < 3000; run++)
        {
            var message = "From: joe@example.com\n" + string.Concat(Enumerable.Range(0, random.Next(16)).Select(_ => pieces[random.Next(pieces.Length)]));
            var outcomes = await EachFormAsync(TestSigner.Bytes(message), 1 + random.Next(50));
            Assert.All(outcomes, outcome => Assert.Equal(JsonOf(outcomes[0]), JsonOf(outcome)));
            converted += outcomes[0].HasConvertedLineEnds ? 1 : 0;
            cut += outcomes[0].HeaderLimit is not null ? 1 : 0;
        }

        Assert.InRange(converted, 300, 2700);
        Assert.InRange(cut, 30, 2700);
    }

    // The limit counts the header as it is judged, with CRLF.
    [Theory]
    [InlineData(-3, false)]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(500, true)]
    public async Task The_limit_of_a_header_holds_alike(int more, bool isCut)
    {
        const string First = "From: joe@example.com\n";
        var message = First + "X:" + new string('x', Limit + more - (First.Length + 1) - 4) + "\n\nHi\n";
        foreach (var outcome in await EachFormAsync(TestSigner.Bytes(message)))
        {
            Assert.Equal(isCut, outcome.HeaderLimit is not null);
        }
    }

    private static byte[] Stored(byte[] message) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(message).Replace("\r\n", "\n", StringComparison.Ordinal));

    private static async Task<List<AuthenticationOutcome>> EachFormAsync(byte[] message, int piece = 3)
    {
        var outcomes = new List<AuthenticationOutcome> { await Pipeline.AuthenticateAsync(Envelope, message, TestContext.Current.CancellationToken) };
        foreach (var size in new[] { 1, piece, 100_000 })
        {
            await using var stream = new ChunkedStream(message, size);
            outcomes.Add(await Pipeline.AuthenticateAsync(Envelope, stream, TestContext.Current.CancellationToken));
        }

        return outcomes;
    }

    private static string JsonOf(AuthenticationOutcome outcome) => outcome.ToJsonWithoutTimes();
}
