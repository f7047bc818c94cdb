namespace EmailAuth.Milter.Service;

/// <summary>Counts the connections and limits their number.</summary>
internal sealed class MilterConnections
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts a connection until <see cref="Leave"/>; false when there are too many.</summary>
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
