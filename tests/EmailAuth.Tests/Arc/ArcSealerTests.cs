using System.Security.Cryptography;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Messages;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.Signatures;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Arc;

/// <summary>What a hop adds to a message, and when it adds nothing (RFC 8617 section 5.1).</summary>
public class ArcSealerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_fields_are_folded_in_order_and_have_the_time(int hop)
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_750_000_000));
        using var sealer = new ArcSealer(
            hop == 2 ? TestSigner.Ed25519.Pem : TestSigner.Rsa2048.Pem,
            new ArcSealerOptions { Domain = ArcSamples.Domain(hop), Selector = "S" }, time);
        var message = TestSigner.Bytes(ArcSamples.Message);
        var sealing = sealer.Seal(message, ArcResult.None, ArcSamples.Results());
        Assert.Equal((1, (string?)null), (sealing.Instance!.Value, sealing.Reason));
        Assert.Contains("cv=none;", sealing.Fields[0], StringComparison.Ordinal);
        Assert.Equal(["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"], sealing.Fields.Select(field => field.Split(':')[0]));
        Assert.All(sealing.Fields.SelectMany(field => field.Split("\r\n")), line => Assert.InRange(line.Length, 1, 78));
        Assert.All(sealing.Fields.Take(2), field => Assert.Contains("t=1750000000;", field, StringComparison.Ordinal));
        Assert.Contains("h=from:from:subject:date:to;", sealing.Fields[1].Replace("\r\n ", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);

        var streamed = await sealer.SealAsync(new MemoryStream(message), ArcResult.None, ArcSamples.Results(), TestContext.Current.CancellationToken);
        Assert.Equal(sealing.Fields.AsEnumerable(), streamed.Fields);
    }

    [Fact]
    public void A_key_that_was_read_before_seals_and_stays_with_its_owner()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_750_000_000));
        var options = new ArcSealerOptions { Domain = ArcSamples.Domain(2), Selector = "S" };
        var message = TestSigner.Bytes(ArcSamples.Message);
        using var own = new ArcSealer(TestSigner.Ed25519.Pem, options, time);
        using var key = PemSigningKey.Load(TestSigner.Ed25519.Pem);
        for (var round = 0; round < 2; round++)
        {
            using var sealer = new ArcSealer(key, options, time);

            // Ed25519 is deterministic (RFC 8032 section 5.1.6).
            Assert.Equal(
                own.Seal(message, ArcResult.None, ArcSamples.Results()).Fields.AsEnumerable(),
                sealer.Seal(message, ArcResult.None, ArcSamples.Results()).Fields);
        }
    }

    [Fact]
    public async Task A_failed_chain_is_closed_by_a_seal_over_nothing_but_its_own_set()
    {
        // RFC 8617 section 5.1.2. Seen in OpenARC, issue 75: the seal covers all sets.
        var broken = await ArcSamples.Pass(ArcSamples.Message, 1) + "footer\r\n";
        var arrived = await ArcSamples.Verify(broken);
        using var sealer = ArcSamples.Sealer(3);
        var sealing = sealer.Seal(TestSigner.Bytes(broken), arrived, ArcSamples.Results());
        Assert.Equal(2, sealing.Instance);

        var seal = sealing.Fields[0];
        Assert.Contains("cv=fail;", seal, StringComparison.Ordinal);
        var value = seal[(seal.IndexOf("\r\n b=", StringComparison.Ordinal) + 5)..];
        var unsigned = seal[..^value.Length];
        var scope = PlainCanonicalization.RelaxedField(sealing.Fields[2] + "\r\n") + PlainCanonicalization.RelaxedField(sealing.Fields[1] + "\r\n")
            + PlainCanonicalization.RelaxedField(unsigned + "\r\n")[..^2];
        Assert.True(TestSigner.Rsa2048.RsaKey.VerifyData(
            Encoding.Latin1.GetBytes(scope), Convert.FromBase64String(value), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public async Task A_closed_chain_is_not_extended()
    {
        // Seen in rspamd, issue 4529: a failed chain is continued.
        var closed = await ArcSamples.Pass(await ArcSamples.Pass(ArcSamples.Message, 1) + "footer\r\n", 2);
        var arrived = await ArcSamples.Verify(closed);
        using var sealer = ArcSamples.Sealer(3);
        var sealing = sealer.Seal(TestSigner.Bytes(closed), arrived, ArcSamples.Results());
        Assert.Empty(sealing.Fields);
        Assert.Equal((null, "chain_closed"), (sealing.Instance, sealing.ReasonCode));
        Assert.Contains("closed", sealing.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" cont\r\n")]
    [InlineData("\tcont: x\r\n")]
    [InlineData(" \r\n")]
    [InlineData(" ; dmarc=pass\r\n")]
    public void A_message_that_starts_with_white_space_is_not_sealed(string firstLine)
    {
        // RFC 5322 section 2.2.3: the line would go on with the results field, and the seal be broken from the start.
        using var sealer = ArcSamples.Sealer(1);
        var sealing = sealer.Seal(TestSigner.Bytes(firstLine + ArcSamples.Message), ArcResult.None, ArcSamples.Results());
        Assert.Empty(sealing.Fields);
        Assert.Contains("starts with white space", sealing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_with_lf_line_ends_is_sealed_as_it_leaves_with_crlf()
    {
        var stored = TestSigner.Bytes(ArcSamples.Message.Replace("\r\n", "\n", StringComparison.Ordinal));
        using var sealer = ArcSamples.Sealer(1);
        using var stream = new MemoryStream(stored);
        var whole = sealer.Seal(stored, ArcResult.None, ArcSamples.Results());
        var streamed = await sealer.SealAsync(stream, ArcResult.None, ArcSamples.Results(), TestContext.Current.CancellationToken);
        foreach (var sealing in new[] { whole, streamed })
        {
            var message = Encoding.Latin1.GetString(ArcSamples.WithFields(TestSigner.Bytes(ArcSamples.Message), sealing));
            Assert.Equal(ArcResultCode.Pass, (await ArcSamples.Verify(message)).Code);
        }
    }

    // What is below the topmost field in our name may have come with the message.
    [Theory]
    [InlineData("mx.example.net; spf=fail|mx.example.net; dmarc=pass", "spf=fail")]
    [InlineData("mx.other.example; spf=none|mx.example.net; dmarc=fail|mx.example.net; dmarc=pass", "dmarc=fail")]
    [InlineData("MX.EXAMPLE.NET 1; dmarc=fail|mx.example.net; dmarc=pass", "dmarc=fail")]
    [InlineData("mx.example.net; dmarc=(unended|mx.example.net; dmarc=pass", "")] // not passed over
    [InlineData("mx.example.net; none|mx.example.net; dmarc=pass", "")]
    [InlineData("mx.other.example; dmarc=pass", "")]
    public void The_topmost_field_in_our_name_alone_is_read(string fields, string expected)
    {
        var message = TestSigner.Bytes(string.Concat(fields.Split('|').Select(field => $"Authentication-Results: {field}\r\n")) + ArcSamples.Message);
        foreach (var form in new[] { message, TestSigner.Bytes(Encoding.Latin1.GetString(message).Replace("\r\n", "\n", StringComparison.Ordinal)) })
        {
            var results = ArcSealer.ReadTopmostResults(form, "mx.example.net");
            Assert.Equal(expected, string.Join(' ', results.Results.Select(result => $"{result.Method}={result.Result}")));
        }
    }

    [Fact]
    public async Task A_chain_that_is_not_the_one_that_arrived_is_not_extended()
    {
        var chain = await ArcSamples.Pass(ArcSamples.Message, 1);
        using var sealer = ArcSamples.Sealer(2);
        var lost = sealer.Seal(TestSigner.Bytes(ArcSamples.Message), await ArcSamples.Verify(chain), ArcSamples.Results());
        Assert.Contains("not the one that arrived", lost.Reason, StringComparison.Ordinal);
        var unseen = sealer.Seal(TestSigner.Bytes(chain), ArcResult.None, ArcSamples.Results());
        Assert.Contains("not the one that arrived", unseen.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_past_its_limit_is_not_sealed()
    {
        using var sealer = ArcSamples.Sealer(1);
        var message = TestSigner.Bytes(string.Concat(Enumerable.Repeat("X: y\r\n", 10_001)) + ArcSamples.Message);
        Assert.Contains("MaxHeaderFields", sealer.Seal(message, ArcResult.None, ArcSamples.Results()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Recorded_results_are_those_of_our_own_fields_in_their_order()
    {
        var message = TestSigner.Bytes(
            "Authentication-Results: MX.example.net; spf=pass smtp.mailfrom=a.example\r\nAuthentication-Results: other.example; dkim=pass\r\n"
            + "Authentication-Results: mx.example.net; broken (\r\nAuthentication-Results: mx.example.net;\r\n dkim=fail (2048-bit key) header.d=b.example\r\n"
            + $"Authentication-Results: mx.example.net; {new string('x', 65)}=pass\r\n" + ArcSamples.Message);
        var results = ArcSealer.ReadResults(message, "mx.example.net");
        Assert.Equal("mx.example.net", results.AuthservId);
        Assert.Equal([("spf", "pass"), ("dkim", "fail")], results.Results.Select(result => (result.Method, result.Result)));
        using var sealer = ArcSamples.Sealer(1);
        Assert.NotEmpty(sealer.Seal(message, ArcResult.None, results).Fields);
        Assert.Empty(ArcSealer.ReadResults(message, "third.example").Results);
    }

    [Fact]
    public async Task Nothing_in_the_results_can_end_a_field_and_the_chain_still_passes()
    {
        var results = ArcSamples.Results().Changed(
            r => r.Results,
            [new MethodResult { Method = "spf", Result = "fail", Reason = "a\r\nX: y; z)", Comment = "(\r\n\0", Properties = [new ResultProperty("smtp", "helo", "\";\r\n\r\nbody")] }]);
        using var sealer = ArcSamples.Sealer(1);
        var message = TestSigner.Bytes(ArcSamples.Message);
        var sealed1 = ArcSamples.WithFields(message, sealer.Seal(message, ArcResult.None, results));
        Assert.Equal(HeaderBlock.Parse(message).Count + 3, HeaderBlock.Parse(sealed1).Count);
        Assert.Equal(ArcResultCode.Pass, (await ArcSamples.Verify(Encoding.Latin1.GetString(sealed1))).Code);
    }

    [Fact]
    public void Ten_thousand_signatures_in_a_message_make_no_field_of_ten_thousand_names()
    {
        using var sealer = ArcSamples.Sealer(1);
        var message = TestSigner.Bytes(string.Concat(Enumerable.Repeat("DKIM-Signature: v=1\r\n", 9_000)) + ArcSamples.Message);
        Assert.InRange(sealer.Seal(message, ArcResult.None, ArcSamples.Results()).Fields[1].Length, 100, 2000);
    }

    [Fact]
    public void Recorded_results_are_no_more_than_a_reader_takes()
    {
        // Escapes double a value, and fields add up; found by fuzzing.
        var property = " smtp.mailfrom=\"" + string.Concat(Enumerable.Repeat("\\\"", 200)) + "\"";
        var field = "Authentication-Results: mx.example.org; spf=pass;\r\n dkim=pass" + string.Concat(Enumerable.Repeat(property, 100)) + "\r\n";
        var results = ArcSealer.ReadResults(TestSigner.Bytes(field + field + field + ArcSamples.Message), "mx.example.org");
        Assert.Equal(["spf", "dkim", "spf", "spf"], results.Results.Select(result => result.Method));
        var written = AuthenticationResultsWriter.WriteValue(results.Changed(r => r.Instance, 1));
        Assert.True(AuthenticationResultsReader.Parse(written).IsSuccess);
    }

    [Fact]
    public void What_cannot_be_used_is_refused_when_the_sealer_is_made()
    {
        var options = new ArcSealerOptions { Domain = ArcSamples.Domain(1), Selector = "s" };
        Assert.Throws<ArgumentException>(() => new ArcSealer("no key", options));
        Assert.Throws<ArgumentException>(() => new ArcSealer(TestSigner.Rsa2048.Pem, options.Changed(o => o.Selector, "a b")));
        Assert.Throws<ArgumentException>(() => Naming("to"));
        Assert.Throws<ArgumentException>(() => Naming("from", "arc-seal"));
        Assert.Throws<ArgumentException>(() => Naming("from", "a b"));
        using var small = RSA.Create(512);
        Assert.Throws<ArgumentException>(() => new ArcSealer(small.ExportRSAPrivateKeyPem(), options));

        static ArcSealerOptions Naming(params string[] names) => new() { Domain = ArcSamples.Domain(1), Selector = "s", FieldNames = [.. names] };
    }
}
