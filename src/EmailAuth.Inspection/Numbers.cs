using System.Globalization;

namespace EmailAuth.Inspection;

/// <summary>The text of numbers in findings and explanations.</summary>
internal static class Numbers
{
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number with what it counts, such as "1 address" and "2 addresses".</summary>
    public static string Of(int count, string what, string plural = "s") => $"{Text(count)} {what}{(count == 1 ? string.Empty : plural)}";
}
