namespace EmailAuth.Messages;

/// <summary>
/// The values of a field that some reader may read as From: of the field itself, and of lines inside it that start after a line break
/// which RFC 5322 does not know (a bare CR or LF) or after which there is no white space.
/// </summary>
internal ref struct AuthorLines
{
    private readonly ReadOnlyMemory<byte> _raw;
    private int _position;

    public AuthorLines(HeaderField field)
    {
        _raw = field.Raw;

        // The common case first: a well-formed field of another name, on one line or folded correctly.
        if (field.IsWellFormed && !field.IsNamed("from"u8))
        {
            _position = NextLine(0);
        }
    }

    public bool TryRead(out ReadOnlyMemory<byte> value)
    {
        while (_position < _raw.Length)
        {
            var start = _position;
            _position = NextLine(start);
            var line = _raw[start.._position];
            if (LenientLine.ValueOf(line.Span, "from"u8) is var begin and >= 0)
            {
                value = line[begin..];
                return true;
            }
        }

        value = default;
        return false;
    }

    private readonly int NextLine(int start) => start + LenientLine.LengthOfFirst(_raw.Span[start..]);
}
