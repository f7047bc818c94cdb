using EmailAuth.Dkim;
using EmailAuth.Signatures;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>Where rules of DKIM end.</summary>
public class DkimEdgeTests
{
    private const string Message = "From: a@example.com\r\nTo: b@example.net\r\nSubject: x\r\n\r\nHi\r\n";

    [Theory]
    [InlineData(SignatureResultCode.None, "none")]
    [InlineData(SignatureResultCode.Pass, "pass")]
    [InlineData(SignatureResultCode.Fail, "fail")]
    [InlineData(SignatureResultCode.Policy, "policy")]
    [InlineData(SignatureResultCode.Neutral, "neutral")]
    [InlineData(SignatureResultCode.TempError, "temperror")]
    [InlineData(SignatureResultCode.PermError, "permerror")]
    public void Rfc_8601_section_2_7_1_has_a_word_for_each_result(SignatureResultCode code, string expected) =>
        Assert.Equal(expected, new DkimResults { Signatures = [new DkimResult { Code = code }] }.ToMethodResults().Single().Result);

    [Fact]
    public void The_best_of_several_results_is_that_of_the_message()
    {
        SignatureResultCode[] order =
        [
            SignatureResultCode.Pass, SignatureResultCode.TempError, SignatureResultCode.Fail, SignatureResultCode.Policy, SignatureResultCode.Neutral, SignatureResultCode.PermError,
        ];
        for (var first = 0; first < order.Length; first++)
        {
            for (var second = 0; second < order.Length; second++)
            {
                var results = new DkimResults { Signatures = [new DkimResult { Code = order[first] }, new DkimResult { Code = order[second] }] };
                Assert.Equal(order[Math.Min(first, second)], results.Code);
            }

            Assert.Equal(order[first], new DkimResults { Signatures = [new DkimResult { Code = order[first] }] }.Code);
        }
    }

    // RFC 6008 section 3: as much of b= as it takes to tell the signatures apart.
    [Theory]
    [InlineData(7, 8)]
    [InlineData(8, 16)]
    [InlineData(15, 16)]
    [InlineData(16, 32)]
    [InlineData(64, 64)]
    public void Header_b_is_long_enough_to_tell_signatures_apart(int common, int expected)
    {
        var results = new DkimResults { Signatures = [Of(common, 'A'), Of(common, 'B')] }.ToMethodResults();
        Assert.All(results, result => Assert.Equal(expected, Assert.Single(result.Properties, property => property.Name == "b").Value.Length));

        static DkimResult Of(int common, char next)
        {
            var signature = new string('x', common).PadRight(100, next);
            var text = $"v=1; a=rsa-sha256; d=example.com; s=s; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b={signature}";
            return new DkimResult { Code = SignatureResultCode.Pass, Signature = DkimSignature.Parse(text).Value! };
        }
    }

    [Theory]
    [InlineData("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", true)]
    [InlineData("11q=YAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo", false)]
    [InlineData("=", false)]
    [InlineData("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo==", false)]
    public void Padding_ends_the_base64_of_a_key(string key, bool isValid)
    {
        var record = KeyRecord.Parse($"v=DKIM1; k=ed25519; p={key}");
        Assert.Equal(isValid, record.Value is not null);
    }

    [Theory]
    [InlineData(SignatureResultCode.Neutral, "neutral")]
    [InlineData(SignatureResultCode.Policy, "policy")]
    public async Task An_expired_signature_is_what_the_option_says(SignatureResultCode code, string word)
    {
        var message = TestSigner.Rsa2048.Sign(Message, more: " t=1700000000; x=1700000001;");
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1700010000));
        var verifier = new DkimVerifier(TestSigner.Rsa2048.Resolver(), new DkimOptions { ExpiredResult = code }, clock);
        var results = await verifier.VerifyAsync(message, TestContext.Current.CancellationToken);
        Assert.Equal((code, word), (results.Code, results.ToMethodResults().Single().Result));
    }

    [Theory]
    [InlineData(" t=1700000000; x=4102444800;", "\"2023-11-14 22:13:20Z\"", "\"2100-01-01 00:00:00Z\"")]
    [InlineData("", "null", "null")]
    public async Task The_JSON_has_the_times_of_a_signature(string more, string signed, string expires)
    {
        var pipeline = new AuthenticationPipeline(TestSigner.Rsa2048.Resolver(), new AuthenticationOptions { AuthservId = "mx.example.org", Methods = AuthenticationMethods.Dkim });
        var outcome = await pipeline.AuthenticateAsync(new SmtpEnvelope(null, null, null), TestSigner.Rsa2048.Sign(Message, more: more), TestContext.Current.CancellationToken);
        using var json = System.Text.Json.JsonDocument.Parse(outcome.ToJson());
        var signature = json.RootElement.GetProperty("dkim")[0];
        Assert.Equal((signed, expires), (signature.GetProperty("signed_at").GetRawText(), signature.GetProperty("expires_at").GetRawText()));
    }

    // RFC 6376 section 3.4.4: the relaxed form of an empty body has no octets.
    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    public async Task A_signature_of_an_empty_body_passes(long? length)
    {
        var message = TestSigner.Rsa2048.Sign(Message[..^4], length: length);
        var result = await new DkimVerifier(TestSigner.Rsa2048.Resolver()).VerifyAsync(message, TestContext.Current.CancellationToken);
        Assert.Equal(SignatureResultCode.Pass, result.Code);
    }

    [Fact]
    public async Task A_signature_of_the_whole_body_passes_where_partial_ones_are_refused()
    {
        var verifier = new DkimVerifier(TestSigner.Rsa2048.Resolver(), new DkimOptions { AcceptPartialBody = false });
        Assert.Equal(SignatureResultCode.Pass, (await verifier.VerifyAsync(TestSigner.Rsa2048.Sign(Message), TestContext.Current.CancellationToken)).Code);
        var exact = TestSigner.Rsa2048.Sign(Message, length: 4);
        Assert.Equal(SignatureResultCode.Pass, (await verifier.VerifyAsync(exact, TestContext.Current.CancellationToken)).Code);
        var shorter = TestSigner.Rsa2048.Sign(Message, length: 3);
        Assert.NotEqual(SignatureResultCode.Pass, (await verifier.VerifyAsync(shorter, TestContext.Current.CancellationToken)).Code);
    }
}
