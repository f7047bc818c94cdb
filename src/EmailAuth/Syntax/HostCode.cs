namespace EmailAuth.Syntax;

/// <summary>Calls the host's code that is only told something: its log, and its listeners of meters and activities.</summary>
internal static class HostCode
{
    /// <summary>
    /// Calls it. It may throw, as a log does on a full disk, and the exception is dropped: between two steps of ours it would leave the second one
    /// undone, and on a thread of the pool it would end the process.
    /// </summary>
    /// <param name="step">The call: a static one, which costs no memory.</param>
    /// <param name="state">What it is about.</param>
    public static void Try<T>(Action<T> step, T state)
    {
        try
        {
            step(state);
        }
        catch (Exception)
        {
            // There is nothing to report it to.
        }
    }
}
