using System.Buffers;

namespace EmailAuth.Syntax;

/// <summary>
/// Where quoted-strings and comments end (RFC 5322 sections 3.2.2 and 3.2.4): by the grammar, or for a reader that ignores parts of it.
/// </summary>
internal static class DelimitedText
{
    private static readonly SearchValues<char> QuotedMarks = SearchValues.Create("\\\"");
    private static readonly SearchValues<char> CommentMarks = SearchValues.Create("\\()");

    /// <summary>Where a quoted-string ends.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">The position of its opening quote.</param>
    /// <param name="escapes">Whether a backslash escapes the next character (section 3.2.1).</param>
    /// <returns>The position after its closing quote; -1 without one.</returns>
    public static int EndOfQuotedString(ReadOnlySpan<char> text, int start, bool escapes = true)
    {
        var position = start + 1;
        while (TrySkipPast(QuotedMarks, text, escapes, ref position, out var mark))
        {
            if (mark == '"')
            {
                return position;
            }
        }

        return -1;
    }

    /// <summary>Where a comment ends.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">The position of its opening parenthesis.</param>
    /// <param name="nests">Whether a comment may hold another one.</param>
    /// <param name="escapes">Whether a backslash escapes the next character.</param>
    /// <returns>The position after its closing parenthesis; -1 without one.</returns>
    public static int EndOfComment(ReadOnlySpan<char> text, int start, bool nests, bool escapes)
    {
        var (position, depth) = (start + 1, 1);
        while (TrySkipPast(CommentMarks, text, escapes, ref position, out var mark))
        {
            depth += mark == ')' ? -1 : mark == '(' && nests ? 1 : 0;
            if (depth == 0)
            {
                return position;
            }
        }

        return -1;
    }

    // Past the next mark, and past the character that a backslash escapes.
    private static bool TrySkipPast(SearchValues<char> marks, ReadOnlySpan<char> text, bool escapes, ref int position, out char mark)
    {
        var offset = text[position..].IndexOfAny(marks);
        if (offset < 0)
        {
            mark = '\0';
            return false;
        }

        mark = text[position + offset];
        position = Math.Min(text.Length, position + offset + (mark == '\\' && escapes ? 2 : 1));
        return true;
    }
}
