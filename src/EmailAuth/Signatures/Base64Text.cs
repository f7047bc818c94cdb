using System.Buffers;
using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>Base64 as tags write it, with white space (RFC 6376 section 2.10).</summary>
internal static class Base64Text
{
    /// <summary>The octets of base64 that may have white space anywhere and lack its padding; null when it is malformed.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((text.Length / 4 * 3) + 3);
        try
        {
            return Convert.TryFromBase64Chars(text, buffer, out var length) || TryDecodeUnpadded(text, buffer, out length)
                ? buffer[..length]
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // RFC 6376 section 2.10: base64string = ALPHADIGITPS *([FWS] ALPHADIGITPS) [ [FWS] "=" [ [FWS] "=" ] ]: the padding is optional.
    private static bool TryDecodeUnpadded(ReadOnlySpan<char> text, Span<byte> buffer, out int length)
    {
        length = 0;
        if (text.Contains('='))
        {
            return false;
        }

        var characters = text.Length - text.CountAny(CharacterClasses.FoldingWhiteSpace);
        var missing = (4 - (characters % 4)) % 4;
        return missing is 1 or 2 && Convert.TryFromBase64Chars(string.Concat(text, "==".AsSpan(0, missing)), buffer, out length);
    }
}
