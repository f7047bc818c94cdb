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
}
