using System.Text;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace EmailAuth.Inspection.Dkim;

/// <summary>
/// Explains the value of <c>p=</c> to people: which character is wrong and how it got there, and whether it is a private key.
/// </summary>
internal static class PublicKeyText
{
    private const string PrivateKeyLabel = "PRIVATE KEY";

    /// <summary>The octets of a value, decoded as the verifier decodes it; empty when it is not base64.</summary>
    public static ReadOnlySpan<byte> Decode(string value) => KeyRecord.Parse($"p={value}").Value is { } record ? record.PublicKey.AsSpan() : [];

    /// <summary>Whether the verifier can decode a value.</summary>
    public static bool IsBase64(string value) => KeyRecord.Parse($"p={value}").IsSuccess;

    /// <summary>
    /// Adds a finding with the position and the cause when the value of a tag is not base64; returns false when it is base64.
    /// </summary>
    public static bool AddFault(PublishedRecord record, RecordTag tag)
    {
        var (value, start) = (tag.Value, tag.ValuePosition);
        if (IsBase64(value))
        {
            return false;
        }

        if (value.IndexOf("-----", StringComparison.Ordinal) is var armour and >= 0)
        {
            record.Error(FindingCode.DkimPemLines, start + armour, value.LastIndexOf("-----", StringComparison.Ordinal) + 5 - armour);
            return true;
        }

        for (var i = 0; i < value.Length; i++)
        {
            if (!IsBase64(value[i]))
            {
                record.Error(CodeOf(value, i), start + i, 1, Numbers.Text(start + i), CharacterAt(value, i));
                return true;
            }
        }

        var padding = value.IndexOf('=', StringComparison.Ordinal);
        if (padding >= 0 && value.AsSpan(padding).ContainsAnyExcept("= \t\r\n"))
        {
            record.Error(FindingCode.DkimKeyPadding, start + padding, 1, Numbers.Text(start + padding));
        }
        else
        {
            record.Error(FindingCode.DkimKeyCut, start + value.Length, 0);
        }

        return true;
    }

    /// <summary>A character as the argument of a finding.</summary>
    public static string CharacterAt(string text, int index) => IsNoBreakSpace(text, index) ? "\u00A0" : text[index].ToString();

    /// <summary>Whether a record publishes a private key: as PEM, as the base64 of PEM, or in one of the binary forms.</summary>
    /// <param name="text">The record.</param>
    /// <param name="key">The octets of <c>p=</c>; empty when it cannot be decoded.</param>
    public static bool HoldsPrivateKey(string text, ReadOnlySpan<byte> key) =>
        (text.Contains("-----BEGIN", StringComparison.Ordinal)
            && text.Replace(" ", string.Empty, StringComparison.Ordinal).Contains("PRIVATEKEY-----", StringComparison.Ordinal))
        || key.IndexOf(Encoding.ASCII.GetBytes(PrivateKeyLabel)) >= 0
        || StartsAsPrivateKey(key)
        || IsSeedWithPublicKey(key);

    // PKCS#1 (RFC 8017 appendix A.1.2), PKCS#8 (RFC 5958 section 2) and SEC 1 keys are a SEQUENCE that starts with the INTEGER 0 or 1, their
    // version; public keys start with a SEQUENCE or with the modulus.
    private static bool StartsAsPrivateKey(ReadOnlySpan<byte> der)
    {
        if (der is not [0x30, var length, ..])
        {
            return false;
        }

        var content = length < 0x80 ? 2 : 2 + (length & 0x7F);
        return content < der.Length && der[content..] is [0x02, 0x01, 0x00 or 0x01, _, ..];
    }

    // The form of NaCl and similar libraries: the private key of 32 octets, followed by its public key.
    private static bool IsSeedWithPublicKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Ed25519.SecretKeySize + Ed25519.PublicKeySize)
        {
            return false;
        }

        var made = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(key[..Ed25519.SecretKeySize].ToArray(), 0, made, 0);
        return key[Ed25519.SecretKeySize..].SequenceEqual(made);
    }

    private static FindingCode CodeOf(string value, int index) => value[index] switch
    {
        '"' => FindingCode.DkimKeyQuote,
        '\\' => FindingCode.DkimKeyEscape,
        _ when IsNoBreakSpace(value, index) => FindingCode.DkimKeyNoBreakSpace,
        '-' or '_' => FindingCode.DkimKeyBase64Url,
        _ => FindingCode.DkimKeyCharacter,
    };

    // A resolver that reads a record as Latin-1 shows the two octets of UTF-8 as two characters.
    private static bool IsNoBreakSpace(ReadOnlySpan<char> text, int index) =>
        text[index] == '\u00A0' || (text[index] == '\u00C2' && index + 1 < text.Length && text[index + 1] == '\u00A0');

    private static bool IsBase64(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=' or ' ' or '\t' or '\r' or '\n';
}
