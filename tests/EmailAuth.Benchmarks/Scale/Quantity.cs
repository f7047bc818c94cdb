using System.Globalization;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>Numbers as people read them, whatever the machine's language is.</summary>
internal static class Quantity
{
    public static string Count(double value) => value.ToString(value < 1 ? "0.###" : "#,0", CultureInfo.InvariantCulture);

    /// <summary>A count for an axis: 1k, 10M.</summary>
    public static string Short(double value)
    {
        var (number, unit) = value switch
        {
            >= 1e9 => (value / 1e9, "G"),
            >= 1e6 => (value / 1e6, "M"),
            >= 1e3 => (value / 1e3, "k"),
            _ => (value, string.Empty),
        };
        return number.ToString("0.###", CultureInfo.InvariantCulture) + unit;
    }

    public static string Exponent(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Time(double seconds, int digits = 3)
    {
        var (value, unit) = seconds switch
        {
            >= 0.9999 => (seconds, "s"),
            >= 0.9999e-3 => (seconds * 1e3, "ms"),
            >= 0.9999e-6 => (seconds * 1e6, "µs"),
            _ => (seconds * 1e9, "ns"),
        };

        // So many significant digits; a tick of an axis needs none behind the point.
        var decimals = digits == 0 ? "0.###" : value >= 100 ? "0" : value >= 10 ? "0.0" : value >= 1 ? "0.00" : "0.000";
        return value.ToString(decimals, CultureInfo.InvariantCulture) + " " + unit;
    }
}
