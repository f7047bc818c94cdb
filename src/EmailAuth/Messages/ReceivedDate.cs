using System.Globalization;
using System.Runtime.InteropServices;

namespace EmailAuth.Messages;

/// <summary>Reads the date of a Received field (RFC 5322 section 3.3, and the obsolete forms of section 4.3), and that of asctime.</summary>
internal static class ReceivedDate
{
    // Weekday, day, month, year, time, zone, and a name of the zone that is not in a comment.
    private const int MaxWords = 8;

    // RFC 5322 section 4.3: hours from UTC.
    private static readonly (string Name, int Hours)[] ZoneNames =
    [
        ("EST", -5), ("EDT", -4), ("CST", -6), ("CDT", -5), ("MST", -7), ("MDT", -6), ("PST", -8), ("PDT", -7),
    ];

    /// <summary>Reads a date; null when the text is not one.</summary>
    public static DateTimeOffset? Read(ReadOnlySpan<char> text)
    {
        var lexer = new ReceivedLexer(text);
        var parts = default(Parts);
        var count = 0;
        ReceivedLexer.Token kind;
        while ((kind = lexer.Next(out var token)) != ReceivedLexer.Token.End)
        {
            if (kind == ReceivedLexer.Token.Semicolon || (kind == ReceivedLexer.Token.Word && ++count > MaxWords))
            {
                return null;
            }

            if (kind == ReceivedLexer.Token.Word)
            {
                Read(token.TrimEnd(','), ref parts);
            }
        }

        return parts.ToDate();
    }

    // The parts are told apart by their form, because the order differs: "26 Nov 2026 10:00:00 +0100" and "Nov 26 10:00:00 2026".
    private static void Read(ReadOnlySpan<char> word, ref Parts parts)
    {
        if (word.Contains(':'))
        {
            parts.Time ??= ReadTime(word);
        }
        else if (word is ['+' or '-', ..])
        {
            parts.Zone ??= ReadOffset(word);
        }
        else if (TryReadNumber(word, 4, out var number))
        {
            // RFC 5322 section 4.3: a year of two digits is from 1950 to 2049, one of three digits counts from 1900.
            if (parts.Day is null && word.Length <= 2)
            {
                parts.Day = number;
            }
            else
            {
                parts.Year ??= word.Length switch { <= 2 => number + (number < 50 ? 2000 : 1900), 3 => number + 1900, _ => number };
            }
        }
        else if (MonthOf(word) is { } month)
        {
            parts.Month ??= month;
        }
        else if (parts.Time is not null)
        {
            parts.Zone ??= ZoneOf(word);
        }
    }

    private static TimeSpan? ReadTime(ReadOnlySpan<char> word)
    {
        Span<Range> ranges = stackalloc Range[4];
        var count = word.Split(ranges, ':');
        if (count is not (2 or 3) || !TryReadNumber(word[ranges[0]], 2, out var hour) || !TryReadNumber(word[ranges[1]], 2, out var minute))
        {
            return null;
        }

        var second = 0;
        if (count == 3)
        {
            var seconds = word[ranges[2]];
            var dot = seconds.IndexOf('.');
            if (!TryReadNumber(dot < 0 ? seconds : seconds[..dot], 2, out second))
            {
                return null;
            }
        }

        // Second 60 is a leap second.
        return hour < 24 && minute < 60 && second <= 60 ? new TimeSpan(hour, minute, Math.Min(second, 59)) : null;
    }

    private static TimeSpan? ReadOffset(ReadOnlySpan<char> word) =>
        word.Length == 5 && TryReadNumber(word[1..], 4, out var number) && number / 100 < 14 && number % 100 < 60
            ? new TimeSpan(number / 100, number % 100, 0) * (word[0] == '-' ? -1 : 1)
            : null;

    // RFC 5322 section 4.3: a zone that is not known counts as UTC.
    private static TimeSpan ZoneOf(ReadOnlySpan<char> word)
    {
        foreach (var (name, hours) in ZoneNames)
        {
            if (word.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return TimeSpan.FromHours(hours);
            }
        }

        return TimeSpan.Zero;
    }

    private static int? MonthOf(ReadOnlySpan<char> word) =>
        word.Length == 3 && "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".AsSpan().IndexOf(word, StringComparison.OrdinalIgnoreCase) is >= 0 and var at && at % 4 == 0
            ? (at / 4) + 1
            : null;

    private static bool TryReadNumber(ReadOnlySpan<char> word, int digits, out int number)
    {
        number = 0;
        return word.Length > 0 && word.Length <= digits && !word.ContainsAnyExceptInRange('0', '9')
            && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    [StructLayout(LayoutKind.Auto)]
    private record struct Parts(int? Day, int? Month, int? Year, TimeSpan? Time, TimeSpan? Zone)
    {
        public readonly DateTimeOffset? ToDate() =>
            Day is > 0 && Month is { } month && Year is >= 1900 and < 9999 and { } year && Time is { } time && Day <= DateTime.DaysInMonth(year, month)
                ? new DateTimeOffset(year, month, Day.Value, time.Hours, time.Minutes, time.Seconds, Zone ?? TimeSpan.Zero)
                : null;
    }
}
