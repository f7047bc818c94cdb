using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dkim;

public class DkimRfcExampleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rfc_8463_appendix_a_3_passes_with_ed25519_and_with_rsa()
    {
        var results = await new DkimVerifier(DkimSamples.Resolver("rfc8463.json")).VerifyAsync(DkimSamples.Message("rfc8463-a3.eml"), Cancellation);
        Assert.Collection(
            results.Signatures,
            first =>
            {
                Assert.Equal((SignatureResultCode.Pass, null), (first.Code, first.Reason));
                Assert.Equal(("football.example.com", "brisbane", 256), (first.Domain?.ToString(), first.Selector, first.KeyBits));
                Assert.Equal(SignatureAlgorithm.Ed25519Sha256, first.Signature?.Algorithm);
            },
            second =>
            {
                Assert.Equal((SignatureResultCode.Pass, null), (second.Code, second.Reason));
                Assert.Equal(("football.example.com", "test", 1024), (second.Domain?.ToString(), second.Selector, second.KeyBits));
                Assert.Equal(SignatureAlgorithm.RsaSha256, second.Signature?.Algorithm);
                Assert.Equal("@football.example.com", second.Signature?.Identity);
                Assert.Equal(["from", "to", "subject", "date", "message-id", "from", "subject", "date"], second.Signature?.FieldNames);
                Assert.Empty(second.UnsignedDisplayedFields);
            });
        Assert.Equal(SignatureResultCode.Pass, results.Code);
    }

    [Fact]
    public async Task Rfc_6376_appendix_a_2_passes()
    {
        var results = await new DkimVerifier(DkimSamples.Resolver("rfc6376.json")).VerifyAsync(DkimSamples.Message("rfc6376-a2.eml"), Cancellation);
        var result = Assert.Single(results.Signatures);
        Assert.Equal((SignatureResultCode.Pass, null), (result.Code, result.Reason));
        Assert.Equal("joe@football.example.com", result.Signature?.Identity);
    }

    [Fact]
    public async Task A_changed_body_is_named_as_such_and_the_header_half_still_holds()
    {
        var message = DkimSamples.Replace(DkimSamples.Message("rfc8463-a3.eml"), "hungry", "thirsty");
        var results = await new DkimVerifier(DkimSamples.Resolver("rfc8463.json")).VerifyAsync(message, Cancellation);
        Assert.All(results.Signatures, result =>
        {
            Assert.Equal(SignatureResultCode.Fail, result.Code);
            Assert.Equal((DkimCheck.Matches, DkimCheck.Differs), (result.HeaderCheck, result.BodyCheck));
            Assert.Contains("body hash differs", result.Reason, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_changed_field_is_named_as_such_and_the_body_half_still_holds()
    {
        var message = DkimSamples.Replace(DkimSamples.Message("rfc8463-a3.eml"), "Is dinner ready?", "Is lunch ready?");
        var results = await new DkimVerifier(DkimSamples.Resolver("rfc8463.json")).VerifyAsync(message, Cancellation);
        Assert.All(results.Signatures, result =>
        {
            Assert.Equal(SignatureResultCode.Fail, result.Code);
            Assert.Equal((DkimCheck.Differs, DkimCheck.Matches), (result.HeaderCheck, result.BodyCheck));
            Assert.Contains("header signature differs", result.Reason, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_message_without_signature_is_none()
    {
        var results = await new DkimVerifier(DkimSamples.Resolver("rfc8463.json")).VerifyAsync(Encoding.ASCII.GetBytes("From: a@b.example\r\n\r\nHi\r\n"), Cancellation);
        Assert.Empty(results.Signatures);
        Assert.Equal(SignatureResultCode.None, results.Code);
        Assert.Equal("none", Assert.Single(results.ToMethodResults()).Result);
    }

    [Fact]
    public async Task The_suite_of_real_mail_agrees()
    {
        var cases = SuiteCase.Read("dkim-mail-auth.jsonl");
        if (cases.IsEmpty)
        {
            Assert.Skip("The suite dkim-mail-auth.jsonl does not stand beside the project.");
        }

        // The suite's time of arrival is one for all: one message was signed five hours after it.
        var options = new DkimOptions { FutureTolerance = TimeSpan.FromDays(1) };
        Assert.Equal(6, cases.Count);
        foreach (var (id, sample) in cases)
        {
            var verifier = new DkimVerifier(new ZoneResolver(sample.Zone), options, new FakeTimeProvider(sample.Now!.Value));
            var results = await verifier.VerifyAsync(sample.Message, Cancellation);
            var last = results.Signatures[^1];
            Assert.True(sample.Expected("dkim_last").Contains(last.ToMethodResult().Result, StringComparer.Ordinal), $"{id}: {last.Code} {last.Reason}");
        }
    }
}
