using System.Runtime.Versioning;
using System.Security.Cryptography;
using EmailAuth.Cryptography;
using Xunit;

namespace EmailAuth.Tests.Cryptography;

/// <summary>Which numbers OpenSSL makes a key of, and that it is a key of these very numbers.</summary>
[SupportedOSPlatform("linux")]
public class OpenSslRsaNumberTests
{
    // The numbers come back as they were given, whatever their lengths, without zeros before them.
    [Fact]
    public void A_key_holds_the_very_numbers()
    {
        Probe();
        var random = new Random(8017);
        foreach (var length in (int[])[64, 65, 127, 128, 129, 255, 256, 257, 512, 1024, 2047, 2048])
        {
            foreach (var exponent in (byte[][])[[3], [5], [0x11], [0xff], [1, 1], [2, 1], [1, 0, 1], [0xff, 0xff, 0xff, 0xff]])
            {
                var modulus = new byte[length];
                random.NextBytes(modulus);
                modulus[0] |= 1;
                modulus[^1] |= 1;
                using var key = OpenSslRsa.TryMake(modulus, exponent);
                using var zeros = OpenSslRsa.TryMake([0, 0, .. modulus], [0, 0, 0, .. exponent]);
                foreach (var one in (SafeEvpPKeyHandle?[])[key, zeros])
                {
                    Assert.NotNull(one);
                    using var rsa = new RSAOpenSsl(one);
                    var read = rsa.ExportParameters(includePrivateParameters: false);
                    Assert.Equal(Convert.ToHexString(modulus), Convert.ToHexString(read.Modulus!));
                    Assert.Equal(Convert.ToHexString(exponent), Convert.ToHexString(read.Exponent!));
                }
            }
        }
    }

    [Fact]
    public void Exponents_and_sizes_that_are_no_key_make_none()
    {
        Probe();
        var modulus = KnownSignature.Modulus.ToArray();
        foreach (var exponent in (byte[][])[[], [0], [0, 0], [1], [0, 1], [2], [4], [0xfe], [1, 0], [1, 0, 0], [3, 2]])
        {
            Assert.True(OpenSslRsa.TryMake(modulus, exponent) is null, Convert.ToHexString(exponent));
        }

        byte[] most = [.. Enumerable.Repeat((byte)0xff, 2048)];
        using (var longest = OpenSslRsa.TryMake(most, [3]))
        {
            Assert.NotNull(longest);
        }

        Assert.Null(OpenSslRsa.TryMake([.. most, 0xff], [3]));
        Assert.Null(OpenSslRsa.TryMake([1, .. most], [3]));
        using var padded = OpenSslRsa.TryMake([0, .. most], [3]);
        Assert.NotNull(padded);
        Assert.Null(OpenSslRsa.TryMake([0, 0], [3]));
    }

    // Many keys one after the other, some refused between them: a context that failed is not used again.
    [Fact]
    public void Refused_numbers_disturb_no_later_key()
    {
        Probe();
        for (var round = 0; round < 200; round++)
        {
            using var tiny = OpenSslRsa.TryMake([0x0f], [3]);
            using var key = OpenSslRsa.TryMake(KnownSignature.Modulus, [1, 0, 1]);
            using var rsa = new RSAOpenSsl(key!);
            Assert.True(rsa.VerifyHash(KnownSignature.Hash, KnownSignature.Value, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        }
    }

    [Fact]
    public void Octets_of_the_known_signature_are_as_long_as_they_should_be() =>
        Assert.Equal((128, 32, 128), (KnownSignature.Modulus.Length, KnownSignature.Hash.Length, KnownSignature.Value.Length));

    private static void Probe() => Assert.SkipUnless(PlatformCryptography.Probe() is null && OpenSslRsa.IsUsable, "This host does not have OpenSSL 3.");
}
