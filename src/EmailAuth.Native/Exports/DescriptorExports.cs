using System.Runtime.InteropServices;
using EmailAuth.Native.Handles;

namespace EmailAuth.Native.Exports;

/// <summary>The calls for programs with an event loop, which wait on a descriptor. Their contract is in emailauth.h.</summary>
internal static unsafe class DescriptorExports
{
    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_complete_descriptor")]
    public static int Complete(nint session, int* descriptor)
    {
        try
        {
            var called = Handle.Table.Find<NativeSession>(session);
            Input.CheckOutput(descriptor, "descriptor");
            *descriptor = called.CompleteByDescriptor();
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_take_result")]
    public static int TakeResult(nint session, nint* result)
    {
        try
        {
            Input.CheckOutput(result, "result");
            *result = 0;
            *result = Handle.Table.Add(new NativeResult(Handle.Table.Find<NativeSession>(session).TakeResult()));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }
}
