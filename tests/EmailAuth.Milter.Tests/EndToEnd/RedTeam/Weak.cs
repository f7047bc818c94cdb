using System.Formats.Asn1;
using System.Security.Cryptography;
using EmailAuth.Tests.Dkim;

namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>Keys that nobody should have.</summary>
internal static class Weak
{
    public static TestSigner Key512 { get; } = TestSigner.Rsa(512);

    public static TestSigner Key1016 { get; } = TestSigner.Rsa(1016);

    /// <summary>An RSA key of so many bits, with an exponent of so many, of which nobody knows the private half.</summary>
    public static string PublicKey(int bits, int exponentBits)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                writer.WriteNull();
            }

            var numbers = new AsnWriter(AsnEncodingRules.DER);
            using (numbers.PushSequence())
            {
                numbers.WriteIntegerUnsigned(Number(bits));
                numbers.WriteIntegerUnsigned(Number(exponentBits));
            }

            writer.WriteBitString(numbers.Encode());
        }

        return Convert.ToBase64String(writer.Encode());
    }

    // Odd, with its highest bit set.
    private static byte[] Number(int bits)
    {
        var number = RandomNumberGenerator.GetBytes((bits + 7) / 8);
        number[0] = (byte)(((number[0] | 0x80) >> ((8 - (bits % 8)) % 8)) & 0xFF);
        number[^1] |= 1;
        return number;
    }
}
