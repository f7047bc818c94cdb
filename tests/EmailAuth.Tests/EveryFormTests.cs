using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Messages;
using EmailAuth.MimeKit;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Tests.Arc;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using MimeKit;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>Bytes, a sequence, a stream, a pipe and what MimeKit parsed: the outcome depends on the message alone, however it is cut.</summary>
public class EveryFormTests
{
    private static readonly SmtpEnvelope Envelope = new(IPAddress.Parse("192.0.2.1"), "mail.example.com", "joe@example.com");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("arc.jsonl")]
    [InlineData("bimi.jsonl")]
    [InlineData("dkim.jsonl")]
    [InlineData("dmarc.jsonl")]
    public async Task Each_vector_ends_alike_in_every_form_and_every_cutting(string file)
    {
        var random = new Random(file.Length);
        var (count, stored, parsed) = (0, 0, 0);
        foreach (var vector in VectorFile.Read(Repository.PathOf("testdata", "vectors", file)).Select(line => line.Value!))
        {
            var input = vector.Input;
            var checks = new Checks(
                vector.Zone is null ? new ZoneResolver(new Zone()) : new ZoneResolver(vector.Zone),
                new SmtpEnvelope(input.ClientAddress, input.Helo, input.MailFrom),
                input.Now);
            var message = input.Message!.Value.ToArray();
            foreach (var bytes in new[] { message, Stored(message) })
            {
                count++;
                stored += await checks.CompareAsync(bytes, random, vector.Id) ? 1 : 0;
                parsed += await checks.CompareMimeAsync(bytes, vector.Id) ? 1 : 0;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{count} messages, {stored} with LF, {parsed} that MimeKit writes as it read them");
        Assert.True(count > 0);
        Assert.InRange(stored, count / 8, count);
        Assert.InRange(parsed, count / 8, count);
    }

    [Theory]
    [InlineData("rfc6376-a2.eml", "rfc6376.json")]
    [InlineData("rfc8463-a3.eml", "rfc8463.json")]
    [InlineData("arc-three-hops.eml", "arc-three-hops.json")]
    public async Task Each_message_ends_alike_in_every_form_cut_a_hundred_times(string file, string zone)
    {
        var random = new Random(1);
        var checks = new Checks(DkimSamples.Resolver(zone), Envelope, null);
        var message = DkimSamples.Message(file);
        foreach (var bytes in new[] { message, Stored(message) })
        {
            for (var run = 0; run < 100; run++)
            {
                Assert.Equal(bytes != message, await checks.CompareAsync(bytes, random, file));
            }

            Assert.True(await checks.CompareMimeAsync(bytes, file));
        }
    }

    // Wherever it is cut: between CR and LF, in the empty line, in a field's name.
    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public async Task A_cut_at_any_byte_changes_nothing(string lineEnd)
    {
        var signed = TestSigner.Rsa2048.Sign("From: joe@example.com\r\nSubject: a\r\n b\r\n\r\nHi\r\n\r\nBob\r\n\r\n", "from:subject", "simple/simple");
        var message = TestSigner.Bytes(Encoding.Latin1.GetString(signed).Replace("\r\n", lineEnd, StringComparison.Ordinal));
        var checks = new Checks(TestSigner.Rsa2048.Resolver(), Envelope, null);
        var expected = await checks.Pipeline.AuthenticateAsync(Envelope, message, Token);
        Assert.Equal((SignatureResultCode.Pass, lineEnd == "\n"), (expected.Dkim!.Code, expected.HasConvertedLineEnds));
        for (var cut = 0; cut <= message.Length; cut++)
        {
            Equal(expected, await checks.Pipeline.AuthenticateAsync(Envelope, MessageForms.Sequence(message, cut), Token), $"a sequence cut at {cut}");
            Equal(expected, await checks.Pipeline.AuthenticateAsync(Envelope, MessageForms.Pipe(message, cut), Token), $"a pipe cut at {cut}");
            await using var stream = new CutStream(message, cut);
            Equal(expected, await checks.Pipeline.AuthenticateAsync(Envelope, stream, Token), $"a stream cut at {cut}");
        }
    }

    [Fact]
    public async Task An_empty_message_is_one_without_From_in_every_form()
    {
        var checks = new Checks(new ZoneResolver(new Zone()), Envelope, null);
        Assert.False(await checks.CompareAsync([], new Random(1), "empty"));
        var outcome = await checks.Pipeline.AuthenticateAsync(Envelope, ReadOnlySequence<byte>.Empty, Token);
        Assert.Equal(AuthorDefect.NoField, outcome.Author.Defect);
    }

    [Fact]
    public async Task A_message_that_MimeKit_read_from_a_file_with_LF_verifies_and_its_chain_does()
    {
        var chained = Stored(TestSigner.Bytes(await ArcSamples.Pass(ArcSamples.Message, 1)));
        using var forwarded = await MimeMessage.LoadAsync(new MemoryStream(chained), Token);
        Assert.Equal(ArcResultCode.Pass, (await new ArcVerifier(ArcSamples.Resolver()).VerifyAsync(forwarded, Token)).Code);

        using var signed = await MimeMessage.LoadAsync(new MemoryStream(Stored(TestSigner.Rsa2048.Sign("From: joe@example.com\r\n\r\nHi\r\n"))), Token);
        Assert.Equal(SignatureResultCode.Pass, (await new DkimVerifier(TestSigner.Rsa2048.Resolver()).VerifyAsync(signed, Token)).Code);
        var outcome = await new Checks(TestSigner.Rsa2048.Resolver(), Envelope, null).Pipeline.AuthenticateAsync(Envelope, signed, Token);

        // Which line ends the file had is not in a MimeMessage.
        Assert.Equal((SignatureResultCode.Pass, false), (outcome.Dkim!.Code, outcome.HasConvertedLineEnds));
    }

    [Fact]
    public async Task A_parsed_message_that_was_changed_is_judged_as_changed()
    {
        using var message = await MimeMessage.LoadAsync(
            new MemoryStream(TestSigner.Rsa2048.Sign("From: joe@example.com\r\nSubject: a\r\n\r\nHi\r\n", "from:subject", "relaxed/relaxed")), Token);
        message.Subject = "b";
        var result = Assert.Single((await new DkimVerifier(TestSigner.Rsa2048.Resolver()).VerifyAsync(message, Token)).Signatures);
        Assert.Equal(SignatureResultCode.Fail, result.Code);
    }

    private static byte[] Stored(byte[] message) => TestSigner.Bytes(Encoding.Latin1.GetString(message).Replace("\r\n", "\n", StringComparison.Ordinal));

    private static void Equal(AuthenticationOutcome expected, AuthenticationOutcome actual, string what) => Equal(JsonOf(expected), JsonOf(actual), what);

    private static void Equal(string expected, string actual, string what) => Assert.True(expected == actual, $"{what}:\n{actual}\ninstead of\n{expected}");

    private static string JsonOf(AuthenticationOutcome outcome) => outcome.ToJsonWithoutTimes();

    private static string JsonOf(IMethodOutcome outcome)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            outcome.WriteJson(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // What takes messages, over one zone.
    private sealed class Checks
    {
        private readonly SmtpEnvelope _envelope;
        private readonly DkimVerifier _dkim;
        private readonly ArcVerifier _arc;

        public Checks(ZoneResolver resolver, SmtpEnvelope envelope, DateTimeOffset? now)
        {
            _envelope = envelope;
            var options = new AuthenticationOptions
            {
                AuthservId = "mx.example.org",
                Dkim = new DkimOptions { JudgeExpiryAtSigningTime = now is null },
                TimeProvider = now is { } known ? new Microsoft.Extensions.Time.Testing.FakeTimeProvider(known) : TimeProvider.System,
            };
            Pipeline = new AuthenticationPipeline(resolver, options);
            _dkim = new DkimVerifier(resolver, options.Dkim, options.TimeProvider);
            _arc = new ArcVerifier(resolver, null, options.TimeProvider);
        }

        public AuthenticationPipeline Pipeline { get; }

        // Answers whether it was judged as a message with LF line ends.
        public async Task<bool> CompareAsync(byte[] message, Random random, string id)
        {
            var expected = await Pipeline.AuthenticateAsync(_envelope, message, Token);
            Equal(expected, await Pipeline.AuthenticateAsync(_envelope, Cut(), Token), $"{id} as a sequence");
            Equal(expected, await Pipeline.AuthenticateAsync(_envelope, MessageForms.Pipe(message, Lengths()), Token), $"{id} as a pipe");
            Equal(expected, await Pipeline.AuthenticateAsync(_envelope, MessageForms.Stream(message, 1 + random.Next(300)), Token), $"{id} as a stream");

            var dkim = JsonOf(await _dkim.VerifyAsync(message, Token));
            Equal(dkim, JsonOf(await _dkim.VerifyAsync(Cut(), Token)), $"{id}, DKIM of a sequence");
            Equal(dkim, JsonOf(await _dkim.VerifyAsync(MessageForms.Pipe(message, Lengths()), Token)), $"{id}, DKIM of a pipe");
            Equal(dkim, JsonOf(await _dkim.VerifyAsync(MessageForms.Stream(message, 1 + random.Next(300)), Token)), $"{id}, DKIM of a stream");

            var arc = JsonOf(await _arc.VerifyAsync(message, Token));
            Equal(arc, JsonOf(await _arc.VerifyAsync(Cut(), Token)), $"{id}, ARC of a sequence");
            Equal(arc, JsonOf(await _arc.VerifyAsync(MessageForms.Pipe(message, Lengths()), Token)), $"{id}, ARC of a pipe");
            Equal(arc, JsonOf(await _arc.VerifyAsync(MessageForms.Stream(message, 1 + random.Next(300)), Token)), $"{id}, ARC of a stream");
            return expected.HasConvertedLineEnds;

            ReadOnlySequence<byte> Cut() => MessageForms.Sequence(message, Lengths());

            IEnumerable<int> Lengths() => MessageForms.RandomLengths(random, message.Length);
        }

        // Answers whether MimeKit writes it as it read it.
        public async Task<bool> CompareMimeAsync(byte[] message, string id)
        {
            using var parsed = MessageForms.Mime(message);
            if (parsed is null)
            {
                return false;
            }

            var travelled = LineEndings.ToCrlf(message);
            var expected = await Pipeline.AuthenticateAsync(_envelope, travelled, Token);
            Equal(expected, await Pipeline.AuthenticateAsync(_envelope, parsed, Token), $"{id} as parsed by MimeKit");
            Equal(JsonOf(await _dkim.VerifyAsync(travelled, Token)), JsonOf(await _dkim.VerifyAsync(parsed, Token)), $"{id}, DKIM as parsed by MimeKit");
            Equal(JsonOf(await _arc.VerifyAsync(travelled, Token)), JsonOf(await _arc.VerifyAsync(parsed, Token)), $"{id}, ARC as parsed by MimeKit");
            return true;
        }
    }

    // Gives what is before the cut, then what is after it.
    private sealed class CutStream(byte[] message, int cut) : MemoryStream(message)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(Position < cut ? buffer[..Math.Min(buffer.Length, cut - (int)Position)] : buffer, cancellationToken);
    }
}
