using System.Numerics;
using System.Security.Cryptography;

namespace EmailAuth.Signatures;

/// <summary>
/// Reads an RSA public key in the two encodings that key records use: SubjectPublicKeyInfo (RFC 5280 section 4.1), which RFC 6376 section
/// 3.6.1 means, and RSAPublicKey of PKCS#1 (RFC 8017 appendix A.1.1), which it literally asks for.
/// </summary>
internal static class RsaPublicKeyReader
{
    private const byte Integer = 0x02;
    private const byte BitString = 0x03;
    private const byte Sequence = 0x30;

    // An exponent over 2^32 makes verification slow and has no use.
    private const int MaxExponentBits = 32;

    // 1.2.840.113549.1.1.1
    private static ReadOnlySpan<byte> RsaEncryption => [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

    /// <summary>The key's numbers, or null and what is wrong.</summary>
    public static RSAParameters? Read(ReadOnlySpan<byte> der, out string? fault)
    {
        fault = null;
        if (!TryReadElement(ref der, Sequence, out var sequence) || !der.IsEmpty)
        {
            fault = "p= is not an RSA public key (RFC 6376 section 3.6.1)";
            return null;
        }

        if (!sequence.IsEmpty && sequence[0] == Sequence && !TryReadSubjectPublicKeyInfo(ref sequence, out fault))
        {
            return null;
        }

        if (!TryReadNumber(ref sequence, out var modulus) || !TryReadNumber(ref sequence, out var exponent) || !sequence.IsEmpty)
        {
            fault = "p= is not an RSA public key (RFC 8017 appendix A.1.1)";
            return null;
        }

        fault = Check(modulus, exponent);
        return fault is null ? new RSAParameters { Modulus = modulus.ToArray(), Exponent = exponent.ToArray() } : null;
    }

    /// <summary>How many bits a number without leading zero octets has.</summary>
    public static int BitsOf(ReadOnlySpan<byte> number) =>
        number.IsEmpty ? 0 : (number.Length * 8) - BitOperations.LeadingZeroCount(number[0]) + 24;

    private static string? Check(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        if (BitsOf(exponent) > MaxExponentBits)
        {
            return "the RSA exponent exceeds 2^32";
        }

        // RFC 8017 section 3.1: n is a product of odd primes, e is odd and at least 3.
        return modulus.IsEmpty || (modulus[^1] & 1) == 0 || exponent.IsEmpty || (exponent[^1] & 1) == 0 || exponent is [1]
            ? "p= holds numbers that are not an RSA key (RFC 8017 section 3.1)"
            : null;
    }

    private static bool TryReadSubjectPublicKeyInfo(scoped ref ReadOnlySpan<byte> sequence, out string? fault)
    {
        fault = "p= is not an RSA public key (RFC 5280 section 4.1)";
        if (!TryReadElement(ref sequence, Sequence, out var algorithm))
        {
            return false;
        }

        if (!algorithm.StartsWith(RsaEncryption))
        {
            fault = "p= holds a key of another algorithm than rsaEncryption (RFC 3279 section 2.3.1)";
            return false;
        }

        // The bit string starts with its count of unused bits.
        if (!TryReadElement(ref sequence, BitString, out var bits) || !sequence.IsEmpty || bits.IsEmpty || bits[0] != 0)
        {
            return false;
        }

        sequence = bits[1..];
        if (!TryReadElement(ref sequence, Sequence, out var key) || !sequence.IsEmpty)
        {
            return false;
        }

        sequence = key;

        fault = null;
        return true;
    }

    private static bool TryReadNumber(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> number)
    {
        if (!TryReadElement(ref text, Integer, out number) || number.IsEmpty || (number[0] & 0x80) != 0)
        {
            return false;
        }

        number = number.TrimStart((byte)0);
        return true;
    }

    private static bool TryReadElement(scoped ref ReadOnlySpan<byte> text, byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (text.Length < 2 || text[0] != tag)
        {
            return false;
        }

        var length = (int)text[1];
        var start = 2;
        if (length > 0x80)
        {
            // Two octets of length reach 65,535, more than any key that is accepted.
            var octets = length - 0x80;
            if (octets > 2 || text.Length < 2 + octets)
            {
                return false;
            }

            length = octets == 1 ? text[2] : (text[2] << 8) | text[3];
            start += octets;
        }
        else if (length == 0x80)
        {
            return false;
        }

        if (text.Length - start < length)
        {
            return false;
        }

        content = text.Slice(start, length);
        text = text[(start + length)..];
        return true;
    }
}
