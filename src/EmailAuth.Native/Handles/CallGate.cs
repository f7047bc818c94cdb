namespace EmailAuth.Native.Handles;

/// <summary>Lets one call at a time use an object; a second one is refused. After <see cref="Close"/> none is let in.</summary>
/// <param name="what">The kind of the object, for the text of an error.</param>
internal sealed class CallGate(string what)
{
    private const int Idle = 0;
    private const int Called = 1;
    private const int Closed = 2;

    private int _state;

    public void Enter() => Take(Called);

    public void Leave() => Volatile.Write(ref _state, Idle);

    /// <summary>Enters and never leaves.</summary>
    public void Close() => Take(Closed);

    private void Take(int purpose)
    {
        switch (Interlocked.CompareExchange(ref _state, purpose, Idle))
        {
            case Idle:
                return;
            case Closed:
                throw new InteropException(Status.Handle, $"The {what} is being freed.");
            default:
                throw new InteropException(Status.Busy, $"A call on this {what} is running on another thread.");
        }
    }
}
