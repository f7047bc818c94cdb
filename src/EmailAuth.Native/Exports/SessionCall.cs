using EmailAuth.Native.Handles;

namespace EmailAuth.Native.Exports;

/// <summary>One call's hold on a session.</summary>
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

    // Spans cannot be type arguments of a delegate that takes anything.
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
