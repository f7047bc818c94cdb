namespace EmailAuth.Results;

/// <summary>
/// How a reader takes comments (RFC 5322 section 3.2.2) out of a field: whether it knows that they nest, that a backslash takes the next
/// character with it, and that a parenthesis in quotes begins none.
/// </summary>
internal readonly record struct CommentReading(bool Nests, bool Escapes, bool Quotes)
{
    /// <summary>Every kind of reader.</summary>
    public static IReadOnlyList<CommentReading> All { get; } =
    [
        new(true, true, true), new(true, true, false), new(true, false, true), new(true, false, false),
        new(false, true, true), new(false, true, false), new(false, false, true), new(false, false, false),
    ];

    /// <summary>The text without its comments; one that does not end takes the rest with it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="kept">Takes what is left, at most the length of the text.</param>
    /// <returns>The length of what is left.</returns>
    public int Remove(ReadOnlySpan<char> text, Span<char> kept)
    {
        var (length, depth, isQuoted) = (0, 0, false);
        for (var position = 0; position < text.Length; position++)
        {
            var c = text[position];
            var takesNext = Escapes && c == '\\' && position + 1 < text.Length && (isQuoted || depth > 0);
            if (depth > 0)
            {
                depth += c == '(' && Nests ? 1 : c == ')' ? -1 : 0;
                position += takesNext ? 1 : 0;
            }
            else if (c == '(' && !isQuoted)
            {
                depth = 1;
            }
            else
            {
                isQuoted ^= c == '"' && Quotes;
                kept[length++] = c;
                if (takesNext)
                {
                    kept[length++] = text[++position];
                }
            }
        }

        return length;
    }
}
