using System.Net;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.MimeKit;
using EmailAuth.Signatures;
using EmailAuth.Tests.Arc;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using MimeKit;
using Xunit;

namespace EmailAuth.Tests.Mime;

/// <summary>What MimeKit parsed is judged and signed as the bytes are.</summary>
public class MimeMessageExtensionsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_signed_message_is_judged_as_its_bytes_are()
    {
        var bytes = TestSigner.Rsa2048.Sign("From: joe@example.com\r\nSubject: x\r\n\r\nHi\r\n", "from:subject");
        using var message = Parsed(bytes);
        var pipeline = new AuthenticationPipeline(TestSigner.Rsa2048.Resolver(), new AuthenticationOptions { AuthservId = "mx.example.org" });
        var envelope = new SmtpEnvelope(IPAddress.Loopback, "h.example", "joe@example.com");
        var expected = await pipeline.AuthenticateAsync(envelope, bytes, Token);
        var outcome = await pipeline.AuthenticateAsync(envelope, message, Token);
        Assert.Equal(expected.ToJsonWithoutTimes(), outcome.ToJsonWithoutTimes());
        Assert.Equal(SignatureResultCode.Pass, outcome.Dkim!.Code);
        Assert.Equal(SignatureResultCode.Pass, (await new DkimVerifier(TestSigner.Rsa2048.Resolver()).VerifyAsync(message, Token)).Code);
    }

    [Fact]
    public async Task A_chain_is_verified_as_that_of_the_bytes_is()
    {
        using var message = Parsed(TestSigner.Bytes(await ArcSamples.Pass(ArcSamples.Message, 1)));
        var result = await new ArcVerifier(ArcSamples.Resolver()).VerifyAsync(message, Token);
        Assert.Equal((ArcResultCode.Pass, 1), (result.Code, result.Sets.Length));
    }

    [Fact]
    public async Task A_token_that_is_cancelled_ends_the_writing()
    {
        using var message = Parsed("From: a@b.example\r\n\r\nHi\r\n"u8.ToArray());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await new DkimVerifier(TestSigner.Rsa2048.Resolver()).VerifyAsync(message, new CancellationToken(canceled: true)));
    }

    private static MimeMessage Parsed(byte[] message) => MimeMessage.Load(new MemoryStream(message), Token);
}
