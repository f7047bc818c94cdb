using System.Globalization;

namespace EmailAuth.Cli.Pages;

/// <summary>Times as pages show them: in UTC, and said to be.</summary>
internal static class PageTime
{
    public static string Of(DateTimeOffset time) => time == DateTimeOffset.MaxValue
        ? "beyond the year 9999"
        : time.UtcDateTime.ToString("d MMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    public static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
}
