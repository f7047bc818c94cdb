namespace EmailAuth.Milter.Protocol;

/// <summary>
/// States of connections that ended normally, for the next ones. Most MTAs open a connection for each client, which sends one message. Thread-safe.
/// </summary>
internal static class ConnectionStates
{
    // As many as end at about the same time; each is about 1 KB.
    private const int MostKept = 64;

    private static readonly ConnectionLoop?[] Kept = new ConnectionLoop?[MostKept];

    public static ConnectionLoop Take()
    {
        foreach (ref var place in Kept.AsSpan())
        {
            if (Volatile.Read(ref place) is not null && Interlocked.Exchange(ref place, null) is { } state)
            {
                return state;
            }
        }

        return new ConnectionLoop(GiveBack);
    }

    /// <summary>Keeps a state that nothing uses any more.</summary>
    public static void GiveBack(ConnectionLoop state)
    {
        foreach (ref var place in Kept.AsSpan())
        {
            if (Volatile.Read(ref place) is null && Interlocked.CompareExchange(ref place, state, null) is null)
            {
                return;
            }
        }

        state.Dispose();
    }
}
