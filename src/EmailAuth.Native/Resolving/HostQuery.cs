using System.Text;
using EmailAuth.Dns;
using EmailAuth.Native.Exports;

namespace EmailAuth.Native.Resolving;

/// <summary>
/// One question to the caller's resolver. Its handle is the right to answer it: the answer and the end of the wait both try to take it out of the
/// table, and the one that succeeds ends the query.
/// </summary>
internal sealed unsafe class HostQuery(DnsQuestion question, nint function, nint userData)
{
    // What waits for the answer runs on threads of the library, not in the call that answers.
    private readonly TaskCompletionSource<DnsResponse> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _end;
    private nint _handle;

    public DnsQuestion Question => question;

    public Task<DnsResponse> Answer => _answer.Task;

    public void Begin(nint handle, CancellationToken cancellationToken)
    {
        _handle = handle;
        _end = cancellationToken.UnsafeRegister(static (state, token) => ((HostQuery)state!).GiveUp(token), this);
    }

    /// <summary>Calls the caller's resolver, unless nothing waits for the answer any more.</summary>
    public void Ask()
    {
        if (_answer.Task.IsCompleted)
        {
            return;
        }

        var name = Encoding.UTF8.GetBytes(question.Name + "\0");
        fixed (byte* text = name)
        {
            ((delegate* unmanaged[Cdecl]<nint, byte*, int, void*, void>)function)(_handle, text, (int)question.Type, (void*)userData);
        }
    }

    /// <summary>Ends the query with an answer, once its handle was taken out of the table.</summary>
    public void End(DnsResponse response)
    {
        _end.Unregister();
        _answer.TrySetResult(response);
    }

    private void GiveUp(CancellationToken cancellationToken)
    {
        if (Handle.Table.TryRemove<HostQuery>(_handle))
        {
            _answer.TrySetCanceled(cancellationToken);
        }
    }
}
