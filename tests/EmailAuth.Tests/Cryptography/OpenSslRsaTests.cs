using System.Numerics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using EmailAuth.Cryptography;
using Xunit;

namespace EmailAuth.Tests.Cryptography;

/// <summary>
/// Keys made by OpenSSL from their numbers, beside .NET's import of the same numbers: one makes a key or a signature verify where the other
/// does, whatever the numbers are.
/// </summary>
[SupportedOSPlatform("linux")]
public class OpenSslRsaTests
{
    private static readonly byte[] Hash = SHA256.HashData("what is signed"u8);

    // RFC 8017 section 9.2, note 1: the DigestInfo of SHA-256 without its hash.
    private static readonly byte[] DigestInfo = Convert.FromHexString("3031300d060960864801650304020105000420");

    [Fact]
    public void It_is_used_where_dotnet_uses_openssl_3()
    {
        Assert.Null(PlatformCryptography.Probe());
        Assert.Equal(SafeEvpPKeyHandle.OpenSslVersion >= 0x3000_0000L, OpenSslRsa.IsUsable);
    }

    [Fact]
    public void The_known_signature_is_valid()
    {
        using var rsa = RSA.Create(new RSAParameters { Modulus = KnownSignature.Modulus.ToArray(), Exponent = [1, 0, 1] });
        Assert.Equal(SHA256.HashData("EmailAuth"u8), KnownSignature.Hash.ToArray());
        Assert.True(rsa.VerifyHash(KnownSignature.Hash, KnownSignature.Value, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    // s^e - EM is a modulus under which s is a signature: any size and any small exponent, without making primes.
    [Fact]
    public void Both_accept_valid_signatures_of_every_size()
    {
        Probe();
        var count = 0;
        foreach (var bits in (int[])[512, 513, 520, 768, 1000, 1023, 1024, 1025, 1536, 2047, 2048, 2049, 3071, 3072, 3073, 4095, 4096, 4097, 6144, 8184, 8191, 8192])
        {
            foreach (var exponent in (int[])[3, 5, 17, 257])
            {
                if (MakeSigned(bits, exponent) is not var (modulus, signature))
                {
                    continue;
                }

                count++;
                Assert.True(Compare(modulus, Octets(exponent), signature), $"{bits} bits, exponent {exponent}");
                signature[^1] ^= 1;
                Assert.False(Compare(modulus, Octets(exponent), signature), $"{bits} bits, exponent {exponent}, changed");
                signature[^1] ^= 1;
                Assert.False(Compare(modulus, Octets(exponent + 2), signature), $"{bits} bits, another exponent");
                Assert.False(Compare(modulus, Octets(exponent), signature[1..]), $"{bits} bits, a short signature");
                Assert.False(Compare(modulus, Octets(exponent), [0, .. signature]), $"{bits} bits, a long signature");
            }
        }

        Assert.InRange(count, 60, 88);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(2048)]
    [InlineData(4096)]
    public void Both_accept_what_a_real_key_signs(int bits)
    {
        Probe();
        using var rsa = RSA.Create(bits);
        var key = rsa.ExportParameters(includePrivateParameters: false);
        var signature = rsa.SignHash(Hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Assert.True(Compare(key.Modulus!, key.Exponent!, signature));
        Assert.True(Compare([0, 0, .. key.Modulus!], [0, .. key.Exponent!], signature));
        Assert.False(Compare(key.Modulus!, key.Exponent!, [.. signature.Select(octet => (byte)~octet)]));
    }

    // An exponent so large that OpenSSL limits it to keys of at most 3,072 bits.
    [Theory]
    [InlineData(1024, true)]
    [InlineData(2048, true)]
    [InlineData(3080, false)]
    public void A_huge_exponent_is_valid_for_both_or_for_neither(int bits, bool verifies)
    {
        Probe();
        using var rsa = RSA.Create(bits);
        var all = rsa.ExportParameters(includePrivateParameters: true);
        var (p, q) = (Number(all.P!) - 1, Number(all.Q!) - 1);
        var phi = p * q;
        var d = new BigInteger(65539);
        while (!BigInteger.GreatestCommonDivisor(d, phi).IsOne)
        {
            d += 2;
        }

        var modulus = Number(all.Modulus!);
        var signature = Octets(BigInteger.ModPow(Number(Padded(bits)), d, modulus), bits / 8);
        Assert.Equal(verifies, Compare(all.Modulus!, Octets(Inverse(d, phi)), signature));
    }

    public static TheoryData<string, string, string> Numbers => new()
    {
        { "00", "03", "a modulus of zero" },
        { "0000", "010001", "a modulus of zero in two octets" },
        { "01", "03", "a modulus of one" },
        { "03", "03", "a tiny modulus" },
        { "N", "00", "an exponent of zero" },
        { "N", "01", "an exponent of one: every message is its own signature" },
        { "N", "000001", "an exponent of one with leading zeros" },
        { "N", "02", "an even exponent" },
        { "N", "010000", "a large even exponent" },
        { "N", "N", "an exponent as large as the modulus" },
        { "N", "0100000001", "an exponent beyond 32 bits" },
        { "N", "7fffffffffffffffff", "an exponent beyond 64 bits" },
        { "N&", "010001", "an even modulus" },
        { "N0", "010001", "a modulus of many small factors" },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Unusual_numbers_have_the_same_result_in_both(string modulus, string exponent, string why)
    {
        Probe();
        foreach (var bits in (int[])[1024, 2048, 4096])
        {
            var number = new byte[bits / 8];
            new Random(bits).NextBytes(number);
            number[0] |= 0x80;
            number[^1] |= 1;
            var n = modulus switch
            {
                "N" => number,
                "N&" => [.. number[..^1], (byte)(number[^1] & 0xfe)],
                "N0" => [0x80, .. new byte[(bits / 8) - 2], 0x01],
                _ => Convert.FromHexString(modulus),
            };
            var e = exponent == "N" ? number : Convert.FromHexString(exponent);
            foreach (var signature in Signatures(bits / 8).Append(n).Append(new byte[n.Length]).Append(Padded(bits)))
            {
                Assert.False(Compare(n, e, signature), why);
            }
        }
    }

    // .NET's import throws another exception for these, so they must not reach it (RsaPublicKeyReader).
    [Fact]
    public void A_number_without_octets_is_refused()
    {
        Probe();
        Assert.Null(OpenSslRsa.TryMake([], [3]));
        Assert.Null(OpenSslRsa.TryMake(KnownSignature.Modulus, []));
        Assert.Null(OpenSslRsa.TryMake(KnownSignature.Modulus, [0, 0]));
    }

    [Fact]
    public void A_modulus_of_more_than_16384_bits_is_refused_by_both()
    {
        Probe();
        var modulus = new byte[2049];
        modulus.AsSpan().Fill(0xff);
        Assert.Null(OpenSslRsa.TryMake(modulus, [1, 0, 1]));
        Assert.False(Compare(modulus, [1, 0, 1], new byte[2049]));
        Assert.False(Compare(modulus[1..], [1, 0, 1], new byte[2048]));
    }

    [Fact]
    public void Malformed_padding_is_refused_by_both()
    {
        Probe();
        const int Bits = 1024;
        using var rsa = RSA.Create(Bits);
        var key = rsa.ExportParameters(includePrivateParameters: true);
        var good = Padded(Bits);
        Assert.True(Compare(key.Modulus!, key.Exponent!, Sign(key, good)));

        // Each octet of the padding, of DigestInfo and of the hash.
        for (var index = 0; index < good.Length; index++)
        {
            foreach (var change in (byte[])[1, 0x80, 0xff])
            {
                byte[] padded = [.. good];
                padded[index] ^= change;
                if (padded[0] == 0)
                {
                    Assert.False(Compare(key.Modulus!, key.Exponent!, Sign(key, padded)), $"octet {index} ^ {change}");
                }
            }
        }

        // Bleichenbacher's forgeries: short padding, and octets behind the hash or inside the parameters.
        byte[] info = [.. DigestInfo, .. Hash];
        byte[] withoutNull = [.. Convert.FromHexString("302f300b0609608648016503040201"), 4, 32, .. Hash];
        foreach (var (start, end) in ((byte[] Start, byte[] End)[])
        [
            ([0, 1, .. Ones(8), 0, .. info], []), ([0, 1, 0, .. info], []), ([0, 2, .. Ones(74), 0, .. info], []), ([0, 1], [0, .. info]),
            ([0, 1, .. Ones(74), 0, .. Hash], []), ([], info), ([0, 1], [0, .. withoutNull]), ([0, 1], [0, .. info[..^1]]),
            ([0, 1], [0, .. DigestInfo[..^1], 33, .. Hash, 0]), ([0, 1], [1, .. info]),
        ])
        {
            byte[] padded = [.. start, .. Ones(good.Length - start.Length - end.Length), .. end];
            if (!padded.AsSpan().SequenceEqual(good))
            {
                _ = Compare(key.Modulus!, key.Exponent!, Sign(key, padded));
            }

            byte[] zeros = [.. start, .. new byte[good.Length - start.Length - end.Length], .. end];
            Assert.False(Compare(key.Modulus!, key.Exponent!, Sign(key, zeros)));
        }
    }

    [Fact]
    public void A_signature_beyond_the_modulus_is_refused_by_both()
    {
        Probe();
        using var rsa = RSA.Create(1024);
        var key = rsa.ExportParameters(includePrivateParameters: false);
        var signature = Number(rsa.SignHash(Hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var modulus = Number(key.Modulus!);
        var beyond = signature + modulus;
        Assert.False(Compare(key.Modulus!, key.Exponent!, Octets(beyond, beyond.GetByteCount(isUnsigned: true))));
        foreach (var other in (BigInteger[])[0, 1, modulus - 1, modulus, modulus + 1, modulus - signature])
        {
            Assert.False(Compare(key.Modulus!, key.Exponent!, Octets(other, 128)));
        }
    }

    // OpenSSL's keys are shared by threads, .NET's objects are not.
    [Fact]
    public void Objects_of_one_key_verify_on_several_threads()
    {
        Probe();
        using var rsa = RSA.Create(1024);
        var key = rsa.ExportParameters(includePrivateParameters: false);
        var signature = rsa.SignHash(Hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var shared = OpenSslRsa.TryMake(key.Modulus, key.Exponent);
        var wrong = 0;
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, index =>
        {
            using var own = new RSAOpenSsl(shared!);
            byte[] changed = [.. signature];
            changed[index % changed.Length] ^= (byte)(index % 2);
            if (own.VerifyHash(Hash, changed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) != (index % 2 == 0))
            {
                Interlocked.Increment(ref wrong);
            }
        });
        Assert.Equal(0, wrong);
    }

    private static void Probe() => Assert.SkipUnless(PlatformCryptography.Probe() is null && OpenSslRsa.IsUsable, "This host does not have OpenSSL 3.");

    // Verifies with both, and fails where they differ: a key that is refused verifies nothing.
    private static bool Compare(byte[] modulus, byte[] exponent, byte[] signature)
    {
        var imported = Verify(() => RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent }), signature);
        var made = Verify(
            () =>
            {
                using var key = OpenSslRsa.TryMake(modulus, exponent);
                return key is null ? null : new RSAOpenSsl(key);
            },
            signature);
        Assert.True(imported == made, $"import: {imported}, OpenSSL: {made}, modulus {Convert.ToHexString(modulus)}, exponent {Convert.ToHexString(exponent)}");
        return made;
    }

    private static bool Verify(Func<RSA?> make, byte[] signature)
    {
        try
        {
            using var rsa = make();
            return rsa is not null && rsa.VerifyHash(Hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static (byte[] Modulus, byte[] Signature)? MakeSigned(int bits, int exponent)
    {
        // The highest bit of the modulus decides the size of s; for a few pairs of size and exponent there is none.
        var padded = Number(Padded(bits));
        var s = Root(BigInteger.Pow(2, bits) - 1, exponent);
        for (var tries = 0; tries < 64; tries++, s--)
        {
            var modulus = BigInteger.Pow(s, exponent) - padded;
            if (!modulus.IsEven && modulus.GetBitLength() == bits)
            {
                return (Octets(modulus, (bits + 7) / 8), Octets(s, (bits + 7) / 8));
            }
        }

        return null;
    }

    // The largest number whose power is not larger.
    private static BigInteger Root(BigInteger number, int exponent)
    {
        var (low, high) = (BigInteger.One, BigInteger.Pow(2, (int)(number.GetBitLength() / exponent) + 1));
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = BigInteger.Pow(middle, exponent) <= number ? (middle, high) : (low, middle);
        }

        return low;
    }

    private static byte[] Padded(int bits) => [0, 1, .. Ones(((bits + 7) / 8) - 3 - DigestInfo.Length - Hash.Length), 0, .. DigestInfo, .. Hash];

    private static byte[] Ones(int count) => [.. Enumerable.Repeat((byte)0xff, count)];

    private static byte[] Sign(RSAParameters key, byte[] padded) =>
        Octets(BigInteger.ModPow(Number(padded), Number(key.D!), Number(key.Modulus!)), key.Modulus!.Length);

    private static IEnumerable<byte[]> Signatures(int length)
    {
        var random = new byte[length];
        new Random(length).NextBytes(random);
        random[0] = 0;
        yield return random;
        yield return [.. new byte[length - 1], 1];
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

    private static BigInteger Number(byte[] octets) => new(octets, isUnsigned: true, isBigEndian: true);

    private static byte[] Octets(BigInteger number) => number.ToByteArray(isUnsigned: true, isBigEndian: true);

    private static byte[] Octets(BigInteger number, int length)
    {
        var octets = Octets(number);
        return [.. new byte[Math.Max(0, length - octets.Length)], .. octets];
    }
}
