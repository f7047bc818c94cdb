namespace EmailAuth.Cli.Serve;

/// <summary>Limits how many checks run at a time, and how many wait. Thread-safe.</summary>
internal sealed class RequestRoom(int places, int maxWaiting) : IDisposable
{
    private readonly SemaphoreSlim _places = new(places, places);
    private int _waiting;

    /// <summary>How many checks wait for a place.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes a place, or waits for one.</summary>
    /// <returns>Whether a place was taken, which <see cref="Leave"/> frees; false when too many wait, or the wait was too long.</returns>
    public async ValueTask<bool> EnterAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (_places.Wait(0, CancellationToken.None))
        {
            return true;
        }

        try
        {
            return Interlocked.Increment(ref _waiting) <= maxWaiting && await _places.WaitAsync(wait, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Frees a place.</summary>
    public void Leave() => _places.Release();

    public void Dispose() => _places.Dispose();
}
