using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>
/// The lines of one field that some program may read as one of the <see cref="SingleFields"/>, although RFC 5322 does not: lines inside it
/// after a bare CR or LF, and a name with control or invisible characters in it.
/// </summary>
internal ref struct DisguisedLines
{
    // As long as the longest name; further characters are not gathered.
    private const int MaxNameLength = 25;

    private readonly ReadOnlySpan<byte> _raw;
    private int _position;

    public DisguisedLines(HeaderField field)
    {
        _raw = field.Raw.Span;

        // The first line of a well-formed field is what it says it is.
        _position = field.IsWellFormed ? LenientLine.LengthOfFirst(_raw) : 0;
    }

    /// <summary>Whether two values are the same but for folding and white space at their ends.</summary>
    public static bool AreAlike(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        left = left.Trim(" \t\r\n"u8);
        right = right.Trim(" \t\r\n"u8);
        var (at, other) = (0, 0);
        while (true)
        {
            (at, other) = (PastFold(left, at), PastFold(right, other));
            if (at == left.Length || other == right.Length)
            {
                return at == left.Length && other == right.Length;
            }

            if (left[at++] != right[other++])
            {
                return false;
            }
        }
    }

    /// <summary>Reads the next such line.</summary>
    /// <param name="index">The index of the field that it may be read as.</param>
    /// <param name="value">The text after its colon.</param>
    public bool TryRead(out int index, out ReadOnlySpan<byte> value)
    {
        while (_position < _raw.Length)
        {
            var start = _position;
            _position = NextLine(start);
            var line = _raw[start.._position];

            // Only the first line of a message can start with white space here. It does not continue a field, and programs drop it.
            if (!CharacterClasses.IsWsp(line[0]) && TryReadName(line, out index, out var colon))
            {
                value = line[(colon + 1)..];
                return true;
            }
        }

        index = -1;
        value = default;
        return false;
    }

    // RFC 5322 section 2.2.3: to unfold is to take out each CRLF before white space, and a field has no other CRLF.
    private static int PastFold(ReadOnlySpan<byte> text, int position)
    {
        while (text[position..].StartsWith("\r\n"u8))
        {
            position += 2;
        }

        return position;
    }

    private readonly int NextLine(int start) => start + LenientLine.LengthOfFirst(_raw[start..]);

    // What is not visible ASCII is dropped, as the search for From does.
    private static bool TryReadName(ReadOnlySpan<byte> line, out int index, out int colon)
    {
        Span<char> name = stackalloc char[MaxNameLength];
        var length = 0;
        for (colon = 0; colon < line.Length; colon++)
        {
            var b = line[colon];
            if (b == (byte)':')
            {
                break;
            }

            if (b is > (byte)' ' and < 0x7f)
            {
                if (length == MaxNameLength)
                {
                    index = -1;
                    return false;
                }

                name[length++] = char.ToLowerInvariant((char)b);
            }
        }

        index = colon == line.Length ? -1 : IndexOf(name[..length]);
        return index >= 0;
    }

    private static int IndexOf(ReadOnlySpan<char> name)
    {
        for (var index = 0; index < SingleFields.Names.Length; index++)
        {
            if (name.SequenceEqual(SingleFields.Names[index]))
            {
                return index;
            }
        }

        return -1;
    }
}
