using System.Security.Cryptography;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Key records in both ways that keys are made: <see cref="SignatureOptions.FastKeyImport"/> changes no verdict.</summary>
public class KeyImportTests
{
    private static readonly byte[] Hash = SHA256.HashData("what is signed"u8);
    private static readonly SignatureOptions Fast = new();
    private static readonly SignatureOptions Slow = new() { FastKeyImport = false };

    [Fact]
    public void Every_change_of_an_octet_of_a_key_has_the_same_verdict_in_both()
    {
        using var rsa = RSA.Create(1024);
        var signature = rsa.SignHash(Hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var (passed, refused) = (0, 0);
        foreach (var key in (byte[][])[rsa.ExportSubjectPublicKeyInfo(), rsa.ExportRSAPublicKey()])
        {
            Assert.True(Verify(key, signature).IsValid);
            for (var index = 0; index < key.Length; index++)
            {
                foreach (var change in (byte[])[0x01, 0x02, 0x80, 0xff])
                {
                    byte[] changed = [.. key];
                    changed[index] ^= change;
                    var (isValid, isKey) = Verify(changed, signature);
                    passed += isValid ? 1 : 0;
                    refused += isKey ? 0 : 1;
                }

                Verify(key[..index], signature);
                Verify([.. key, .. key[..index]], signature);
                Verify([.. key[..index], 0, .. key[index..]], signature);
            }
        }

        // What the two encodings say beside the numbers: parameters of the algorithm, which RFC 3279 section 2.3.1 wants to be NULL.
        Assert.InRange(passed, 0, 8);
        Assert.InRange(refused, 50, 500);
    }

    // The contents of RSAPublicKey (RFC 8017 appendix A.1.1): M is a good modulus, E its exponent.
    [Theory]
    [InlineData("02 M 02 E", true, "as it should be")]
    [InlineData("02 0M 02 E", true, "a leading zero, which DER forbids")]
    [InlineData("02 00M 02 0E", true, "more of them")]
    [InlineData("02 E 02 E", false, "a modulus of three octets")]
    [InlineData("02 M 02 M", false, "an exponent as long as the modulus")]
    [InlineData("02 M 02 1", false, "an exponent of one")]
    [InlineData("02 M 02 2", false, "an even exponent")]
    [InlineData("02 M 02 0", false, "an exponent of zero")]
    [InlineData("02 0 02 E", false, "a modulus of zero")]
    [InlineData("02 M", false, "no exponent")]
    [InlineData("02 M 02 E 02 E", false, "a third number")]
    [InlineData("03 M 02 E", false, "a bit string")]
    public void Encodings_of_numbers_have_the_same_verdict_in_both(string contents, bool isValid, string why)
    {
        using var rsa = RSA.Create(1024);
        var signature = rsa.SignHash(Hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var key = rsa.ExportParameters(includePrivateParameters: false);
        var words = contents.Split(' ');
        List<byte> octets = [];
        for (var i = 0; i < words.Length; i += 2)
        {
            // A number whose highest bit is set has a zero before it.
            byte[] value = words[i + 1] switch
            {
                "M" => [0, .. key.Modulus!],
                "0M" => [0, 0, .. key.Modulus!],
                "00M" => [0, 0, 0, .. key.Modulus!],
                "E" => key.Exponent!,
                "0E" => [0, .. key.Exponent!],
                var digit => [byte.Parse(digit)],
            };
            octets.AddRange([Convert.FromHexString(words[i])[0], .. Length(value.Length), .. value]);
        }

        Assert.True(isValid == Verify([0x30, .. Length(octets.Count), .. octets], signature).IsValid, why);
    }

    [Fact]
    public void One_key_verifies_on_several_threads_in_both()
    {
        var key = TestSigner.Rsa2048;
        var signature = key.RsaKey.SignHash(Hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        byte[] changed = [.. signature[..^1], (byte)(signature[^1] ^ 1)];
        foreach (var options in (SignatureOptions[])[Fast, Slow])
        {
            var verification = VerificationKey.Parse(key.Record, options);
            var wrong = 0;
            Parallel.For(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 8 }, index =>
            {
                if (verification.Verify(SignatureHash.Sha256, Hash, index % 2 == 0 ? signature : changed) != (index % 2 == 0))
                {
                    Interlocked.Increment(ref wrong);
                }
            });
            Assert.Equal(0, wrong);
        }
    }

    private static byte[] Length(int length) => length < 128 ? [(byte)length] : length < 256 ? [0x81, (byte)length] : [0x82, (byte)(length >> 8), (byte)length];

    private static (bool IsValid, bool IsKey) Verify(byte[] key, byte[] signature)
    {
        var record = "p=" + Convert.ToBase64String(key);
        var (fast, slow) = (VerificationKey.Parse(record, Fast), VerificationKey.Parse(record, Slow));
        var (isFast, isSlow) = (fast.Verify(SignatureHash.Sha256, Hash, signature), slow.Verify(SignatureHash.Sha256, Hash, signature));
        Assert.True(isFast == isSlow, record);
        Assert.Equal((slow.Bits, slow.Fault?.Text), (fast.Bits, fast.Fault?.Text));
        return (isFast, fast.Fault is null);
    }
}
