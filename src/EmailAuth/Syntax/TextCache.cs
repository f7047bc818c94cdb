namespace EmailAuth.Syntax;

/// <summary>
/// The results of parsing texts, so that a frequent record is parsed once. Parsing depends on the text alone: a record that changes is another
/// text, and an entry never expires. Thread-safe.
/// </summary>
/// <remarks>
/// Bounded whatever senders publish by the total size of the entries, because the result of parsing grows with the text, and by their
/// number, because no entry is smaller than a usual one. Texts past the longest are parsed each time.
/// </remarks>
/// <typeparam name="T">The result of parsing a text, or its errors.</typeparam>
internal class TextCache<T>
{
    private readonly GenerationCache<string, T> _parsed;
    private readonly Func<int, int> _sizeOf;
    private readonly int _maxTextLength;
    private readonly Func<string, T> _parse;

    /// <param name="capacity">How many entries are kept at most.</param>
    /// <param name="usualTextLength">The length of a usual text, in characters; the total length is limited to the capacity times this.</param>
    /// <param name="maxTextLength">The longest text that is kept, in characters.</param>
    /// <param name="parse">Parses a text.</param>
    protected TextCache(int capacity, int usualTextLength, int maxTextLength, Func<string, T> parse)
        : this((long)capacity * usualTextLength, length => Math.Max(length, usualTextLength), maxTextLength, parse)
    {
    }

    /// <param name="maxSize">How large all entries may be together.</param>
    /// <param name="sizeOf">The size of an entry by the length of its text, in the same unit.</param>
    /// <param name="maxTextLength">The longest text that is kept, in characters.</param>
    /// <param name="parse">Parses a text.</param>
    protected TextCache(long maxSize, Func<int, int> sizeOf, int maxTextLength, Func<string, T> parse)
    {
        _parsed = new GenerationCache<string, T>(maxSize, StringComparer.Ordinal);
        _sizeOf = sizeOf;
        _maxTextLength = maxTextLength;
        _parse = parse;
    }

    /// <summary>How many entries are kept.</summary>
    public int Count => _parsed.Count;

    /// <summary>Whether a text is kept: a longer one is parsed each time.</summary>
    public bool Keeps(string text) => text.Length <= _maxTextLength;

    /// <summary>The result of parsing the text.</summary>
    public T Get(string text)
    {
        if (!Keeps(text))
        {
            return _parse(text);
        }

        if (!_parsed.TryGet(text, out var parsed))
        {
            parsed = _parse(text);
            _parsed.Add(text, parsed, _sizeOf(text.Length));
        }

        return parsed;
    }
}
