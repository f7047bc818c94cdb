using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>Finds the value of <c>b=</c> in a signature field: the part that is removed before the field itself is signed (RFC 6376 section 3.7).</summary>
internal static class SignatureValue
{
    /// <summary>Where the value is: from after the equals sign to the semicolon or the end, with all white space around it.</summary>
    /// <param name="value">The field's value: everything after the colon.</param>
    /// <param name="start">Where the value starts.</param>
    /// <param name="end">Where it ends.</param>
    /// <returns>False when there is no tag <c>b</c>.</returns>
    public static bool TryFind(ReadOnlySpan<byte> value, out int start, out int end)
    {
        start = 0;
        while (start < value.Length)
        {
            var length = value[start..].IndexOf((byte)';');
            end = length < 0 ? value.Length : start + length;
            if (EndOfName(value[start..end]) is var equals and > 0)
            {
                start += equals;
                return true;
            }

            start = end + 1;
        }

        end = start = value.Length;
        return false;
    }

    // [FWS] "b" [FWS] "=": the position after the equals sign, or 0 when the tag is another.
    private static int EndOfName(ReadOnlySpan<byte> tag)
    {
        var index = SkipWhiteSpace(tag, 0);
        if (index == tag.Length || tag[index] != (byte)'b')
        {
            return 0;
        }

        index = SkipWhiteSpace(tag, index + 1);
        return index < tag.Length && tag[index] == (byte)'=' ? index + 1 : 0;
    }

    private static int SkipWhiteSpace(ReadOnlySpan<byte> text, int index)
    {
        while (index < text.Length && (CharacterClasses.IsWsp(text[index]) || text[index] is (byte)'\r' or (byte)'\n'))
        {
            index++;
        }

        return index;
    }
}
