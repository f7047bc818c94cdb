using System.Buffers;
using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>What is common to the texts of tags: which characters they have, and base64 with white space (RFC 6376 sections 2.8 to 3.2).</summary>
internal static class TagListText
{
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        "\0\x01\x02\x03\x04\x05\x06\x07\x08\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f");

    /// <summary>The first control character that is not part of folding white space, as an error; null when there is none.</summary>
    public static SyntaxError? Check(ReadOnlySpan<char> text)
    {
        var position = 0;
        while (text[position..].IndexOfAny(Controls) is var offset and >= 0)
        {
            position += offset;
            var rest = text[position..];
            // RFC 6376 section 2.8: FWS = [*WSP CRLF] 1*WSP. A CRLF at the very end is the field's own.
            var isFold = rest.StartsWith("\r\n") && (rest.Length == 2 || CharacterClasses.IsWsp(rest[2]));
            if (!isFold)
            {
                return new SyntaxError(position, $"the control character U+{(int)rest[0]:X4} cannot stand in a tag list (RFC 6376 section 3.2)");
            }

            position += 2;
        }

        return null;
    }

    /// <summary>The error of a tag that stands twice. Its name may be as long as the text; what is told of it is not.</summary>
    public static SyntaxError StandsTwice(in TagSpec tag)
    {
        const int Shown = 32;
        var name = tag.Name.Length <= Shown ? tag.Name : string.Concat(tag.Name[..Shown], "...");
        return new SyntaxError(tag.NamePosition, $"the tag {name}= appears more than once (RFC 6376 section 3.2)");
    }

    /// <summary>The text without the folding white space around it.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        var start = text.IndexOfAnyExcept(CharacterClasses.FoldingWhiteSpace);
        return start < 0 ? [] : text[start..(text.LastIndexOfAnyExcept(CharacterClasses.FoldingWhiteSpace) + 1)];
    }

    /// <summary>The octets of base64 in which white space may stand anywhere and padding may be missing; null when it is malformed.</summary>
    public static byte[]? DecodeBase64(ReadOnlySpan<char> text)
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
