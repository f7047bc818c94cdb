using System.Globalization;
using System.Net;

namespace EmailAuth.Milter.Configuration;

/// <summary>Reads one value of the configuration from its text. Null: the text is none.</summary>
internal static class ConfigurationValue
{
    /// <summary>Reads a time such as <c>500ms</c>, <c>30s</c>, <c>5m</c> or <c>2h</c>.</summary>
    public static TimeSpan? Duration(string text)
    {
        foreach (var (unit, length) in (ReadOnlySpan<(string, double)>)[("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)])
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase) &&
                int.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                return TimeSpan.FromMilliseconds(count * length);
            }
        }

        return null;
    }

    /// <summary>Reads an address with a port; where none stands the given one is meant.</summary>
    public static IPEndPoint? EndPoint(string text, int defaultPort) => IPEndPoint.TryParse(text, out var endPoint)
        ? new IPEndPoint(endPoint.Address, endPoint.Port == 0 ? defaultPort : endPoint.Port)
        : null;

    /// <summary>Reads access rights in octal, such as <c>0660</c>.</summary>
    public static UnixFileMode? FileMode(string text)
    {
        var mode = 0;
        foreach (var digit in text)
        {
            if (digit is < '0' or > '7' || mode > 0x3f)
            {
                return null;
            }

            mode = (mode << 3) | (digit - '0');
        }

        return text.Length > 0 ? (UnixFileMode)mode : null;
    }

    /// <summary>Reads one of an enumeration's names, without regard to case. Numbers are none.</summary>
    public static T? Name<T>(string text)
        where T : struct, Enum =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value)
            ? value
            : null;
}
