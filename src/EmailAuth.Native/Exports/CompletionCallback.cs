using EmailAuth.Native.Handles;

namespace EmailAuth.Native.Exports;

/// <summary>The caller's function for the end of a completion, and the caller's pointer that is passed to it.</summary>
internal sealed unsafe class CompletionCallback(nint session, nint function, nint userData)
{
    public void Call(AuthenticationOutcome? outcome, Exception? error)
    {
        nint result = 0;
        int status;
        try
        {
            if (outcome is not null)
            {
                result = Handle.Table.Add(new NativeResult(outcome));
            }

            status = error is null ? (int)Status.Ok : InteropBoundary.Failed(error);
        }
        catch (Exception exception)
        {
            status = InteropBoundary.Failed(exception);
        }

        ((delegate* unmanaged[Cdecl]<nint, int, nint, void*, void>)function)(session, status, result, (void*)userData);
    }
}
