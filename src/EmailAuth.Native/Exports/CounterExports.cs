using System.Runtime.InteropServices;
using System.Text;
using EmailAuth.Native.Watching;

namespace EmailAuth.Native.Exports;

/// <summary>The calls on what the library counts. Their contract is in emailauth.h.</summary>
internal static unsafe class CounterExports
{
    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_counters_start")]
    public static int Start()
    {
        try
        {
            HostCounters.Start();
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_counter")]
    public static int Counter(byte* name, nuint length, ulong* count)
    {
        try
        {
            Input.CheckOutput(count, "count");
            var wanted = Encoding.UTF8.GetString(Input.Written(name, length, "name"));
            *count = (ulong)HostCounters.Started.Read(wanted);
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_counters")]
    public static int Counters(byte* buffer, nuint capacity, nuint* length)
    {
        try
        {
            Input.Fill(HostCounters.Started.ReadAll(), buffer, capacity, length);
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }
}
