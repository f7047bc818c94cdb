using EmailAuth.Syntax;

namespace EmailAuth.Results;

/// <summary>
/// What is left of a field when a reader that is simpler than the grammar first removes comments, quoted-strings, or one after the other.
/// <see cref="CommentReading"/> has the readers that count parentheses; these are the ones that use regular expressions.
/// </summary>
internal static class SimplerReadings
{
    // The steps after those of CommentReading, in the regular expressions that such readers have.
    private const int Innermost = 8; // \([^()]*\)
    private const int InnermostRepeated = 9; // the same, until nothing matches
    private const int Greedy = 10; // \(.*\)
    private const int CommentSteps = 11;
    private const int Quoted = 11; // "[^"]*"
    private const int QuotedWithEscapes = 12; // "(\\.|[^"\\])*"
    private const int NoStep = -1;

    private static readonly (int First, int Second)[] OfComments = [.. Enumerable.Range(0, CommentSteps).Select(static step => (step, NoStep))];

    private static readonly (int First, int Second)[] OfQuotes = [(Quoted, NoStep), (QuotedWithEscapes, NoStep)];

    private static readonly (int First, int Second)[] OfBoth =
    [
        .. OfComments,
        .. OfQuotes,

        // The greedy match removes so much that the quotes it leaves no longer pair up: honest fields of other hosts would be removed.
        .. OfComments.Where(static c => c.First != Greedy).SelectMany(static c => OfQuotes.SelectMany(q => new[] { (c.First, q.First), (q.First, c.First) })),
    ];

    /// <summary>How many readings of a field can differ from the field itself.</summary>
    public static int Count(ReadOnlySpan<char> text) => Of(text).Length;

    /// <summary>What a reading leaves of a text.</summary>
    /// <param name="reading">Which one, from 0 to <see cref="Count"/>.</param>
    /// <param name="text">The text.</param>
    /// <param name="kept">Receives what is left, at most the length of the text.</param>
    /// <returns>The length of what is left.</returns>
    public static int Remove(int reading, ReadOnlySpan<char> text, Span<char> kept)
    {
        var (first, second) = Of(text)[reading];
        var length = Take(first, text, kept);

        // The output may overwrite the input: it is never longer.
        return second == NoStep ? length : Take(second, kept[..length], kept);
    }

    private static (int First, int Second)[] Of(ReadOnlySpan<char> text) => (text.Contains('('), text.Contains('"')) switch
    {
        (true, true) => OfBoth,
        (true, false) => OfComments,
        (false, true) => OfQuotes,
        (false, false) => [],
    };

    private static int Take(int step, ReadOnlySpan<char> text, Span<char> kept) => step switch
    {
        Innermost => TakeInnermost(text, kept, repeated: false),
        InnermostRepeated => TakeInnermost(text, kept, repeated: true),
        Greedy => TakeGreedy(text, kept),
        Quoted => TakeQuoted(text, kept, escapes: false),
        QuotedWithEscapes => TakeQuoted(text, kept, escapes: true),
        _ => CommentReading.All[step].Remove(text, kept),
    };

    // Each character is added once and removed once at most.
    private static int TakeInnermost(ReadOnlySpan<char> text, Span<char> kept, bool repeated)
    {
        var (length, open) = (0, 0);
        foreach (var c in text)
        {
            if (c == ')' && open > 0)
            {
                length = kept[..length].LastIndexOf('(');
                open = repeated ? open - 1 : 0;
                continue;
            }

            open += c == '(' ? 1 : 0;
            kept[length++] = c;
        }

        return length;
    }

    private static int TakeGreedy(ReadOnlySpan<char> text, Span<char> kept)
    {
        var (start, end) = (text.IndexOf('('), text.LastIndexOf(')'));
        if (start < 0 || end < start)
        {
            text.CopyTo(kept);
            return text.Length;
        }

        var after = text[(end + 1)..];
        text[..start].CopyTo(kept);
        after.CopyTo(kept[start..]);
        return start + after.Length;
    }

    // A quoted-string that does not end stays.
    private static int TakeQuoted(ReadOnlySpan<char> text, Span<char> kept, bool escapes)
    {
        var length = 0;
        while (text.IndexOf('"') is var start and >= 0)
        {
            var end = DelimitedText.EndOfQuotedString(text, start, escapes);
            if (end < 0)
            {
                break;
            }

            text[..start].CopyTo(kept[length..]);
            length += start;
            text = text[end..];
        }

        text.CopyTo(kept[length..]);
        return length + text.Length;
    }
}
