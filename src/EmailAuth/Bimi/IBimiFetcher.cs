namespace EmailAuth.Bimi;

/// <summary>Gets documents from the web. Whatever servers do becomes a <see cref="BimiDocument"/>; only cancellation is thrown.</summary>
internal interface IBimiFetcher : IDisposable
{
    /// <summary>Gets a document.</summary>
    /// <param name="uri">An https URI as <see cref="HttpsUri"/> reads it.</param>
    /// <param name="kind">What it should be: decides over its size and its media type.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<BimiDocument> FetchAsync(string uri, BimiDocumentKind kind, CancellationToken cancellationToken);
}
