using EmailAuth.Syntax;

namespace EmailAuth.Results;

/// <summary>
/// How a reader removes comments (RFC 5322 section 3.2.2) from a field: whether it knows that comments nest, that a backslash escapes the
/// next character, and that a parenthesis in quotes does not begin a comment.
/// </summary>
internal readonly record struct CommentReading(bool Nests, bool Escapes, bool Quotes)
{
    /// <summary>What RFC 5322 says.</summary>
    public static CommentReading Grammar { get; } = new(true, true, true);

    /// <summary>Every kind of reader.</summary>
    public static IReadOnlyList<CommentReading> All { get; } =
    [
        Grammar, new(true, true, false), new(true, false, true), new(true, false, false),
        new(false, true, true), new(false, true, false), new(false, false, true), new(false, false, false),
    ];

    /// <summary>The position behind a comment that begins at a position; -1 when it does not end.</summary>
    public int EndOf(ReadOnlySpan<char> text, int start) => DelimitedText.EndOfComment(text, start, Nests, Escapes);

    /// <summary>The text without its comments; a comment that does not end removes the rest.</summary>
    /// <param name="text">The text.</param>
    /// <param name="kept">Receives what is left, at most the length of the text.</param>
    /// <returns>The length of what is left.</returns>
    public int Remove(ReadOnlySpan<char> text, Span<char> kept)
    {
        var (length, isQuoted) = (0, false);
        for (var position = 0; position < text.Length;)
        {
            var c = text[position];
            if (c == '(' && !isQuoted)
            {
                var end = EndOf(text, position);
                position = end < 0 ? text.Length : end;
                continue;
            }

            isQuoted ^= c == '"' && Quotes;
            kept[length++] = c;
            position++;
            if (isQuoted && Escapes && c == '\\' && position < text.Length)
            {
                kept[length++] = text[position++];
            }
        }

        return length;
    }
}
