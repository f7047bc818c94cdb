using System.Security.Cryptography;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>
/// Keys and signatures of Ed25519 on which implementations differ (RFC 8032 section 5.1.7). The points were computed from the equations of
/// section 5.1, by a script that shares no code with the library.
/// </summary>
public class Ed25519KeyTests
{
    private static readonly byte[] Hash = SHA256.HashData("what is signed"u8);

    // The order of the main subgroup, least octet first.
    private static readonly byte[] Order = Convert.FromHexString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

    public static TheoryData<string, string> PointsOfLowOrder => new()
    {
        { "0100000000000000000000000000000000000000000000000000000000000000", "the neutral element" },
        { "0100000000000000000000000000000000000000000000000000000000000080", "the neutral element, with a sign that it does not have" },
        { "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "order 2" },
        { "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "order 2, with a sign that it does not have" },
        { "0000000000000000000000000000000000000000000000000000000000000000", "order 4" },
        { "0000000000000000000000000000000000000000000000000000000000000080", "order 4, the other sign" },
        { "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "order 8" },
        { "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", "order 8, the other sign" },
        { "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "order 8, another" },
        { "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", "order 8, the other sign of that" },
        { "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "order 4, y = p instead of 0" },
        { "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "the neutral element, y = p + 1 instead of 1" },
    };

    // Under such a key one signature fits many messages.
    [Theory]
    [MemberData(nameof(PointsOfLowOrder))]
    public void A_key_of_low_order_is_refused(string point, string why) => Assert.True(Key(Convert.FromHexString(point)).Fault is not null, why);

    // A key with a part of order 8, and a signature that holds by the equation without the cofactor: OpenSSL and libsodium accept it. A check
    // for low order alone, which is cheaper, would not notice the part (src/SPEED.md).
    [Fact]
    public void A_key_outside_of_the_main_subgroup_is_refused()
    {
        var key = Key(Convert.FromHexString("79fb080e0d45bc42f286bd25f90228cf30b35b16b2ef58fad7b7befd184637ce"));
        var signature = Convert.FromHexString(
            "c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022d9f3216b2880b17a76807835e105d3f5ca5c841736eb594eb9174f47c4e3a200");
        Assert.Contains("main subgroup", key.Fault?.Text, StringComparison.Ordinal);
        Assert.False(key.Verify(SignatureHash.Sha256, Hash, signature));
    }

    [Fact]
    public void A_second_form_of_a_valid_signature_is_refused()
    {
        using var signer = SigningKey.FromPem(TestSigner.Ed25519.Pem);
        var key = VerificationKey.Parse(TestSigner.Ed25519.Record);
        var signature = signer.Sign(Hash);
        Assert.True(key.Verify(SignatureHash.Sha256, Hash, signature));

        // S + L is the same scalar (RFC 8032 section 5.1.7 step 1 wants it below L).
        byte[] larger = [.. signature];
        var carry = 0;
        for (var i = 0; i < 32; i++)
        {
            carry += larger[32 + i] + Order[i];
            larger[32 + i] = (byte)carry;
            carry >>= 8;
        }

        Assert.False(key.Verify(SignatureHash.Sha256, Hash, larger));
        Assert.False(key.Verify(SignatureHash.Sha256, Hash, [.. signature, 0]));
        Assert.False(key.Verify(SignatureHash.Sha256, Hash, signature[..63]));

        // R as a point of low order, and as a y that is not below p.
        byte[] zero = [.. new byte[32], .. signature[32..]];
        Assert.False(key.Verify(SignatureHash.Sha256, Hash, zero));
        byte[] ones = [.. Enumerable.Repeat((byte)0xff, 32), .. signature[32..]];
        Assert.False(key.Verify(SignatureHash.Sha256, Hash, ones));
    }

    // RFC 8032 section 7.1, test 3.
    [Fact]
    public void The_example_of_RFC_8032_is_signed_and_verified()
    {
        var seed = Convert.FromHexString("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
        var point = Convert.FromHexString("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
        byte[] message = [0xaf, 0x82];
        using var signer = SigningKey.FromPem(PemEncoding.WriteString("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"), .. seed]));
        Assert.Equal(point, signer.ExportPublicKey());
        Assert.Equal((256, SignatureAlgorithm.Ed25519Sha256), (signer.Bits, signer.Algorithm));
        var signature = signer.Sign(message);
        Assert.Equal(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            Convert.ToHexStringLower(signature));
        var key = Key(point);
        Assert.Equal((256, null), (key.Bits, key.Fault?.Text));
        Assert.True(key.Verify(SignatureHash.Sha256, message, signature));
        Assert.False(key.Verify(SignatureHash.Sha256, [0xaf, 0x83], signature));
        Assert.Equal(default, key.Open(SignatureHash.Sha256, signature));
        for (var index = 0; index < signature.Length; index++)
        {
            byte[] changed = [.. signature];
            changed[index] ^= 1;
            Assert.False(key.Verify(SignatureHash.Sha256, message, changed));
        }

        // What was given out is a copy.
        signer.ExportPublicKey()[0] ^= 1;
        Assert.Equal(point, signer.ExportPublicKey());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void A_key_has_32_octets(int length) => Assert.Equal(
        $"the key record is malformed: p= holds {length} octets where an Ed25519 key has 32 (RFC 8463 section 4)", Key(new byte[length]).Fault?.Text);

    [Fact]
    public void A_point_that_is_none_is_refused() => Assert.Equal(
        "the key record is malformed: p= is not a point of Ed25519's main subgroup (RFC 8032 section 5.1.3)", Key(new byte[32]).Fault?.Text);

    // RFC 8410 section 7.
    [Fact]
    public void A_new_key_is_a_fixed_beginning_and_a_seed_that_is_new()
    {
        var type = SignatureAlgorithm.Ed25519Sha256.KeyType;
        var (first, second) = (type.CreatePrivate(0), type.CreatePrivate(4096));
        Assert.Equal((48, 48), (first.Length, second.Length));
        Assert.Equal("302e020100300506032b657004220420", Convert.ToHexStringLower(first.AsSpan(0, 16)));
        Assert.Equal(first[..16], second[..16]);
        Assert.NotEqual(first[16..], second[16..]);
        Assert.NotEqual(new byte[32], first[16..]);
        Assert.NotEqual(0, first[^1] | first[^2] | first[^3] | first[^4] | first[^5] | first[^6] | first[^7] | first[^8]);
    }

    private static VerificationKey Key(byte[] point) => VerificationKey.Parse("v=DKIM1; k=ed25519; p=" + Convert.ToBase64String(point));
}
