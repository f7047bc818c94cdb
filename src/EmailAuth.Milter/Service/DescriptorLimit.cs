using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace EmailAuth.Milter.Service;

/// <summary>How many files and sockets the process may have open at a time.</summary>
internal static unsafe partial class DescriptorLimit
{
    private const string LimitsFile = "/proc/self/limits";
    private const string Line = "Max open files";

    // RLIMIT_NOFILE of Linux.
    private const int OpenFiles = 7;

    /// <summary>The limit; null when it is not known, or when there is no limit.</summary>
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

    /// <summary>Reads the limit from the lines of <c>/proc/self/limits</c>: name, soft limit, hard limit, unit.</summary>
    public static long? Parse(IEnumerable<string> lines)
    {
        var line = lines.FirstOrDefault(l => l.StartsWith(Line, StringComparison.Ordinal));
        return line?[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..] &&
            long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : null;
    }

    /// <summary>Raises the soft limit to the hard limit. .NET does so at its start, but a native program does not.</summary>
    public static void Raise()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Limits limits;
        if (getrlimit(OpenFiles, &limits) == 0 && limits.Soft < limits.Hard)
        {
            // If the system refuses, the limit stays, and the service works with it.
            limits.Soft = limits.Hard;
            _ = setrlimit(OpenFiles, &limits);
        }
    }

#pragma warning disable SYSLIB1054, IDE1006 // The names are the system's.
    [SupportedOSPlatform("linux"), LibraryImport("libc")]
    private static partial int getrlimit(int resource, Limits* limits);

    [SupportedOSPlatform("linux"), LibraryImport("libc")]
    private static partial int setrlimit(int resource, Limits* limits);
#pragma warning restore SYSLIB1054, IDE1006

    // struct rlimit: two numbers of the size of a long.
    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public nuint Soft;
        public nuint Hard;
    }
}
