namespace EmailAuth.Syntax;

/// <summary>Objects that cost more to make than to keep, each used by one thread at a time. Thread-safe, without a lock.</summary>
/// <typeparam name="T">The objects; those without a free place are dropped, and disposed if they can be.</typeparam>
internal sealed class IdleObjects<T>(int capacity)
    where T : class
{
    private readonly T?[] _slots = new T?[capacity];

    /// <summary>An object for the caller alone, or null when none is idle.</summary>
    public T? Take()
    {
        foreach (ref var slot in _slots.AsSpan())
        {
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } idle)
            {
                return idle;
            }
        }

        return null;
    }

    /// <summary>Keeps an object for later use.</summary>
    public void Put(T idle)
    {
        foreach (ref var slot in _slots.AsSpan())
        {
            if (slot is null && Interlocked.CompareExchange(ref slot, idle, null) is null)
            {
                return;
            }
        }

        (idle as IDisposable)?.Dispose();
    }
}
