using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace EmailAuth.Syntax;

/// <summary>
/// A bounded cache of two generations, each half of what is allowed: when the younger is full it becomes the older, and entries
/// that were not read since are dropped. An entry that is read moves to the younger generation. Thread-safe; a read from the younger generation takes no lock.
/// </summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
/// <param name="maxSize">How large all entries may be together, in the unit of their sizes.</param>
/// <param name="comparer">How keys compare, or null for the default.</param>
internal sealed class GenerationCache<TKey, TValue>(long maxSize, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private Generation _younger = new(comparer);
    private Generation _older = new(comparer);

    /// <summary>How many entries are kept; an entry that moved counts twice until its old generation is dropped.</summary>
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
            Move(key);
            value = entry.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Keeps an entry, in place of an earlier one with its key, unless it is larger than a generation.</summary>
    public void Add(TKey key, TValue value, int size)
    {
        if (size > maxSize / 2)
        {
            return;
        }

        lock (_lock)
        {
            Keep(key, new Entry(value, size));
        }
    }

    // Between finding an entry in the older generation and moving it here, another thread may have added a newer one, and that one may have grown older:
    // what moves is what is there now.
    private void Move(TKey key)
    {
        lock (_lock)
        {
            if (!_younger.Entries.ContainsKey(key) && _older.Entries.TryGetValue(key, out var entry))
            {
                Keep(key, entry);
            }
        }
    }

    private void Keep(TKey key, Entry entry)
    {
        if (_younger.Size + entry.Size > maxSize / 2)
        {
            Volatile.Write(ref _older, _younger);
            Volatile.Write(ref _younger, new Generation(comparer));
        }

        _younger.Size += entry.Size - (_younger.Entries.TryGetValue(key, out var former) ? former.Size : 0);
        _younger.Entries[key] = entry;
    }

    private readonly record struct Entry(TValue Value, int Size);

    private sealed class Generation(IEqualityComparer<TKey>? comparer)
    {
        public ConcurrentDictionary<TKey, Entry> Entries { get; } = new(comparer);

        // ConcurrentDictionary counts under all its locks.
        public long Size { get; set; }
    }
}
