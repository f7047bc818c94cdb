using System.Buffers;
using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>What the texts of all tags have in common: their characters and the white space around them (RFC 6376 sections 2.8 and 3.2).</summary>
internal static class TagText
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
                return new SyntaxError(SyntaxErrorCode.Malformed, position, $"the control character U+{(int)rest[0]:X4} is not allowed in a tag list (RFC 6376 section 3.2)");
            }

            position += 2;
        }

        return null;
    }

    /// <summary>The text without the folding white space around it.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        var start = text.IndexOfAnyExcept(CharacterClasses.FoldingWhiteSpace);
        return start < 0 ? [] : text[start..(text.LastIndexOfAnyExcept(CharacterClasses.FoldingWhiteSpace) + 1)];
    }
}
