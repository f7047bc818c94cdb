namespace EmailAuth.Native;

/// <summary>
/// The value of a header field in the form that signatures need: CRLF before each folded line, where the caller may have folded with LF alone, as
/// mail servers give values to milters.
/// </summary>
internal static class FieldLines
{
    /// <summary>The value with CRLF; null when it has that form already. What is neither folding with CRLF nor with LF is refused.</summary>
    /// <param name="value">The value without the line end that ends the field.</param>
    /// <param name="what">The name of the parameter in the header file.</param>
    public static byte[]? ToCrlf(ReadOnlySpan<byte> value, string what)
    {
        var bare = CountBare(value, what);
        if (bare == 0)
        {
            return null;
        }

        var lines = new byte[value.Length + bare];
        var length = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\n' && (i == 0 || value[i - 1] != '\r'))
            {
                lines[length++] = (byte)'\r';
            }

            lines[length++] = value[i];
        }

        return lines;
    }

    // How many LF have no CR before them.
    private static int CountBare(ReadOnlySpan<byte> value, string what)
    {
        var bare = 0;
        for (var at = 0; at < value.Length && value[at..].IndexOfAny((byte)'\r', (byte)'\n') is var next and >= 0;)
        {
            at += next;
            if (value[at] == '\n')
            {
                bare++;
            }
            else if (at + 1 == value.Length || value[++at] != '\n')
            {
                throw new InteropException(Status.Argument, $"{what}: the CR before offset {at + 1} has no LF after it (RFC 5322 section 2.2).");
            }

            // RFC 5322 section 2.2.3: a line that starts with anything else is a field of its own, and must not become part of this one.
            if (++at == value.Length || value[at] is not ((byte)' ' or (byte)'\t'))
            {
                throw new InteropException(Status.Argument, $"{what}: the line end before offset {at} has no white space after it (RFC 5322 section 2.2.3).");
            }
        }

        return bare;
    }
}
