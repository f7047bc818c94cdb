using System.Text;
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

    /// <summary>A header field: whole lines that go on with white space, of no more than 998 octets, and no encoded-word (RFC 2047) in it.</summary>
    public static void Field(string field)
    {
        // RFC 5322 sections 2.1.1 and 2.2.3.
        var lines = field.Split("\r\n");
        for (var i = 0; i < lines.Length; i++)
        {
            Printable(lines[i], "a line");
            FindingException.ThrowIf(Encoding.UTF8.GetByteCount(lines[i]) > 998, "a line of more than 998 octets");
            FindingException.ThrowIf(string.IsNullOrWhiteSpace(lines[i]) || (i > 0 && lines[i][0] != ' '), $"a line that ends the field: {field}");
        }

        FindingException.ThrowIf(field.Contains("=?", StringComparison.Ordinal), $"what some readers decode before anything else: {field}");
    }

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
