using EmailAuth.Dns;

namespace EmailAuth.Bimi;

/// <summary>
/// Fetches a document whose location someone else published, under the guard with which logos are fetched: https alone, to addresses that are public and
/// were checked before the connection, without redirects, cookies or a proxy, within a size and a time. Thread-safe.
/// </summary>
public sealed class GuardedWebClient : IDisposable
{
    private readonly HttpsFetcher _fetcher;

    /// <summary>Makes a client.</summary>
    /// <param name="resolver">Answers for the addresses of the servers.</param>
    /// <param name="maxBytes">The most bytes of a document. From 1 to 16,777,216.</param>
    /// <param name="timeout">How long a fetch may take; null for 5 seconds. Above zero, at most 5 minutes.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBytes"/> or <paramref name="timeout"/> is out of range.</exception>
    public GuardedWebClient(IDnsResolver resolver, int maxBytes, TimeSpan? timeout = null, TimeProvider? timeProvider = null)
        : this(resolver, new BimiOptions { MaxEvidenceBytes = maxBytes, FetchTimeout = timeout ?? BimiOptions.Default.FetchTimeout }, timeProvider)
    {
    }

    /// <summary>Makes a client with the options of tests.</summary>
    internal GuardedWebClient(IDnsResolver resolver, BimiOptions options, TimeProvider? timeProvider)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        _fetcher = new HttpsFetcher(resolver, options, timeProvider ?? TimeProvider.System) { NamesSettings = false };
    }

    /// <summary>Fetches a document.</summary>
    /// <param name="uri">Its location.</param>
    /// <param name="cancellationToken">Ends the fetch.</param>
    /// <returns>The document, or why it could not be fetched.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<WebDocument> FetchAsync(string uri, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return new WebDocument(await _fetcher.FetchAsync(uri, BimiDocumentKind.Evidence, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _fetcher.Dispose();
}
