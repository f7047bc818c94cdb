using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace EmailAuth.Fuzz;

/// <summary>Hears of every branch that the library takes, when it is instrumented with SHARPFUZZ_ENABLE_ON_BRANCH_CALLBACK=1.</summary>
internal static class BranchTrace
{
    // What is instrumented marks branches in a table of this size, which AFL otherwise provides.
    private const int TableBytes = 64 * 1024;

    /// <summary>Calls back for each branch with its number and its method. To be called once, before the library is used.</summary>
    /// <param name="taken">What to call; null only gives the library the table that it writes to.</param>
    public static unsafe void Start(Action<int, string>? taken)
    {
        Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(TableBytes); // for as long as the process lives
        Trace.OnBranch = taken;
    }
}
