using System.Globalization;
using System.Text;
using EmailAuth.Cli.Output;
using EmailAuth.Signatures;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace EmailAuth.Cli.Published;

/// <summary>Reads the value of <c>p=</c> for people: which character of it is wrong and how it got there, and whether it is a private key.</summary>
internal static class PublicKeyText
{
    private const string PrivateKeyLabel = "PRIVATE KEY";

    /// <summary>Where a value is not base64, and why; null when it is.</summary>
    /// <param name="value">The value of <c>p=</c>.</param>
    /// <param name="start">Where it starts in the record.</param>
    public static Finding? Fault(ReadOnlySpan<char> value, int start)
    {
        if (Base64Text.Decode(value) is not null)
        {
            return null;
        }

        if (value.IndexOf("-----") is var armour and >= 0)
        {
            var length = value[armour..].LastIndexOf("-----") + 5;
            return Error(start + armour, length, "p= holds the lines around a PEM key (-----BEGIN ...-----): publish only the base64 between them");
        }

        for (var i = 0; i < value.Length; i++)
        {
            if (!IsBase64(value[i]))
            {
                return OfCharacter(value, i, start + i);
            }
        }

        var padding = value.IndexOf('=');
        return padding >= 0 && value[padding..].ContainsAnyExcept("= \t\r\n")
            ? Error(start + padding, 1, Invariant($"p= is not base64: the padding \"=\" at position {start + padding} is not at its end"))
            : Error(start + value.Length, 0, "p= is not base64: it ends in the middle of a group of four characters, so something is missing or too much");
    }

    /// <summary>Names a character that is where it cannot be, for a sentence.</summary>
    public static string Describe(ReadOnlySpan<char> text, int index) => text[index] switch
    {
        '"' => "a quotation mark",
        '\'' => "an apostrophe",
        '\\' => "a backslash",
        '\u00A0' or '\u00C2' when IsNoBreakSpace(text, index) => "a no-break space (U+00A0)",
        '\u201C' or '\u201D' or '\u201E' or '\u2018' or '\u2019' => Invariant($"a typographic quotation mark (U+{(int)text[index]:X4})"),
        > ' ' and <= '~' => $"the character \"{text[index]}\"",
        _ => Invariant($"the character U+{(int)text[index]:X4}"),
    };

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

    // The form of NaCl and its followers: the private key of 32 octets, and the public key that it gives.
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

    private static Finding OfCharacter(ReadOnlySpan<char> value, int index, int position)
    {
        var what = Describe(value, index);
        var how = value[index] switch
        {
            '"' => "the strings were joined with their quotes",
            '\\' => "the zone file's escape became part of the text",
            '\u00A0' or '\u00C2' when IsNoBreakSpace(value, index) => "it looks like a space, as after copying from a page, and is not base64",
            '-' or '_' => "this is base64url; p= takes base64 with + and /",
            _ => "it is not base64",
        };
        return Error(position, 1, Invariant($"{what} at position {position}: {how}"));
    }

    // A resolver that reads a record as Latin-1 shows UTF-8's two octets.
    private static bool IsNoBreakSpace(ReadOnlySpan<char> text, int index) =>
        text[index] == '\u00A0' || (text[index] == '\u00C2' && index + 1 < text.Length && text[index + 1] == '\u00A0');

    private static bool IsBase64(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=' or ' ' or '\t' or '\r' or '\n';

    private static Finding Error(int position, int length, string message) => new(Severity.Error, message, position, length);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
