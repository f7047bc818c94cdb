namespace EmailAuth.Bimi;

/// <summary>Gets documents from the web. Every failure of a server becomes a <see cref="BimiDocument"/>; only cancellation is thrown.</summary>
internal interface IBimiFetcher : IDisposable
{
    /// <summary>Gets a document.</summary>
    /// <param name="uri">An https URI as <see cref="HttpsUri"/> reads it.</param>
    /// <param name="kind">What it should be, which decides its largest size and its media type.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<BimiDocument> FetchAsync(string uri, BimiDocumentKind kind, CancellationToken cancellationToken);
}
