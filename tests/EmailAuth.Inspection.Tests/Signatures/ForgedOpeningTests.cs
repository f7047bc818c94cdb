using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Inspection.Signatures;
using EmailAuth.Signatures;

namespace EmailAuth.Inspection.Tests.Signatures;

/// <summary>Signatures that someone without the key makes so that the key seems to open them.</summary>
public class ForgedOpeningTests
{
    private const int Octets = 256;

    private const string Message = "From: alice@example.com\r\nSubject: Hi\r\n\r\nHello\r\n";

    // RFC 8017 section 5.2.2: a representative that is not below n is out of range, though s + n opens as s does.
    [Fact]
    public async Task A_signature_that_is_not_below_the_modulus_is_not_opened()
    {
        var modulus = new BigInteger(ModulusOf(SignedMail.Rsa), isUnsigned: true, isBigEndian: true);
        for (var number = 0; number < 500; number++)
        {
            var signed = await SignedMail.SignAsync(Message.Replace("Hi", "Hi " + number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
            var larger = new BigInteger(SignatureOf(signed), isUnsigned: true, isBigEndian: true) + modulus;
            if (larger.GetByteCount(isUnsigned: true) > Octets)
            {
                continue;
            }

            var diagnosis = await SignedMail.DiagnoseAsync(With(signed, larger));
            Assert.Equal(("other_key", ChangeCode.KeyOther), (diagnosis.Result.ReasonCode, Assert.Single(diagnosis.Changes).Code));
            return;
        }

        Assert.Fail("no signature fits");
    }

    // With the exponent 3 a cube root gives a signature that opens to any first and last octets, with free ones between them.
    [Fact]
    public async Task Free_octets_before_the_digest_do_not_show_that_the_key_signed()
    {
        var record = await ForgedRecordAsync();
        for (var number = 0; number < 100; number++)
        {
            var signed = await SignedMail.SignAsync(Message.Replace("Hello", "Hello " + number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
            var field = signed[..signed.IndexOf("\r\nFrom:", StringComparison.Ordinal)];
            var signature = DkimSignature.Parse(field["DKIM-Signature:".Length..]).Value!;
            var digest = SHA256.HashData(CanonicalForm.Of(Encoding.Latin1.GetBytes(signed), 0, signature)!.Header.Span);
            if ((digest[^1] & 1) == 0)
            {
                continue;
            }

            byte[] start = [0x00, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x30];
            var forged = With(signed, CubeRoot(start, [0x04, 0x20, .. digest]));
            await AssertOtherKeyAsync(forged.Replace("Subject: Hi", "Subject: [list] Hi", StringComparison.Ordinal), record);
            return;
        }

        Assert.Fail("no digest fits");
    }

    [Fact]
    public async Task Free_octets_as_a_digest_do_not_show_that_the_key_signed()
    {
        byte[] start = [0x00, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];
        await AssertOtherKeyAsync(With(await SignedMail.SignAsync(Message), CubeRoot(start, [1])), await ForgedRecordAsync());
    }

    // A key with an exponent that makes its use slow shows nothing; its signature fails as before.
    [Fact]
    public async Task A_large_exponent_is_not_raised()
    {
        var zone = new Zone().Add("s1._domainkey.example.com", ZoneEntryKind.Txt, RecordOf(ModulusOf(SignedMail.Rsa), [0xff, 0xff, 0xff, 0xff]));
        var diagnosis = await SignedMail.DiagnoseAsync(await SignedMail.SignAsync(Message), zone);
        Assert.Equal(("header_changed", SignatureOpening.Unknown), (diagnosis.Result.ReasonCode, diagnosis.Key));
    }

    private static async Task AssertOtherKeyAsync(string message, string record)
    {
        var diagnosis = await SignedMail.DiagnoseAsync(message, new Zone().Add("s1._domainkey.example.com", ZoneEntryKind.Txt, record));
        Assert.Equal(("other_key", SignatureOpening.OtherKey), (diagnosis.Result.ReasonCode, diagnosis.Key));
        Assert.Equal(ChangeCode.KeyOther, Assert.Single(diagnosis.Changes).Code);
    }

    private static Task<string> ForgedRecordAsync()
    {
        var modulus = ModulusOf(SignedMail.Rsa);
        return Task.FromResult(RecordOf(modulus, [3]));
    }

    private static string RecordOf(byte[] modulus, byte[] exponent)
    {
        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        return "v=DKIM1; k=rsa; p=" + Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo());
    }

    private static byte[] ModulusOf(PemSigningKey key)
    {
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(KeyRecord.Parse(key.Record).Value!.PublicKey.AsSpan(), out _);
        return rsa.ExportParameters(false).Modulus!;
    }

    private static int PlaceOf(string signed) => signed.IndexOf(" b=", StringComparison.Ordinal) + 3;

    private static byte[] SignatureOf(string signed) => Convert.FromBase64String(
        signed[PlaceOf(signed)..signed.IndexOf("\r\nFrom:", StringComparison.Ordinal)].Replace("\r\n", string.Empty, StringComparison.Ordinal).Replace(" ", string.Empty, StringComparison.Ordinal));

    private static string With(string signed, BigInteger signature)
    {
        var octets = new byte[Octets];
        signature.TryWriteBytes(octets.AsSpan(Octets - signature.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
        return signed[..PlaceOf(signed)] + Convert.ToBase64String(octets) + signed[signed.IndexOf("\r\nFrom:", StringComparison.Ordinal)..];
    }

    // A number whose cube has these first and last octets; the last octet is odd.
    private static BigInteger CubeRoot(byte[] start, byte[] end)
    {
        var free = (Octets - start.Length) * 8;
        var target = (new BigInteger(start, isUnsigned: true, isBigEndian: true) << free) + (BigInteger.One << (free - 1));
        BigInteger low = BigInteger.Zero, high = BigInteger.One << 700;
        while (high - low > 1)
        {
            var middle = (low + high) >> 1;
            (low, high) = middle * middle * middle <= target ? (middle, high) : (low, middle);
        }

        var bits = end.Length * 8;
        var wanted = new BigInteger(end, isUnsigned: true, isBigEndian: true);
        var root = BigInteger.One;
        for (var bit = 1; bit < bits; bit++)
        {
            var mask = (BigInteger.One << (bit + 1)) - 1;
            root += ((root * root * root) & mask) == (wanted & mask) ? BigInteger.Zero : BigInteger.One << bit;
        }

        return ((low >> bits) << bits) + root;
    }
}
