using System.Runtime.InteropServices;

namespace EmailAuth.Reports.Store.Incoming;

/// <summary>The UTC days that a report is about.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReportDays(DateOnly First, DateOnly Last)
{
    // A month. Of a report over a longer period the days cannot be told, and a forged one must not have thousands.
    private const int MaxDays = 31;

    public int Count => Last.DayNumber - First.DayNumber + 1;

    /// <summary>The days of a period. The end is the last second or the first one after it; a period that is too long counts on its first day.</summary>
    public static ReportDays Of(DateTimeOffset? begin, DateTimeOffset? end, DateTimeOffset now)
    {
        var from = begin ?? end ?? now;
        var first = DateOnly.FromDateTime(from.UtcDateTime);
        if (end is not { } until || until <= from)
        {
            return new ReportDays(first, first);
        }

        var last = DateOnly.FromDateTime(until.AddTicks(-1).UtcDateTime);
        return last.DayNumber - first.DayNumber >= MaxDays ? new ReportDays(first, first) : new ReportDays(first, last);
    }

    /// <summary>A count split evenly: what is left over goes to a day each, beginning with another day for each row.</summary>
    public IEnumerable<(DateOnly Day, long Count)> Split(long count, long row)
    {
        var (each, left) = Math.DivRem(count, Count);
        for (var index = 0; index < Count; index++)
        {
            var part = each + (((index + row) % Count) < left ? 1 : 0);
            if (part > 0)
            {
                yield return (First.AddDays(index), part);
            }
        }
    }
}
