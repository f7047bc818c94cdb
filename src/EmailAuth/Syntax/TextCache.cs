using System.Collections.Concurrent;

namespace EmailAuth.Syntax;

/// <summary>
/// What texts parse into, so that a record met often is parsed once. Parsing depends on the text alone: a record that changes is another
/// text, and an entry never grows old. Thread-safe.
/// </summary>
/// <remarks>
/// Bounded whatever strangers publish: two generations of half the capacity; when the younger is full it becomes the older, and what nobody
/// asked for meanwhile goes. A generation is full when it has its number of entries, or texts as long as that many usual ones: what a text
/// parses into grows with it. Texts past the longest are parsed each time.
/// </remarks>
/// <typeparam name="T">What a text parses into, its errors included.</typeparam>
internal class TextCache<T>
{
    private readonly int _generationCapacity;
    private readonly long _generationLength;
    private readonly int _maxTextLength;
    private readonly Func<string, T> _parse;
    private readonly Lock _lock = new();
    private ConcurrentDictionary<string, T> _younger = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, T> _older = new(StringComparer.Ordinal);

    // ConcurrentDictionary counts under all its locks.
    private int _youngerCount;
    private long _youngerLength;

    /// <param name="capacity">How many entries are kept at most.</param>
    /// <param name="usualTextLength">How long texts are that usually come, in characters.</param>
    /// <param name="maxTextLength">The longest text that is kept, in characters.</param>
    /// <param name="parse">Parses a text.</param>
    protected TextCache(int capacity, int usualTextLength, int maxTextLength, Func<string, T> parse)
    {
        _generationCapacity = Math.Max(1, capacity / 2);
        _generationLength = (long)_generationCapacity * usualTextLength;
        _maxTextLength = maxTextLength;
        _parse = parse;
    }

    /// <summary>How many entries are kept.</summary>
    public int Count => _younger.Count + _older.Count;

    /// <summary>Whether a text is kept: a longer one is parsed each time.</summary>
    public bool Keeps(string text) => text.Length <= _maxTextLength;

    /// <summary>What the text parses into.</summary>
    public T Get(string text)
    {
        if (Volatile.Read(ref _younger).TryGetValue(text, out var known))
        {
            return known;
        }

        if (!Keeps(text))
        {
            return _parse(text);
        }

        if (!Volatile.Read(ref _older).TryGetValue(text, out known))
        {
            known = _parse(text);
        }

        Keep(text, known);
        return known;
    }

    private void Keep(string text, T parsed)
    {
        lock (_lock)
        {
            if (_youngerCount >= _generationCapacity || _youngerLength + text.Length > _generationLength)
            {
                _older = _younger;
                _younger = new ConcurrentDictionary<string, T>(StringComparer.Ordinal);
                _youngerCount = 0;
                _youngerLength = 0;
            }

            if (_younger.TryAdd(text, parsed))
            {
                _youngerCount++;
                _youngerLength += text.Length;
            }
        }
    }
}
