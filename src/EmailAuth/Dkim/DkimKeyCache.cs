using System.Collections.Concurrent;

namespace EmailAuth.Dkim;

/// <summary>
/// Keys made from records' texts, so that a key in use is imported once. Thread-safe and bounded: two generations of half the capacity;
/// when the younger is full, it becomes the older and what nobody asked for meanwhile goes.
/// </summary>
/// <remarks>The text decides, not the name: what the DNS says is asked each time, and a changed record is another entry.</remarks>
internal sealed class DkimKeyCache
{
    // Longer than a key of 8,192 bits with every tag; such records are parsed anew each time.
    private const int MaxTextLength = 4096;

    private readonly int _generationCapacity;
    private ConcurrentDictionary<string, VerificationKey> _younger = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, VerificationKey> _older = new(StringComparer.Ordinal);
    private int _youngerCount;

    public DkimKeyCache(int capacity) => _generationCapacity = Math.Max(1, capacity / 2);

    /// <summary>How many entries there are.</summary>
    public int Count => _younger.Count + _older.Count;

    public VerificationKey Get(string text)
    {
        if (_younger.TryGetValue(text, out var key))
        {
            return key;
        }

        if (text.Length > MaxTextLength)
        {
            return VerificationKey.Parse(text);
        }

        if (!_older.TryGetValue(text, out key))
        {
            key = VerificationKey.Parse(text);
        }

        Keep(text, key);
        return key;
    }

    private void Keep(string text, VerificationKey key)
    {
        // Threads may race here: at worst a generation ends early, or holds as many entries more as there are threads.
        if (_younger.TryAdd(text, key) && Interlocked.Increment(ref _youngerCount) > _generationCapacity)
        {
            _older = _younger;
            _younger = new ConcurrentDictionary<string, VerificationKey>(StringComparer.Ordinal);
            Volatile.Write(ref _youngerCount, 0);
        }
    }
}
