using System.Numerics;
using System.Security.Cryptography;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>What an RSA key verifies and opens, at the limits of its numbers (RFC 8017 section 8.2.2), however it was made.</summary>
public class RsaKeysTests
{
    private static readonly byte[] Hash = SHA256.HashData("what is signed"u8);

    private static readonly RSAParameters Key = TestSigner.Rsa2048.RsaKey.ExportParameters(includePrivateParameters: false);

    public static TheoryData<bool> Ways => [true, false];

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_signature_is_as_long_as_the_modulus_and_made_over_the_hash(bool isFast)
    {
        var key = VerificationKey.Parse(TestSigner.Rsa2048.Record, new SignatureOptions { FastKeyImport = isFast });
        var signature = TestSigner.Rsa2048.RsaKey.SignHash(Hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Assert.Equal(2048, key.Bits);
        Assert.Null(key.Fault);
        for (var round = 0; round < 3; round++)
        {
            Assert.True(key.Verify(SignatureHash.Sha256, Hash, signature));
            Assert.False(key.Verify(SignatureHash.Sha256, SHA256.HashData("other"u8), signature));
            Assert.False(key.Verify(SignatureHash.Sha1, Hash, signature));
            Assert.False(key.Verify(new SignatureHash("x", "X", new HashAlgorithmName("NONE"), 32), Hash, signature));
            Assert.False(key.Verify(SignatureHash.Sha256, Hash, signature[..^1]));
            Assert.False(key.Verify(SignatureHash.Sha256, Hash, [.. signature, 0]));
            Assert.False(key.Verify(SignatureHash.Sha256, Hash, []));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_signature_opens_below_the_modulus_alone(bool isFast)
    {
        var key = VerificationKey.Parse(TestSigner.Rsa2048.Record, new SignatureOptions { FastKeyImport = isFast });
        var signature = TestSigner.Rsa2048.RsaKey.SignHash(Hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var modulus = new BigInteger(Key.Modulus, isUnsigned: true, isBigEndian: true);

        var opened = key.Open(SignatureHash.Sha256, signature);
        Assert.Equal((SignatureOpening.Opened, Convert.ToHexString(Hash)), (opened.Opening, Convert.ToHexString([.. opened.Digest])));
        Assert.Empty(key.Open(SignatureHash.Sha1, signature).Digest);
        Assert.Equal(SignatureOpening.Opened, key.Open(SignatureHash.Sha1, signature).Opening);
        foreach (var other in (byte[][])
        [
            signature[..^1], [.. signature, 0], [0, .. signature[1..]], [], new byte[256], Number(1), Number(modulus - 1), Number(modulus), Number(modulus + 1),
            [.. Enumerable.Repeat((byte)0xff, 256)],
        ])
        {
            opened = key.Open(SignatureHash.Sha256, other);
            Assert.Equal(SignatureOpening.OtherKey, opened.Opening);
            Assert.Empty(opened.Digest);
        }
    }

    // The same modulus with another exponent, or the next one that has an inverse.
    [Theory]
    [InlineData(3)]
    [InlineData(257)]
    [InlineData(65_535)]
    [InlineData(65_537)]
    [InlineData(0xf0_0001)]
    public void Keys_whose_exponents_have_up_to_three_octets_are_opened(int exponent)
    {
        var all = TestSigner.Rsa2048.RsaKey.ExportParameters(includePrivateParameters: true);
        var (p, q) = (Positive(all.P!) - 1, Positive(all.Q!) - 1);
        while (!BigInteger.GreatestCommonDivisor(exponent, p * q).IsOne)
        {
            exponent += 2;
        }

        byte[] block = [0, 1, .. Enumerable.Repeat((byte)0xff, 202), 0, .. Convert.FromHexString("3031300d060960864801650304020105000420"), .. Hash];
        var signature = BigInteger.ModPow(Positive(block), Inverse(exponent, p * q), Positive(all.Modulus!));
        var key = Read(all.Modulus!, exponent);
        var opened = key.Open(SignatureHash.Sha256, Number(signature));
        Assert.Equal((SignatureOpening.Opened, Convert.ToHexString(Hash)), (opened.Opening, Convert.ToHexString([.. opened.Digest])));
        Assert.True(key.Verify(SignatureHash.Sha256, Hash, Number(signature)));
    }

    [Theory]
    [InlineData(0xff_fffd, SignatureOpening.OtherKey)]
    [InlineData(0xff_ffff, SignatureOpening.OtherKey)]
    [InlineData(0x100_0001, SignatureOpening.Unknown)]
    public void An_exponent_of_four_octets_is_too_much_work_to_open(int exponent, SignatureOpening expected)
    {
        var key = Read(Key.Modulus!, exponent);
        Assert.Equal(expected, key.Open(SignatureHash.Sha256, Number(2)).Opening);

        // What is not a number of the key is said before.
        Assert.Equal(SignatureOpening.OtherKey, key.Open(SignatureHash.Sha256, new byte[255]).Opening);
        Assert.Equal(SignatureOpening.OtherKey, key.Open(SignatureHash.Sha256, Key.Modulus).Opening);
    }

    // Numbers that the encoding allows and no platform makes a key of, so that nothing verifies.
    [Theory]
    [MemberData(nameof(Ways))]
    public void A_key_that_the_platform_refuses_verifies_nothing(bool isFast)
    {
        foreach (var length in (int[])[1, 2, 3, 20, 2049])
        {
            var modulus = Enumerable.Repeat((byte)0xf1, length).ToArray();
            var key = VerificationKey.Parse("p=" + Convert.ToBase64String(KeyRulesTests.PublicKey(modulus)), new SignatureOptions { FastKeyImport = isFast });
            Assert.Equal(8 * length, key.Bits);
            Assert.False(key.Verify(SignatureHash.Sha256, Hash, new byte[length]));
            Assert.False(key.Verify(SignatureHash.Sha256, Hash, modulus));
        }
    }

    [Fact]
    public void A_new_private_key_is_one_of_so_many_bits()
    {
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(SignatureAlgorithm.RsaSha256.KeyType.CreatePrivate(1024), out var read);
        Assert.Equal(1024, rsa.KeySize);
        Assert.True(read > 500);
    }

    private static VerificationKey Read(byte[] modulus, int exponent)
    {
        var octets = new BigInteger(exponent).ToByteArray(isUnsigned: true, isBigEndian: true);
        var key = VerificationKey.Parse("p=" + Convert.ToBase64String(KeyRulesTests.PublicKey(modulus, octets[0] >= 0x80 ? [0, .. octets] : octets)));
        Assert.Null(key.Fault);
        return key;
    }

    private static BigInteger Positive(byte[] octets) => new(octets, isUnsigned: true, isBigEndian: true);

    private static byte[] Number(BigInteger number)
    {
        var octets = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[256 - octets.Length], .. octets];
    }

    private static BigInteger Inverse(BigInteger number, BigInteger modulus)
    {
        var (a, b, x, y) = (number, modulus, BigInteger.One, BigInteger.Zero);
        while (!b.IsZero)
        {
            var quotient = BigInteger.DivRem(a, b, out var rest);
            (a, b, x, y) = (b, rest, y, x - (quotient * y));
        }

        return ((x % modulus) + modulus) % modulus;
    }
}
