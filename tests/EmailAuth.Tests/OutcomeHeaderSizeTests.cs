using System.Net;
using System.Text;
using EmailAuth.Dns;
using Xunit;

namespace EmailAuth.Tests;

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
            Assert.Contains($"{signatures - 32} more signatures were not checked (MaxSignatures)", outcome.Header.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }
}
