namespace EmailAuth.Syntax;

/// <summary>
/// The results of parsing texts, so that a frequent record is parsed once. Parsing depends on the text alone: a record that changes is another
/// text, and an entry never expires. Thread-safe.
/// </summary>
/// <remarks>
/// Bounded whatever senders publish: by the number of entries, and by their total length, because the result of parsing grows with the
/// text. Texts past the longest are parsed each time.
/// </remarks>
/// <typeparam name="T">The result of parsing a text, or its errors.</typeparam>
internal class TextCache<T>
{
    private readonly GenerationCache<string, T> _parsed;
    private readonly int _usualTextLength;
    private readonly int _maxTextLength;
    private readonly Func<string, T> _parse;

    /// <param name="capacity">How many entries are kept at most.</param>
    /// <param name="usualTextLength">The length of a usual text, in characters; the total length is limited to the capacity times this.</param>
    /// <param name="maxTextLength">The longest text that is kept, in characters.</param>
    /// <param name="parse">Parses a text.</param>
    protected TextCache(int capacity, int usualTextLength, int maxTextLength, Func<string, T> parse)
    {
        _parsed = new GenerationCache<string, T>((long)capacity * usualTextLength, StringComparer.Ordinal);
        _usualTextLength = usualTextLength;
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
            _parsed.Add(text, parsed, Math.Max(text.Length, _usualTextLength));
        }

        return parsed;
    }
}
