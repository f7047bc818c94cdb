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

    private static KeyRecord Record(TestSigner signer) => KeyRecord.Parse(signer.Record).Value!;
}
