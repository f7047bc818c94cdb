using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace EmailAuth.Syntax;

/// <summary>
/// A bounded cache of two generations, each half of what is allowed: when the younger is full it becomes the older, and the entries that were not asked for
/// meanwhile goes. What is asked for moves to the younger one. Thread-safe; finding something in the younger generation takes no lock.
/// </summary>
/// <typeparam name="TKey">What is asked for.</typeparam>
/// <typeparam name="TValue">What is kept.</typeparam>
/// <param name="maxSize">How large all entries may be together, in the unit of their sizes.</param>
/// <param name="comparer">How keys compare, or null for their own way.</param>
internal sealed class GenerationCache<TKey, TValue>(long maxSize, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private Generation _younger = new(comparer);
    private Generation _older = new(comparer);

    /// <summary>How many entries are kept; one that moved counts twice until its generation goes.</summary>
    public int Count => Volatile.Read(ref _younger).Entries.Count + Volatile.Read(ref _older).Entries.Count;

    /// <summary>How large they are together.</summary>
    public long Size => Volatile.Read(ref _younger).Size + Volatile.Read(ref _older).Size;

    /// <summary>Finds an entry.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (Volatile.Read(ref _younger).Entries.TryGetValue(key, out var entry))
        {
            value = entry.Value;
            return true;
        }

        if (Volatile.Read(ref _older).Entries.TryGetValue(key, out entry))
        {
            Keep(key, entry, replaces: false);
            value = entry.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Keeps an entry in the place of an earlier one, unless it is larger than a generation.</summary>
    public void Add(TKey key, TValue value, int size)
    {
        if (size <= maxSize / 2)
        {
            Keep(key, new Entry(value, size), replaces: true);
        }
    }

    private void Keep(TKey key, Entry entry, bool replaces)
    {
        lock (_lock)
        {
            if (_younger.Size + entry.Size > maxSize / 2)
            {
                Volatile.Write(ref _older, _younger);
                Volatile.Write(ref _younger, new Generation(comparer));
            }

            // Between finding an entry in the older generation and moving it here, a later one may have come.
            var isThere = _younger.Entries.TryGetValue(key, out var former);
            if (!isThere || replaces)
            {
                _younger.Entries[key] = entry;
                _younger.Size += entry.Size - (isThere ? former.Size : 0);
            }
        }
    }

    private readonly record struct Entry(TValue Value, int Size);

    private sealed class Generation(IEqualityComparer<TKey>? comparer)
    {
        public ConcurrentDictionary<TKey, Entry> Entries { get; } = new(comparer);

        // ConcurrentDictionary counts under all its locks.
        public long Size { get; set; }
    }
}
