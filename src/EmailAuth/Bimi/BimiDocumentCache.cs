namespace EmailAuth.Bimi;

/// <summary>
/// Keeps fetched documents and failures by URI, for a limited time and within a limit of bytes, so that a sender cannot make us ask a server
/// again and again. The same document is fetched once at a time.
/// </summary>
internal sealed class BimiDocumentCache : IBimiFetcher
{
    // The cost of an entry beside its content.
    private const int EntryOverhead = 256;

    // Failures are kept for less time: the owner may have corrected them.
    private static readonly TimeSpan MaxFailureAge = TimeSpan.FromMinutes(5);

    private readonly IBimiFetcher _inner;
    private readonly BimiOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _lock = new();
    private readonly Dictionary<Key, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _leastRecent = new();
    private readonly Dictionary<Key, Task<BimiDocument>> _inFlight = [];
    private long _bytes;

    public BimiDocumentCache(IBimiFetcher inner, BimiOptions options, TimeProvider timeProvider)
    {
        _inner = inner;
        _options = options;
        _timeProvider = timeProvider;
    }

    /// <summary>How many bytes are kept, overhead included.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    public void Dispose() => _inner.Dispose();

    public Task<BimiDocument> FetchAsync(string uri, BimiDocumentKind kind, CancellationToken cancellationToken)
    {
        var key = new Key(uri, kind);
        Task<BimiDocument>? fetch;
        lock (_lock)
        {
            if (Find(key) is { } kept)
            {
                return Task.FromResult(kept);
            }

            if (!_inFlight.TryGetValue(key, out fetch))
            {
                if (_inFlight.Count >= _options.MaxConcurrentFetches)
                {
                    return Task.FromResult(BimiDocument.Unavailable(
                        $"{_options.MaxConcurrentFetches} documents are being fetched already (MaxConcurrentFetches)"));
                }

                // All waiting callers share it: a caller that gives up does not end it; its deadline does.
                fetch = Task.Run(() => FetchAndKeepAsync(key), CancellationToken.None);
                _inFlight.Add(key, fetch);
            }
        }

        return fetch.WaitAsync(cancellationToken);
    }

    private async Task<BimiDocument> FetchAndKeepAsync(Key key)
    {
        BimiDocument? document = null;
        try
        {
            return document = await _inner.FetchAsync(key.Uri, key.Kind, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _ = _inFlight.Remove(key);
                if (document is not null)
                {
                    Keep(key, document);
                }
            }
        }
    }

    private BimiDocument? Find(Key key)
    {
        if (!_entries.TryGetValue(key, out var node))
        {
            return null;
        }

        if (_timeProvider.GetElapsedTime(node.Value.StoredAt) >= MaxAgeOf(node.Value.Document))
        {
            Remove(node);
            return null;
        }

        _leastRecent.Remove(node);
        _leastRecent.AddLast(node);
        return node.Value.Document;
    }

    private TimeSpan MaxAgeOf(BimiDocument document) =>
        document.Content is not null || _options.MaxCacheAge < MaxFailureAge ? _options.MaxCacheAge : MaxFailureAge;

    private void Keep(Key key, BimiDocument document)
    {
        var entry = new Entry(key, document, _timeProvider.GetTimestamp());
        if (entry.Size > _options.MaxCacheBytes || _options.MaxCacheAge == TimeSpan.Zero)
        {
            return;
        }

        // The key is new: an entry that has aged was removed when the document was asked for, and a document is fetched once at a time.
        _entries.Add(key, _leastRecent.AddLast(entry));
        _bytes += entry.Size;
        while (_bytes > _options.MaxCacheBytes)
        {
            Remove(_leastRecent.First!);
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _leastRecent.Remove(node);
        _ = _entries.Remove(node.Value.Key);
        _bytes -= node.Value.Size;
    }

    private readonly record struct Key(string Uri, BimiDocumentKind Kind);

    private sealed record Entry(Key Key, BimiDocument Document, long StoredAt)
    {
        public int Size { get; } = EntryOverhead + (2 * Key.Uri.Length) + (2 * (Document.Reason?.Length ?? 0)) + (Document.Content?.Length ?? 0);
    }
}
