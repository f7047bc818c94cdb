namespace EmailAuth.Syntax;

/// <summary>
/// What texts parse into, so that a record met often is parsed once. Parsing depends on the text alone: a record that changes is another
/// text, and an entry never grows old. Thread-safe.
/// </summary>
/// <remarks>
/// Bounded whatever senders publish: by the number of entries, and by texts as long as that many usual ones, as what a text parses into grows
/// with it. Texts past the longest are parsed each time.
/// </remarks>
/// <typeparam name="T">What a text parses into, its errors included.</typeparam>
internal class TextCache<T>
{
    private readonly GenerationCache<string, T> _parsed;
    private readonly int _usualTextLength;
    private readonly int _maxTextLength;
    private readonly Func<string, T> _parse;

    /// <param name="capacity">How many entries are kept at most.</param>
    /// <param name="usualTextLength">How long texts are that usually come, in characters.</param>
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

    /// <summary>What the text parses into.</summary>
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
