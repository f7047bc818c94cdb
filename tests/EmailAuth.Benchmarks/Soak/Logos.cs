using System.Globalization;
using EmailAuth.Bimi;
using EmailAuth.Fuzz.Support;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>Logos of ever new addresses through the cache that keeps them.</summary>
internal sealed class Logos : IDisposable
{
    private const int MaxCacheBytes = 1024 * 1024;

    private readonly BimiDocumentCache _cache =
        new(new Web(), BimiOptions.Default with { MaxCacheBytes = MaxCacheBytes, MaxConcurrentFetches = 64 }, TimeProvider.System);

    private long _number;

    public async Task FetchAsync()
    {
        var number = Interlocked.Increment(ref _number);
        var uri = string.Create(CultureInfo.InvariantCulture, $"https://d{number}.{SoakZone.FreshSuffix}/logo.svg");
        var document = await _cache.FetchAsync(uri, BimiDocumentKind.Indicator, CancellationToken.None);
        FindingException.ThrowIf((document.Content is null) == (document.Reason is null), $"{uri}: neither a document nor a reason");
        FindingException.ThrowIf(_cache.Bytes > MaxCacheBytes, $"{_cache.Bytes} bytes of logos are kept, {MaxCacheBytes} at most");
    }

    public void Dispose() => _cache.Dispose();

    private sealed class Web : IBimiFetcher
    {
        public async Task<BimiDocument> FetchAsync(string uri, BimiDocumentKind kind, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return uri.Length % 5 == 0 ? BimiDocument.Refused("not here") : BimiDocument.Of(new byte[8 * 1024]);
        }

        public void Dispose()
        {
        }
    }
}
