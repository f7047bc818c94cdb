using System.Security.Cryptography;
using EmailAuth.Dkim;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>What a signature shows beside its verdict: which digest it was made over, and by which key.</summary>
public class SignatureFieldsTests
{
    private static readonly byte[] Digest = SHA256.HashData("signed"u8);
    private static readonly DkimSignature Signature = DkimSignature.Parse(
        $"v=1; a=rsa-sha256; d=example.com; s=s; h=from; bh={Convert.ToBase64String(Digest)}; b="
        + Convert.ToBase64String(TestSigner.Rsa2048.RsaKey.SignHash(Digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))).Value!;

    [Fact]
    public void A_key_made_a_signature_over_one_digest()
    {
        var own = Record(TestSigner.Rsa2048);
        Assert.Equal("rsa-sha256", Signature.AlgorithmName);
        Assert.True(Signature.IsMadeOver(own, Digest));
        Assert.False(Signature.IsMadeOver(own, SHA256.HashData("other"u8)));
        Assert.False(Signature.IsMadeOver(own, Digest.AsSpan(1)));
        Assert.False(Signature.IsMadeOver(own, SHA512.HashData("signed"u8)));
        Assert.Equal(Digest, Signature.Open(own).Digest);
        Assert.Throws<ArgumentNullException>(() => Signature.IsMadeOver(null!, Digest));
        Assert.Throws<ArgumentNullException>(() => Signature.Open(null!));
    }

    [Fact]
    public void Another_key_made_none()
    {
        foreach (var other in (TestSigner[])[TestSigner.Rsa(2048), TestSigner.Ed25519, TestSigner.Rsa(512)])
        {
            Assert.False(Signature.IsMadeOver(Record(other), Digest));
            Assert.Empty(Signature.Open(Record(other)).Digest);
        }

        // Of a type or a size that is not accepted, nothing is opened; another key of the right type opens to something else.
        Assert.Equal(SignatureOpening.OtherKey, Signature.Open(Record(TestSigner.Rsa(2048))).Opening);
        Assert.Equal(default, Signature.Open(Record(TestSigner.Ed25519)).Opening);
        Assert.Equal(default, Signature.Open(KeyRecord.Parse("v=DKIM1; p=AAAA").Value!).Opening);
    }

    // A size below 1,024 bits is not accepted (RFC 8301 section 3.2), although the key did make the signature.
    [Fact]
    public void A_key_that_is_too_small_made_none()
    {
        var small = TestSigner.Rsa(512);
        var signature = DkimSignature.Parse(
            $"v=1; a=rsa-sha256; d=example.com; s=s; h=from; bh={Convert.ToBase64String(Digest)}; b="
            + Convert.ToBase64String(small.RsaKey.SignHash(Digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))).Value!;
        Assert.False(signature.IsMadeOver(Record(small), Digest));
        Assert.Equal(default, signature.Open(Record(small)).Opening);
    }

    // Longer than the room on the stack, and beside short names.
    [Fact]
    public void A_field_is_found_by_a_name_of_any_length()
    {
        var name = new string('X', 700);
        var header = HeaderBlock.Parse(System.Text.Encoding.ASCII.GetBytes($"From: a\r\n{name}: b\r\nTo: c\r\n{name}y: d\r\n{name}: e\r\n\r\n"));
        using var index = new HeaderFieldIndex(header);
        var lower = name.ToLowerInvariant();
        Assert.Equal((1, 2, 1, 1, 0), (index.CountOf("from"), index.CountOf(lower), index.CountOf(lower + "y"), index.CountOf("to"), index.CountOf(lower + "z")));
        Assert.Equal((0, 4, 3, 2, -1), (index.LowestOf("from"), index.LowestOf(lower), index.LowestOf(lower + "y"), index.LowestOf("to"), index.LowestOf("x")));
    }

    // RFC 6376 section 3.5: a time past the year 9999 is as good as never. The last second of that year has 253,402,300,799.
    [Theory]
    [InlineData(0L, "1970-01-01 00:00:00Z")]
    [InlineData(1L, "1970-01-01 00:00:01Z")]
    [InlineData(253_402_300_798L, "9999-12-31 23:59:58Z")]
    [InlineData(253_402_300_799L, "9999-12-31 23:59:59Z")]
    [InlineData(253_402_300_800L, "beyond the year 9999")]
    [InlineData(999_999_999_999L, "beyond the year 9999")]
    public void Times_are_seconds_up_to_the_end_of_9999(long seconds, string expected)
    {
        var signature = DkimSignature.Parse($"v=1; a=rsa-sha256; d=example.com; s=s; h=from; bh={Convert.ToBase64String(Digest)}; b=AAAA; t={seconds}").Value!;
        Assert.Equal(expected, SignatureFields.TextOf(signature.SignedAt));
        Assert.Equal(seconds >= 253_402_300_800 ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeSeconds(seconds), signature.SignedAt);
        Assert.Null(signature.ExpiresAt);
        var expiring = DkimSignature.Parse($"v=1; a=rsa-sha256; d=example.com; s=s; h=from; bh={Convert.ToBase64String(Digest)}; b=AAAA; x={seconds}").Value!;
        Assert.Equal((null, signature.SignedAt), (expiring.SignedAt, expiring.ExpiresAt));
    }

    [Fact]
    public void Every_member_is_what_the_field_says()
    {
        var signature = DkimSignature.Parse(
            $"v=1; a=RSA-SHA256; d=Example.COM; s=K1.Sub; h=From:to; bh={Convert.ToBase64String(Digest)}; b=AQID; l=7; t=5; x=6").Value!;
        Assert.Equal(
            ("rsa-sha256", "example.com", "k1.sub", "k1.sub._domainkey.example.com"),
            (signature.AlgorithmName, signature.Domain.ToString(), signature.Selector, signature.KeyName.ToString()));
        Assert.Same(SignatureAlgorithm.RsaSha256, signature.Algorithm);
        Assert.Equal(Digest, signature.BodyHash);
        Assert.Equal([1, 2, 3], signature.SignatureValue);
        Assert.Equal(["from", "to"], signature.FieldNames);
        Assert.Equal((7L, "7"), (signature.BodyLength, signature.BodyLengthText));
        Assert.Equal((DateTimeOffset.FromUnixTimeSeconds(5), DateTimeOffset.FromUnixTimeSeconds(6)), (signature.SignedAt, signature.ExpiresAt));
    }

    private static KeyRecord Record(TestSigner signer) => KeyRecord.Parse(signer.Record).Value!;
}
