using System.Runtime.InteropServices;

namespace EmailAuth.Reports.Store;

/// <summary>The time that a report is about: a UTC day, or a part of one in whole hours (RFC 9990 section 3.1.1).</summary>
/// <remarks>Its bounds are those of the period, not the times of its first and last message.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ReportPeriod
{
    /// <summary>The hours of a day.</summary>
    public const int DayHours = 24;

    /// <summary>When it begins, in UTC.</summary>
    public required DateTimeOffset Begin { get; init; }

    /// <summary>When it ends, in UTC: the first moment that is not in it.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Whether periods can have this length: whole hours that divide a day.</summary>
    /// <param name="hours">The length.</param>
    public static bool IsLength(int hours) => hours is >= 1 and <= DayHours && DayHours % hours == 0;

    /// <summary>The period that a time is in.</summary>
    /// <param name="time">The time, such as the receipt of a message.</param>
    /// <param name="hours">The length of the day's periods.</param>
    /// <exception cref="ArgumentOutOfRangeException">Periods cannot have this length.</exception>
    public static ReportPeriod Of(DateTimeOffset time, int hours)
    {
        if (!IsLength(hours))
        {
            throw new ArgumentOutOfRangeException(nameof(hours), hours, "A period has a number of hours that divides a day.");
        }

        var utc = time.ToUniversalTime();
        var begin = DayOf(utc).AddHours(utc.Hour / hours * hours);
        return new ReportPeriod { Begin = begin, End = begin.AddHours(hours) };
    }

    /// <summary>The begin of the UTC day that a time is in.</summary>
    /// <param name="time">The time.</param>
    public static DateTimeOffset DayOf(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>The begin and the end.</summary>
    public override string ToString() => $"{Begin:yyyy-MM-dd'T'HH:mm'Z'} to {End:yyyy-MM-dd'T'HH:mm'Z'}";
}
