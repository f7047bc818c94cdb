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

    private static VerificationKey Key(byte[] point) => VerificationKey.Parse("v=DKIM1; k=ed25519; p=" + Convert.ToBase64String(point));
}
