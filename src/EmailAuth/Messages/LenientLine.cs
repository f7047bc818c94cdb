using EmailAuth.Syntax;

namespace EmailAuth.Messages;

/// <summary>
/// The lines of a field as the most lenient reader behind us sees them. The only line end of RFC 5322 section 2.2 is CRLF; a field
/// with a bare CR or LF may be several fields to such a reader.
/// </summary>
internal static class LenientLine
{
    /// <summary>
    /// How long the first line is, its line end included. RFC 5322 section 2.2.3: a line goes on after CRLF and white space. Lenient readers
    /// let it go on after a bare CR or LF and white space too; each other line break starts a line to them.
    /// </summary>
    /// <param name="text">A field, or what is left of it.</param>
    public static int LengthOfFirst(ReadOnlySpan<byte> text)
    {
        var position = 0;
        while (text[position..].IndexOfAny((byte)'\r', (byte)'\n') is var length and >= 0)
        {
            position += length + 1;
            if (text[position - 1] == (byte)'\r' && position < text.Length && text[position] == (byte)'\n')
            {
                position++;
            }

            if (position == text.Length || !CharacterClasses.IsWsp(text[position]))
            {
                return position;
            }
        }

        return text.Length;
    }

    /// <summary>Where the value of a line begins that has a given name by the most lenient reading; -1 when it has another name.</summary>
    /// <param name="line">The line.</param>
    /// <param name="name">The name, in lower case.</param>
    public static int ValueOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.IndexOf((byte)':') is var colon and >= 0 && IsNamed(line[..colon], name) ? colon + 1 : -1;

    /// <summary>Whether a field's name is a given one by the most lenient reading.</summary>
    /// <param name="name">The text before the colon.</param>
    /// <param name="expected">The name, in lower case.</param>
    public static bool IsNamed(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected)
    {
        if (name.Length < expected.Length)
        {
            return false;
        }

        // Readers are known to drop control bytes, spaces, zero-width characters and a byte order mark.
        var matched = 0;
        foreach (var b in name)
        {
            if (b is <= (byte)' ' or >= 0x7f)
            {
                continue;
            }

            if (matched == expected.Length || (char.IsAsciiLetterUpper((char)b) ? b | 0x20 : b) != expected[matched])
            {
                return false;
            }

            matched++;
        }

        return matched == expected.Length;
    }
}
