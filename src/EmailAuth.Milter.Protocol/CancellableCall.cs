namespace EmailAuth.Milter.Protocol;

/// <summary>A request to end a call that waits, or the next one, once. Thread-safe.</summary>
#pragma warning disable CA1001 // A source without a timer and a handle holds nothing; a timer that fires late may still cancel it.
internal sealed class CancellableCall
#pragma warning restore CA1001
{
    private CancellationTokenSource _source = new();

    /// <summary>The token of the next call.</summary>
    public CancellationToken Token => Volatile.Read(ref _source).Token;

    /// <summary>Whether the call is to end.</summary>
    public bool IsRequested => Volatile.Read(ref _source).IsCancellationRequested;

    public void Cancel() => Volatile.Read(ref _source).Cancel();

    /// <summary>Whether there was a request, which is then done.</summary>
    public bool TakeRequest()
    {
        if (!IsRequested)
        {
            return false;
        }

        Renew();
        return true;
    }

    /// <summary>Forgets requests and all that wait for them.</summary>
    public void Renew()
    {
        if (!_source.TryReset())
        {
            Volatile.Write(ref _source, new CancellationTokenSource());
        }
    }
}
