using System.Diagnostics;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>What the process holds between two rounds, with nothing under way and all garbage collected.</summary>
/// <param name="Elapsed">Since the start.</param>
/// <param name="MessagesPerSecond">Messages by the clock.</param>
/// <param name="MessagesPerProcessorSecond">Messages by the processor time that the process took, which does not depend on what else the machine does.</param>
/// <param name="HeapBytes">The managed heap.</param>
/// <param name="ResidentBytes">Memory that is resident, native memory and code included.</param>
/// <param name="Handles">Open file descriptors; elsewhere than on Linux the system's handles.</param>
/// <param name="Threads">Threads of the process.</param>
/// <param name="Timers">Timers that are set.</param>
/// <param name="DnsCacheBytes">About how much the resolver keeps.</param>
/// <param name="Keys">How many DKIM keys are kept.</param>
internal sealed record SoakSample(
    TimeSpan Elapsed,
    double MessagesPerSecond,
    double MessagesPerProcessorSecond,
    double HeapBytes,
    double ResidentBytes,
    double Handles,
    double Threads,
    double Timers,
    long DnsCacheBytes,
    int Keys)
{
    /// <summary>Collects all garbage, and what its finalizers leave.</summary>
    public static void Settle()
    {
        for (var pass = 0; pass < 2; pass++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
    }

    /// <summary>Takes a sample.</summary>
    public static SoakSample Take(TimeSpan elapsed, long messages, TimeSpan time, TimeSpan processorTime, SoakPipelines pipelines)
    {
        Settle();
        using var process = Process.GetCurrentProcess();
        return new SoakSample(
            elapsed,
            messages / time.TotalSeconds,
            messages / processorTime.TotalSeconds,
            GC.GetTotalMemory(forceFullCollection: false),
            process.WorkingSet64,
            OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries("/proc/self/fd").Length : process.HandleCount,
            process.Threads.Count,
            Timer.ActiveCount,
            pipelines.DnsCacheBytes,
            pipelines.KeyCount);
    }
}
