using System.Runtime.InteropServices;
using EmailAuth.Hosting;
using EmailAuth.Native.Handles;

namespace EmailAuth.Native.Exports;

/// <summary>The calls on a session. Their contract is in emailauth.h.</summary>
internal static unsafe class SessionExports
{
    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_new")]
    public static int New(nint pipeline, byte* client, nuint clientLength, byte* helo, nuint heloLength, nint* session)
    {
        try
        {
            Input.CheckOutput(session, "session");
            *session = 0;
            var judge = Handle.Table.Find<NativePipeline>(pipeline);
            var address = Input.Address(client, clientLength, "client");
            var said = helo is null && heloLength == 0 ? null : Input.Said(helo, heloLength, "helo");
            *session = Handle.Table.Add(judge.Begin(address, said));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_helo")]
    public static int Helo(nint session, byte* helo, nuint length)
    {
        try
        {
            var called = Handle.Table.Find<NativeSession>(session);
            Input.CheckOutput(helo, "helo");
            var said = Input.Said(helo, length, "helo");
            using var call = new SessionCall(called);
            return call.Do(said, static (s, text) => s.SetHelo(text));
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_mail_from")]
    public static int MailFrom(nint session, byte* reversePath, nuint length)
    {
        try
        {
            var called = Handle.Table.Find<NativeSession>(session);
            var said = Input.Said(reversePath, length, "reverse_path");
            using var call = new SessionCall(called);
            return call.Do(said, static (s, text) => s.SetMailFrom(text));
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_recipient")]
    public static int Recipient(nint session, byte* mailbox, nuint length)
    {
        try
        {
            var called = Handle.Table.Find<NativeSession>(session);
            Input.CheckOutput(mailbox, "mailbox");
            var said = Input.Said(mailbox, length, "mailbox");
            using var call = new SessionCall(called);
            return call.Do(said, static (s, text) => s.AddRecipient(text));
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_authenticated")]
    public static int Authenticated(nint session, int isAuthenticated)
    {
        try
        {
            using var call = new SessionCall(Handle.Table.Find<NativeSession>(session));
            return call.Do(isAuthenticated != 0, static (s, value) => s.IsAuthenticatedSubmission = value);
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_header")]
    public static int Header(nint session, byte* name, nuint nameLength, byte* value, nuint valueLength)
    {
        try
        {
            var called = Handle.Table.Find<NativeSession>(session);
            var nameBytes = Input.Bytes(name, nameLength, "name");
            var valueBytes = Input.Bytes(value, valueLength, "value");
            using var call = new SessionCall(called);
            return call.AddHeaderField(nameBytes, valueBytes);
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_header_lf")]
    public static int HeaderLf(nint session, byte* name, nuint nameLength, byte* value, nuint valueLength)
    {
        try
        {
            var called = Handle.Table.Find<NativeSession>(session);
            var nameBytes = Input.Bytes(name, nameLength, "name");
            var valueBytes = Input.Bytes(value, valueLength, "value");
            var lines = FieldLines.ToCrlf(valueBytes, "value");
            using var call = new SessionCall(called);
            return call.AddHeaderField(nameBytes, lines ?? valueBytes);
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_end_of_headers")]
    public static int EndOfHeaders(nint session)
    {
        try
        {
            using var call = new SessionCall(Handle.Table.Find<NativeSession>(session));
            return call.Do(0, static (s, _) => s.EndOfHeaders());
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_body")]
    public static int Body(nint session, byte* chunk, nuint length)
    {
        try
        {
            var called = Handle.Table.Find<NativeSession>(session);
            var bytes = Input.Chunk(chunk, length, "chunk");
            using var call = new SessionCall(called);
            return call.AppendBody(bytes);
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_complete")]
    public static int Complete(nint session, nint* result)
    {
        try
        {
            Input.CheckOutput(result, "result");
            *result = 0;
            *result = Handle.Table.Add(new NativeResult(Handle.Table.Find<NativeSession>(session).Complete()));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_complete_async")]
    public static int CompleteAsync(nint session, delegate* unmanaged[Cdecl]<nint, int, nint, void*, void> callback, void* userData)
    {
        try
        {
            var called = Handle.Table.Find<NativeSession>(session);
            Input.CheckOutput(callback, "callback");
            called.Complete(new CompletionCallback(session, (nint)callback, (nint)userData).Call);
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_applied")]
    public static int Applied(nint session, int action, byte* reply, nuint length)
    {
        try
        {
            var called = Handle.Table.Find<NativeSession>(session);
            var applied = new AppliedAction { Action = Input.Action(action, "action"), SmtpReply = reply is null && length == 0 ? null : Input.Said(reply, length, "reply") };
            using var call = new SessionCall(called);
            return call.Do(applied, static (s, what) => s.ReportApplied(what));
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_abort")]
    public static int Abort(nint session)
    {
        try
        {
            Handle.Table.Find<NativeSession>(session).Abort();
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_reset")]
    public static int Reset(nint session)
    {
        try
        {
            Handle.Table.Find<NativeSession>(session).Reset();
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_session_free")]
    public static int Free(nint session)
    {
        try
        {
            if (session != 0)
            {
                var freed = Handle.Table.Find<NativeSession>(session);
                freed.Take();
                Handle.Table.Remove<NativeSession>(session);
                freed.End();
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }
}
