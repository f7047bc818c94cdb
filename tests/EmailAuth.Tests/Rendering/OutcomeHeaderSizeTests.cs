using System.Net;
using System.Text;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Rendering;

public class OutcomeHeaderSizeTests
{
    [Theory]
    [InlineData(32, 32)]
    [InlineData(33, 33)] // 32 and the line that says how many are left
    [InlineData(5_000, 33)]
    public async Task Many_signatures_do_not_crowd_the_field(int signatures, int listed)
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 60), 4));
        var fields = string.Concat(Enumerable.Range(0, signatures).Select(i =>
            $"DKIM-Signature: v=1; a=rsa-sha256; d={domain}; s={new string('s', 60)}; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b={i:0000000}A\r\n"));
        var message = Encoding.ASCII.GetBytes(fields + "From: joe@example.com\r\n\r\n");
        var options = new AuthenticationOptions { AuthservId = "mx.example.org", MessageLimits = new() { MaxHeaderBytes = 16 * 1024 * 1024 } };
        var pipeline = new AuthenticationPipeline(new ZoneResolver(new Zone()), options);
        var outcome = await pipeline.AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Loopback, new string('h', 5_000), new string('f', 9_000)), message, TestContext.Current.CancellationToken);

        Assert.Equal(signatures, outcome.Dkim!.Signatures.Length);
        Assert.Equal(listed, outcome.Results.Count(result => result.Method == "dkim"));
        Assert.InRange(Encoding.UTF8.GetByteCount(outcome.Header), 1, 60_000); // Postfix cuts at 102,400
        Assert.Contains("dmarc=", outcome.Header, StringComparison.Ordinal);
        if (signatures > 32)
        {
            Assert.Contains($"{signatures - 32} more signatures, none of which was verified, are not listed", outcome.Header.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    // RFC 8601 section 2.2: a reader behind us sees this field alone. What DMARC relies on must not be told to be unchecked.
    [Theory]
    [InlineData("v=1; nonsense")]
    [InlineData("v=1; a=rsa-sha256; d=example.net; s=s; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA")]
    public async Task A_signature_that_passes_is_listed_however_many_stand_above_it(string other)
    {
        var signed = TestSigner.Rsa2048.Sign("From: joe@example.com\r\nSubject: x\r\n\r\nHello.\r\n");
        byte[] message = [.. TestSigner.Bytes(string.Concat(Enumerable.Repeat($"DKIM-Signature: {other}\r\n", 100))), .. signed];
        var pipeline = new AuthenticationPipeline(TestSigner.Rsa2048.Resolver(), new AuthenticationOptions { AuthservId = "mx.example.org" });
        var outcome = await pipeline.AuthenticateAsync(new SmtpEnvelope(IPAddress.Loopback, "h.example", "joe@example.com"), message, TestContext.Current.CancellationToken);

        var listed = outcome.Results.Where(result => result.Method == "dkim").ToList();
        Assert.Equal(33, listed.Count);
        Assert.Equal("pass", listed[31].Result);
        Assert.Equal("69 more signatures, none of which was verified, are not listed", listed[32].Reason);
    }
}
