using System.Globalization;

namespace EmailAuth.Milter.Service;

/// <summary>How many files and sockets the process may have open at a time.</summary>
internal static class DescriptorLimit
{
    /// <summary>What the service needs beside the MTAs' connections: DNS sockets, log, configuration, the runtime's own.</summary>
    public const int Reserve = 300;

    private const string LimitsFile = "/proc/self/limits";
    private const string Line = "Max open files";

    /// <summary>The limit; null where it is not known, or there is none.</summary>
    public static long? Read()
    {
        try
        {
            return File.Exists(LimitsFile) ? Parse(File.ReadAllLines(LimitsFile)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads it from the lines of <c>/proc/self/limits</c>: name, soft limit, hard limit, unit.</summary>
    public static long? Parse(IEnumerable<string> lines)
    {
        var line = lines.FirstOrDefault(l => l.StartsWith(Line, StringComparison.Ordinal));
        return line?[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..] &&
            long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : null;
    }
}
