namespace EmailAuth.Milter.Service;

/// <summary>How many connections there are: their number is bounded.</summary>
internal sealed class MilterConnections
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a connection in, until <see cref="Leave"/>; false when there are too many.</summary>
    public bool TryEnter(int most)
    {
        if (Interlocked.Increment(ref _count) <= most)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);
}
