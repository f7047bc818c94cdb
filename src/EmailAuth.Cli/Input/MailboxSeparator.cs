using System.Buffers;

namespace EmailAuth.Cli.Input;

/// <summary>
/// Recognizes the line that starts a message in an mbox file (RFC 4155 appendix A): "From ", an address, and a date as asctime writes it,
/// such as <c>From joe@example.com Fri Jul 11 21:00:37 2003</c>.
/// </summary>
/// <remarks>
/// A sender chooses the first line of a message. A lenient mail program reads "From : ceo@example.com" as a header field. If we dropped
/// it as a separator, we would verify another author than the one that people see. Therefore a separator has no colon after "From" and
/// ends in a date.
/// </remarks>
internal static class MailboxSeparator
{
    // Weekday, month, day, time, two zones, year, two zones, "remote from HOST".
    private const int MaxDateWords = 12;

    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n"u8);

    public static ReadOnlySpan<byte> Start => "From "u8;

    /// <summary>Whether a line, with or without its end, is a separator.</summary>
    public static bool Is(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith(Start))
        {
            return false;
        }

        var rest = line[Start.Length..].Trim(" \t\r\n"u8);
        if (rest.IsEmpty || rest[0] == ':')
        {
            return false;
        }

        // The address may contain spaces ("joe at example.com"), so the date is searched from the end.
        Span<Range> words = stackalloc Range[MaxDateWords];
        words = words[LastWords(rest, words)..];
        for (var i = 0; i + 4 < words.Length; i++)
        {
            if (IsWeekday(rest[words[i]]) && IsMonth(rest[words[i + 1]]) && IsNumber(rest[words[i + 2]], 1, 2) && IsTime(rest[words[i + 3]]))
            {
                return EndsInYear(rest, words[(i + 4)..]);
            }
        }

        return false;
    }

    // Fills in the words from the end, and returns the index of the first one.
    private static int LastWords(ReadOnlySpan<byte> text, Span<Range> words)
    {
        var (index, end) = (words.Length, text.Length);
        while (index > 0 && end > 0)
        {
            var start = text[..end].LastIndexOfAny(WhiteSpace) + 1;
            if (start < end)
            {
                words[--index] = start..end;
            }

            end = start - 1;
        }

        return index;
    }

    // The year, with the zone before it ("EDT 2003"), after it ("2003 +0000") or absent; then perhaps what UUCP adds.
    private static bool EndsInYear(ReadOnlySpan<byte> text, ReadOnlySpan<Range> words)
    {
        if (words.Length >= 3 && text[words[^3]].SequenceEqual("remote"u8) && text[words[^2]].SequenceEqual("from"u8))
        {
            words = words[..^3];
        }

        var year = 0;
        while (year < words.Length && !IsNumber(text[words[year]], 4, 4))
        {
            year++;
        }

        return year <= 2 && year < words.Length && words.Length - year - 1 <= 2
            && AreZones(text, words[..year]) && AreZones(text, words[(year + 1)..]);
    }

    private static bool AreZones(ReadOnlySpan<byte> text, ReadOnlySpan<Range> words)
    {
        foreach (var word in words)
        {
            var zone = text[word];
            var isOffset = zone is [(byte)'+' or (byte)'-', ..] && IsNumber(zone[1..], 4, 4);
            if (!isOffset && (zone.Length > 5 || zone.ContainsAnyExceptInRange((byte)'A', (byte)'Z')))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsTime(ReadOnlySpan<byte> text)
    {
        var colon = text.IndexOf((byte)':');
        if (colon < 0 || !IsNumber(text[..colon], 1, 2))
        {
            return false;
        }

        var rest = text[(colon + 1)..];
        return rest.Length == 2 ? IsNumber(rest, 2, 2) : rest.Length == 5 && rest[2] == ':' && IsNumber(rest[..2], 2, 2) && IsNumber(rest[3..], 2, 2);
    }

    private static bool IsNumber(ReadOnlySpan<byte> text, int least, int most) =>
        text.Length >= least && text.Length <= most && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool IsWeekday(ReadOnlySpan<byte> text) => text.Length == 3 && "Mon Tue Wed Thu Fri Sat Sun"u8.IndexOf(text) is >= 0 and var at && at % 4 == 0;

    private static bool IsMonth(ReadOnlySpan<byte> text) =>
        text.Length == 3 && "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"u8.IndexOf(text) is >= 0 and var at && at % 4 == 0;
}
