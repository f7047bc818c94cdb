using System.Globalization;

namespace EmailAuth.Settings;

/// <summary>Times as operators write them: a whole number and a unit, <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c>.</summary>
internal static class DurationText
{
    private static readonly (string Name, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
        ("d", TimeSpan.TicksPerDay),
    ];

    public static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        foreach (var (name, ticks) in Units)
        {
            if (text.EndsWith(name, StringComparison.OrdinalIgnoreCase)
                && long.TryParse(text.AsSpan(0, text.Length - name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count <= TimeSpan.MaxValue.Ticks / ticks)
            {
                time = TimeSpan.FromTicks(count * ticks);
                return true;
            }
        }

        return false;
    }

    /// <summary>A time in the largest unit of which it has a whole number; fractions of a millisecond are cut off.</summary>
    public static string Write(TimeSpan time)
    {
        var (name, ticks) = time == TimeSpan.Zero ? Units[1] : Units.Last(unit => unit.Ticks == TimeSpan.TicksPerMillisecond || time.Ticks % unit.Ticks == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / ticks}{name}");
    }
}
