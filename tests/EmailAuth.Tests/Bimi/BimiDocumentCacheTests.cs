using EmailAuth.Bimi;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Bimi;

public sealed class BimiDocumentCacheTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ScriptedFetcher _inner = new();

    public void Dispose() => _inner.Dispose();

    [Fact]
    public async Task A_document_is_fetched_once_while_it_is_fresh()
    {
        using var cache = Cache();
        var first = await Get(cache, "a");
        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Same(first, await Get(cache, "a"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotSame(first, await Get(cache, "a"));
        Assert.Equal(2, _inner.Count);
    }

    [Fact]
    public async Task Failures_are_kept_for_five_minutes()
    {
        using var cache = Cache();
        _inner.Answer = _ => BimiDocument.Unavailable("x");
        _ = await Get(cache, "a");
        _clock.Advance(TimeSpan.FromMinutes(4));
        _ = await Get(cache, "a");
        Assert.Equal(1, _inner.Count);
        _clock.Advance(TimeSpan.FromMinutes(1));
        _ = await Get(cache, "a");
        Assert.Equal(2, _inner.Count);
    }

    [Fact]
    public async Task The_same_URI_as_another_kind_is_another_document()
    {
        using var cache = Cache();
        _ = await Get(cache, "a");
        _ = await cache.FetchAsync("a", BimiDocumentKind.Evidence, TestContext.Current.CancellationToken);
        Assert.Equal(2, _inner.Count);
    }

    [Fact]
    public async Task The_bytes_are_bounded_and_the_least_recently_used_goes_first()
    {
        using var cache = Cache(new BimiOptions { MaxCacheBytes = 3 * 1300 });
        _inner.Answer = _ => BimiDocument.Of(new byte[1000]);
        foreach (var uri in (string[])["a", "b", "c", "a", "d"])
        {
            _ = await Get(cache, uri);
            Assert.InRange(cache.Bytes, 1000, 3 * 1300);
        }

        Assert.Equal(4, _inner.Count);
        _ = await Get(cache, "a"); // used lately
        Assert.Equal(4, _inner.Count);
        _ = await Get(cache, "b"); // gone
        Assert.Equal(5, _inner.Count);
    }

    [Fact]
    public async Task A_thousand_URIs_leave_no_more_than_the_bound()
    {
        using var cache = Cache(new BimiOptions { MaxCacheBytes = 10_000 });
        for (var i = 0; i < 1000; i++)
        {
            _ = await Get(cache, "https://example.com/" + i);
        }

        Assert.InRange(cache.Bytes, 1, 10_000);
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(1000, 0)]
    public async Task Zero_keeps_nothing(long bytes, int minutes)
    {
        using var cache = Cache(new BimiOptions { MaxCacheBytes = bytes, MaxCacheAge = TimeSpan.FromMinutes(minutes) });
        _ = await Get(cache, "a");
        _ = await Get(cache, "a");
        Assert.Equal(2, _inner.Count);
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public async Task Those_who_wait_share_one_fetch_and_one_who_gives_up_does_not_end_it()
    {
        using var cache = Cache();
        _inner.Gate = new TaskCompletionSource();
        using var source = new CancellationTokenSource();
        var impatient = cache.FetchAsync("a", BimiDocumentKind.Indicator, source.Token);
        var patient = Get(cache, "a");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        _inner.Gate.SetResult();
        Assert.NotNull((await patient).Content);
        Assert.Equal(1, _inner.Count);
    }

    [Fact]
    public async Task Only_so_many_documents_are_fetched_at_a_time()
    {
        using var cache = Cache(new BimiOptions { MaxConcurrentFetches = 2 });
        _inner.Gate = new TaskCompletionSource();
        var (a, b) = (Get(cache, "a"), Get(cache, "b"));
        var third = await Get(cache, "c");
        Assert.True(third.IsTemporary);
        Assert.Contains("MaxConcurrentFetches", third.Reason, StringComparison.Ordinal);
        _inner.Gate.SetResult();
        Assert.NotNull((await a).Content);
        Assert.NotNull((await b).Content);
        Assert.NotNull((await Get(cache, "c")).Content);
    }

    private BimiDocumentCache Cache(BimiOptions? options = null) => new(_inner, options ?? new BimiOptions(), _clock);

    private static Task<BimiDocument> Get(BimiDocumentCache cache, string uri) =>
        cache.FetchAsync(uri, BimiDocumentKind.Indicator, TestContext.Current.CancellationToken);

    private sealed class ScriptedFetcher : IBimiFetcher
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public Func<string, BimiDocument> Answer { get; set; } = _ => BimiDocument.Of([1, 2, 3]);

        public TaskCompletionSource? Gate { get; set; }

        public async Task<BimiDocument> FetchAsync(string uri, BimiDocumentKind kind, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            if (Gate is not null)
            {
                await Gate.Task;
            }

            return Answer(uri);
        }

        public void Dispose() => Gate?.TrySetCanceled();
    }
}
