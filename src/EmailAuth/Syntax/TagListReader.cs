namespace EmailAuth.Syntax;

/// <summary>
/// Reads a tag list (RFC 6376 section 3.2), the shape that DKIM signatures and keys, ARC fields, DMARC and BIMI records share.
/// One pass, no allocation but for an error.
/// </summary>
/// <remarks>
/// It checks the grammar of the list and of tag names; what a tag's value may hold, which tags must be there and whether one may
/// stand twice is for the record. The text is a field's value (folding included) or a TXT record.
/// </remarks>
internal ref struct TagListReader
{
    private readonly ReadOnlySpan<char> _text;
    private int _position;

    public TagListReader(ReadOnlySpan<char> text) => _text = text;

    /// <summary>What stopped the reading, or null when the list ended where it should.</summary>
    public SyntaxError? Error { get; private set; }

    // RFC 6376 section 3.2: tag-list = tag-spec *( ";" tag-spec ) [ ";" ]
    //                       tag-spec = [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]
    /// <summary>The next tag; false at the end of the list and at an error.</summary>
    public bool TryRead(out TagSpec tag)
    {
        tag = default;
        var start = SkipWhiteSpace(_position);
        if (Error is not null || start == _text.Length)
        {
            return false;
        }

        var rest = _text[start..];
        var nameLength = NameLength(rest);
        if (nameLength == 0)
        {
            return Fail(start, "a tag name must start with a letter (RFC 6376 section 3.2)");
        }

        var equals = SkipWhiteSpace(start + nameLength);
        if (equals == _text.Length || _text[equals] != '=')
        {
            return Fail(equals, "a tag name must be followed by \"=\" (RFC 6376 section 3.2)");
        }

        var valueStart = SkipWhiteSpace(equals + 1);
        var length = _text[valueStart..].IndexOf(';');
        var end = length < 0 ? _text.Length : valueStart + length;
        _position = length < 0 ? end : end + 1;
        tag = new TagSpec(rest[..nameLength], TrimEnd(_text[valueStart..end]), start, valueStart);
        return true;
    }

    // RFC 6376 section 3.2: tag-name = ALPHA *ALNUMPUNC; ALNUMPUNC = ALPHA / DIGIT / "_"
    private static int NameLength(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !CharacterClasses.IsAlpha(text[0]))
        {
            return 0;
        }

        var length = 1;
        while (length < text.Length && (CharacterClasses.IsAlphaDigit(text[length]) || text[length] == '_'))
        {
            length++;
        }

        return length;
    }

    private readonly int SkipWhiteSpace(int position)
    {
        var offset = _text[position..].IndexOfAnyExcept(CharacterClasses.FoldingWhiteSpace);
        return offset < 0 ? _text.Length : position + offset;
    }

    private static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> value) =>
        value[..(value.LastIndexOfAnyExcept(CharacterClasses.FoldingWhiteSpace) + 1)];

    private bool Fail(int position, string reason)
    {
        Error = new SyntaxError(SyntaxErrorCode.Malformed, position, reason);
        return false;
    }
}
