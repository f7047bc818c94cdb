using System.Collections.Concurrent;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>
/// Parsed records, and errors of records that do not parse, by their text. Parsing depends on nothing else, so entries never grow
/// old; the number is bounded by dropping the older half.
/// </summary>
internal sealed class SpfRecordCache
{
    // A generation; two are alive at most.
    private const int MaxEntries = 2048;

    // What is longer is rare and costs little compared with sending it.
    private const int MaxTextLength = 2048;

    private readonly Lock _lock = new();
    private ConcurrentDictionary<string, ParseResult<SpfRecord>> _young = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, ParseResult<SpfRecord>> _old = new(StringComparer.Ordinal);

    // ConcurrentDictionary counts under all its locks.
    private int _youngCount;

    /// <summary>How many entries are kept.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>The record with the given text.</summary>
    public ParseResult<SpfRecord> Parse(string text)
    {
        if (_young.TryGetValue(text, out var known))
        {
            return known;
        }

        if (text.Length > MaxTextLength)
        {
            return SpfRecord.Parse(text);
        }

        if (!_old.TryGetValue(text, out known))
        {
            known = SpfRecord.Parse(text);
        }

        Add(text, known);
        return known;
    }

    private void Add(string text, ParseResult<SpfRecord> record)
    {
        lock (_lock)
        {
            if (_youngCount >= MaxEntries)
            {
                (_old, _young, _youngCount) = (_young, new ConcurrentDictionary<string, ParseResult<SpfRecord>>(StringComparer.Ordinal), 0);
            }

            _youngCount += _young.TryAdd(text, record) ? 1 : 0;
        }
    }
}
