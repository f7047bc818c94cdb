using System.Runtime.InteropServices;

namespace EmailAuth.Benchmarks;

/// <summary>What the figures were taken on.</summary>
internal static class Machine
{
    private const string CpuFile = "/proc/cpuinfo";

    /// <summary>Processor, cores, system and runtime in one line.</summary>
    public static string Description =>
        $"{Processor}, {Environment.ProcessorCount} cores; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}";

    private static string Processor =>
        File.Exists(CpuFile)
        && File.ReadLines(CpuFile).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>The load that the system reports, which says how far the times of a run can be trusted.</summary>
    public static string Load =>
        File.Exists("/proc/loadavg") ? $"Load average: {File.ReadAllText("/proc/loadavg").Split(' ')[0]} on {Environment.ProcessorCount} cores." : "Load average: not known.";

    /// <summary>The processor time of this process so far.</summary>
    public static TimeSpan ProcessorTime
    {
        get
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            return process.TotalProcessorTime;
        }
    }
}
