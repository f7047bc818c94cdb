using EmailAuth.Bimi;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>What is kept of fetched documents, at the exact bounds of time, bytes and number.</summary>
public sealed class BimiDocumentCacheBoundTests
{
    private const int Overhead = 256;

    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _asked = [];

    private Func<string, BimiDocument> Answer { get; set; } = static _ => BimiDocument.Of([1, 2, 3]);

    private TaskCompletionSource? Gate { get; set; }

    [Theory]
    [InlineData(true, 3600, 3600)]
    [InlineData(true, 10, 10)]
    [InlineData(false, 3600, 300)]
    [InlineData(false, 301, 300)]
    [InlineData(false, 300, 300)]
    [InlineData(false, 299, 299)]
    [InlineData(false, 10, 10)]
    public async Task A_document_is_kept_for_its_age_to_the_tick(bool isThere, int maxAge, int seconds)
    {
        Answer = isThere ? static _ => BimiDocument.Of([]) : static _ => BimiDocument.Refused("r");
        using var cache = Cache(new BimiOptions { MaxCacheAge = TimeSpan.FromSeconds(maxAge) });
        var first = await Get(cache, "a");
        _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        Assert.Same(first, await Get(cache, "a"));
        Assert.Single(_asked);
        Assert.NotEqual(0, cache.Bytes);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.NotSame(first, await Get(cache, "a"));
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task What_is_kept_is_counted_with_its_location_and_its_reason()
    {
        using var cache = Cache(new BimiOptions());
        Assert.Equal(0, cache.Bytes);
        _ = await Get(cache, "abc");
        Assert.Equal(Overhead + 6 + 3, cache.Bytes);
        Answer = static _ => BimiDocument.Refused("reason");
        _ = await Get(cache, "de");
        Assert.Equal((Overhead + 6 + 3) + (Overhead + 4 + 12), cache.Bytes);
        Answer = static _ => BimiDocument.Of(new byte[1000]);
        _ = await cache.FetchAsync("de", BimiDocumentKind.Evidence, TestContext.Current.CancellationToken);
        Assert.Equal((Overhead + 6 + 3) + (Overhead + 4 + 12) + (Overhead + 4 + 1000), cache.Bytes);

        // What is too old counts until it is asked for, and is counted once.
        _clock.Advance(TimeSpan.FromMinutes(5));
        _ = await Get(cache, "de");
        Assert.Equal((Overhead + 6 + 3) + (2 * (Overhead + 4 + 1000)), cache.Bytes);
    }

    [Fact]
    public async Task The_bytes_are_exact()
    {
        using var fits = Cache(new BimiOptions { MaxCacheBytes = Overhead + 2 + 3 });
        _ = await Get(fits, "a");
        Assert.Equal(Overhead + 2 + 3, fits.Bytes);
        using var tooSmall = Cache(new BimiOptions { MaxCacheBytes = Overhead + 2 + 2 });
        _ = await Get(tooSmall, "a");
        Assert.Equal(0, tooSmall.Bytes);
    }

    // Two fit exactly; with a third the one that was not asked for the longest goes.
    [Fact]
    public async Task The_least_recently_asked_for_goes_first()
    {
        using var cache = Cache(new BimiOptions { MaxCacheBytes = 2 * (Overhead + 2 + 3) });
        foreach (var uri in "ababcacbabb".Select(static c => c.ToString()))
        {
            _ = await Get(cache, uri);
            Assert.InRange(cache.Bytes, Overhead, 2 * (Overhead + 2 + 3));
        }

        Assert.Equal("a b c a b a", string.Join(' ', _asked));
    }

    [Fact]
    public async Task A_large_document_replaces_several_small_ones()
    {
        using var cache = Cache(new BimiOptions { MaxCacheBytes = 4 * (Overhead + 2 + 3) });
        foreach (var uri in (string[])["a", "b", "c", "d"])
        {
            _ = await Get(cache, uri);
        }

        Answer = static _ => BimiDocument.Of(new byte[3 + Overhead + 5]);
        _ = await Get(cache, "e");
        Assert.Equal((2 * (Overhead + 5)) + (2 * (Overhead + 5)), cache.Bytes);
        _ = await Get(cache, "c");
        _ = await Get(cache, "d");
        Assert.Equal(5, _asked.Count);
        _ = await Get(cache, "b");
        Assert.Equal(6, _asked.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task The_number_of_fetches_at_a_time_is_exact(int most)
    {
        using var cache = Cache(new BimiOptions { MaxConcurrentFetches = most });
        Gate = new TaskCompletionSource();
        var fetches = Enumerable.Range(0, most).Select(number => Get(cache, $"{number}")).ToArray();
        var refused = await Get(cache, "x");
        Assert.Equal(
            (true, $"{most} documents are being fetched already (MaxConcurrentFetches)", null), (refused.IsTemporary, refused.Reason, refused.Content));

        // One that is being fetched may be waited for, and what was refused is not kept.
        var shared = Get(cache, "0");
        Assert.Equal(0, cache.Bytes);
        Gate.SetResult();
        Assert.All(await Task.WhenAll(fetches), static document => Assert.NotNull(document.Content));
        Assert.Same(await fetches[0], await shared);
        Assert.NotNull((await Get(cache, "x")).Content);
        Assert.Equal(most + 1, _asked.Count);
    }

    [Fact]
    public async Task A_fetch_that_throws_is_not_kept_and_may_be_tried_again()
    {
        using var cache = Cache(new BimiOptions { MaxConcurrentFetches = 1 });
        Answer = static _ => throw new InvalidOperationException("x");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Get(cache, "a"));
        Assert.Equal(0, cache.Bytes);
        Answer = static _ => BimiDocument.Of([1]);
        Assert.NotNull((await Get(cache, "a")).Content);
    }

    [Fact]
    public void The_fetcher_is_disposed_with_it()
    {
        var inner = new Fetcher(this);
        new BimiDocumentCache(inner, new BimiOptions(), _clock).Dispose();
        Assert.Equal(1, inner.Disposed);
    }

    [Fact]
    public void A_document_is_its_bytes_or_a_reason()
    {
        Assert.Equal("BimiDocument { Content = System.Byte[], Reason = , IsTemporary = False, MediaType = t }", BimiDocument.Of([1], "t").ToString());
        Assert.Equal("BimiDocument { Content = , Reason = r, IsTemporary = False, MediaType =  }", BimiDocument.Refused("r").ToString());
        Assert.Equal("BimiDocument { Content = , Reason = r, IsTemporary = True, MediaType =  }", BimiDocument.Unavailable("r").ToString());
    }

    [Fact]
    public void A_document_for_others_has_the_same_members()
    {
        var document = new WebDocument(BimiDocument.Of([1, 2], "t"));
        Assert.Equal([1, 2], document.Content);
        Assert.Equal(("t", null, false), (document.MediaType, document.Reason, document.IsTemporary));
        document = new WebDocument(BimiDocument.Unavailable("r"));
        Assert.Equal((true, null, "r", true), (document.Content.IsDefault, document.MediaType, document.Reason, document.IsTemporary));
    }

    private BimiDocumentCache Cache(BimiOptions options) => new(new Fetcher(this), options, _clock);

    private static Task<BimiDocument> Get(BimiDocumentCache cache, string uri) =>
        cache.FetchAsync(uri, BimiDocumentKind.Indicator, TestContext.Current.CancellationToken);

    private sealed class Fetcher(BimiDocumentCacheBoundTests test) : IBimiFetcher
    {
        public int Disposed { get; private set; }

        public async Task<BimiDocument> FetchAsync(string uri, BimiDocumentKind kind, CancellationToken cancellationToken)
        {
            lock (test._asked)
            {
                test._asked.Add(uri);
            }

            if (test.Gate is { } gate)
            {
                await gate.Task;
            }

            return test.Answer(uri);
        }

        public void Dispose() => Disposed++;
    }
}
