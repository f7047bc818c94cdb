using System.Text;

namespace EmailAuth.Reports.Feedback;

/// <summary>Writes fields in the form of a header so that no value of a sender ends its field or begins another one.</summary>
internal static class WrittenField
{
    // RFC 5322 section 2.1.1: 78 characters where a line can be broken, never more than 998.
    private const int PreferredLine = 78;
    // With the name of a field, and the spaces before it, a word of this length is in a line of less than 998.
    private const int LongestWord = 800;

    // Above what any honest field has; a record of SPF may have 64 KiB.
    private const int MaxValue = 4096;

    /// <summary>Appends a field with its line end; nothing when the value is null or has nothing to say.</summary>
    /// <param name="text">Gets it.</param>
    /// <param name="name">The name: printable US-ASCII without a colon.</param>
    /// <param name="value">The value, with any characters.</param>
    public static void Append(StringBuilder text, string name, string? value)
    {
        var plain = Plain(value);
        if (plain.Length == 0)
        {
            return;
        }

        text.Append(name).Append(':');
        var column = name.Length + 1;
        foreach (var range in plain.AsSpan().Split(' '))
        {
            // Several spaces give empty words: only a single space can become a folding without a change of the value.
            // Past the line, the second space and those after it are left out, as otherwise a line of them would have no end.
            var word = plain.AsSpan()[range];
            if (word.IsEmpty && column > PreferredLine)
            {
                continue;
            }

            var isFold = column > name.Length + 1 && column + 1 + word.Length > PreferredLine && !word.IsEmpty && text[^1] != ' ';
            _ = isFold ? text.Append("\r\n ") : text.Append(' ');
            column = isFold ? 1 : column + 1;
            while (word.Length > LongestWord)
            {
                text.Append(word[..LongestWord]).Append("\r\n ");
                word = word[LongestWord..];
                column = 1;
            }

            text.Append(word);
            column += word.Length;
        }

        text.Append("\r\n");
    }

    /// <summary>A value in one line of printable US-ASCII: line ends and other control characters become spaces, other characters question marks.</summary>
    /// <param name="value">The value; null is empty.</param>
    public static string Plain(string? value)
    {
        if (value is null)
        {
            return string.Empty;
        }

        var text = value.AsSpan(0, Math.Min(value.Length, MaxValue)).Trim();
        return string.Create(text.Length, text, static (plain, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                plain[i] = char.IsControl(source[i]) ? ' ' : char.IsAscii(source[i]) ? source[i] : '?';
            }
        }).Trim();
    }

    /// <summary>The same without what begins, ends or escapes a comment (RFC 5322 section 3.2.2), which readers take away.</summary>
    /// <param name="value">The value; null stays so.</param>
    public static string? Word(string? value) => value is null ? null : Plain(value).Replace('(', '?').Replace(')', '?').Replace('\\', '?');

    /// <summary>An address in angle brackets; empty for the null reverse-path.</summary>
    /// <param name="address">The address; null stays so.</param>
    public static string? Path(string? address) => address is null ? null : $"<{Word(address)!.Replace('<', '?').Replace('>', '?')}>";
}
