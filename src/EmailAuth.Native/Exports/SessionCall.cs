using EmailAuth.Native.Handles;

namespace EmailAuth.Native.Exports;

/// <summary>Holds a session for the duration of one call.</summary>
internal readonly ref struct SessionCall
{
    private readonly NativeSession _native;
    private readonly AuthenticationSession _session;

    public SessionCall(NativeSession native)
    {
        _session = native.Enter();
        _native = native;
    }

    public int Do<T>(T argument, Action<AuthenticationSession, T> call)
    {
        try
        {
            call(_session, argument);
            return (int)Status.Ok;
        }
        catch (InvalidOperationException mistake)
        {
            throw NativeSession.OutOfOrder(mistake);
        }
    }

    // A span cannot be a type argument of Func or Action.
    public int AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        try
        {
            _session.AddHeaderField(name, value);
            return (int)Status.Ok;
        }
        catch (InvalidOperationException mistake)
        {
            throw NativeSession.OutOfOrder(mistake);
        }
    }

    public int AppendBody(ReadOnlySpan<byte> chunk)
    {
        try
        {
            _session.AppendBody(chunk);
            return (int)Status.Ok;
        }
        catch (InvalidOperationException mistake)
        {
            throw NativeSession.OutOfOrder(mistake);
        }
    }

    public void Dispose() => _native.Leave();
}
