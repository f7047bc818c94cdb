using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Support;

/// <summary>What must hold everywhere.</summary>
internal static class Expect
{
    /// <summary>An error has a reason, and lies within the text.</summary>
    public static void Parsed<T>(ParseResult<T> result, int length)
        where T : class
    {
        if (result.Error is { } error)
        {
            Reason(error.Reason, "an error");
            FindingException.ThrowIf(error.Position < 0 || error.Position > length, $"an error at {error.Position} of {length}");
        }
    }

    /// <summary>A reason says something.</summary>
    public static void Reason(string? reason, string what) =>
        FindingException.ThrowIf(string.IsNullOrWhiteSpace(reason), $"{what} without a reason");

    /// <summary>A text for people keeps to one line and to what a terminal or a log shows.</summary>
    public static void Printable(string? text, string what) =>
        FindingException.ThrowIf(text is not null && text.Any(char.IsControl), $"{what} with a control character: {text}");

    public static void Equal(string expected, string actual, string what) =>
        FindingException.ThrowIf(expected != actual, $"{what}:\n{expected}\n{actual}");

    /// <summary>The result of what asks a zone in memory, which answers at once.</summary>
    public static T Completed<T>(ValueTask<T> pending)
    {
        FindingException.ThrowIf(!pending.IsCompleted, "a zone in memory answers at once, yet the result is still to come");
        return pending.GetAwaiter().GetResult();
    }

    public static void Completed(ValueTask pending)
    {
        FindingException.ThrowIf(!pending.IsCompleted, "a zone in memory answers at once, yet the end is still to come");
        pending.GetAwaiter().GetResult();
    }
}
