using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Signatures;

public class KeyCacheTests
{
    private const long Plenty = 1L << 40;

    [Fact]
    public void Twenty_thousand_keys_are_kept_by_default() => Assert.Equal(20_000, DkimOptions.Default.MaxCachedKeys);

    [Fact]
    public void Half_of_the_bound_stays_whatever_the_order()
    {
        var cache = new KeyCache(new DkimOptions { MaxCachedKeys = 1000 }, Plenty);
        var first = Enumerable.Range(0, 500).Select(i => cache.Get(Record(i))).ToArray();
        Assert.Equal(500, cache.Count);
        for (var round = 0; round < 3; round++)
        {
            Assert.All(Enumerable.Range(0, 500).Reverse(), i => Assert.Same(first[i], cache.Get(Record(i))));
        }
    }

    [Fact]
    public void No_more_than_the_bound_is_kept()
    {
        var cache = new KeyCache(new DkimOptions { MaxCachedKeys = 100 }, Plenty);
        Fill(cache, 1000);
        Assert.InRange(cache.Count, 50, 100);
    }

    // Of 8 MB an eighth may be used, and a key counts as some kilobytes.
    [Fact]
    public void Keys_take_no_more_than_an_eighth_of_the_memory()
    {
        var cache = new KeyCache(new DkimOptions { MaxCachedKeys = 1_000_000 }, 8 * 1024 * 1024);
        Fill(cache, 5000);
        Assert.InRange(cache.Count, 16, 256);
    }

    [Fact]
    public void A_long_record_counts_as_several()
    {
        var cache = new KeyCache(new DkimOptions { MaxCachedKeys = 100 }, Plenty);
        var long4096 = new string('x', 4000);
        for (var i = 0; i < 1000; i++)
        {
            cache.Get($"v=DKIM1; p=; n={i}{long4096}");
        }

        Assert.InRange(cache.Count, 4, 25);
    }

    [Fact]
    public void A_kept_key_serves_both_ways_of_making_it()
    {
        foreach (var isFast in (bool[])[true, false])
        {
            var cache = new KeyCache(new DkimOptions { FastKeyImport = isFast });
            Assert.Same(cache.Get(TestSigner.Rsa2048.Record), cache.Get(TestSigner.Rsa2048.Record));
            Assert.Equal(2048, cache.Get(TestSigner.Rsa2048.Record).Bits);
        }
    }

    // What the benchmark "keys" measures of a key: its record, and the platform's objects with its numbers.
    private static long BytesOf(int length, int objects) => 1536 + (4 * length) + (objects * (512L + (3 * length)));

    // Half of the bound for each generation: so many are there before the first are dropped.
    [Theory]
    [InlineData(420, true)]
    [InlineData(30, true)]
    [InlineData(421, true)]
    [InlineData(900, true)]
    [InlineData(4096, true)]
    [InlineData(420, false)]
    [InlineData(900, false)]
    public void A_key_counts_as_the_bytes_that_it_takes(int length, bool isFast)
    {
        var options = new DkimOptions { MaxCachedKeys = 1_000_000, FastKeyImport = isFast };
        var objects = SignatureAlgorithm.RsaSha256.KeyType.MaxObjects(options);
        var half = 10 * BytesOf(Math.Max(length, 420), objects);
        foreach (var (bytes, kept) in ((long, int)[])[(half, 10), (half - 1, 9)])
        {
            var cache = new KeyCache(options, 8 * 2 * bytes);
            for (var index = 0; index < 10; index++)
            {
                cache.Get($"v=DKIM1; p=; n={index}".PadRight(length, 'x'));
            }

            // The tenth begins a generation where it does not fit, and the older one stays.
            Assert.Equal(10, cache.Count);
            for (var index = 10; index < 20; index++)
            {
                cache.Get($"v=DKIM1; p=; n={index}".PadRight(length, 'x'));
            }

            Assert.Equal(kept == 10 ? 20 : 11, cache.Count);
        }
    }

    [Theory]
    [InlineData(2, 2, 2)]
    [InlineData(3, 2, 2)]
    [InlineData(4, 4, 3)]
    [InlineData(100, 100, 51)]
    public void So_many_usual_keys_are_kept(int bound, int most, int next)
    {
        var cache = new KeyCache(new DkimOptions { MaxCachedKeys = bound }, Plenty);
        Fill(cache, most);
        Assert.Equal(most, cache.Count);
        cache.Get(Record(most));
        Assert.Equal(next, cache.Count);
    }

    [Fact]
    public void A_text_longer_than_4096_characters_is_not_kept()
    {
        var cache = new KeyCache(new DkimOptions(), Plenty);
        Assert.True(cache.Keeps(new string('x', 4096)));
        Assert.False(cache.Keeps(new string('x', 4097)));
        var text = "v=DKIM1; p=; n=".PadRight(4097, 'x');
        Assert.NotSame(cache.Get(text), cache.Get(text));
        Assert.Equal(0, cache.Count);
        Assert.Same(cache.Get(text[..^1]), cache.Get(text[..^1]));
        Assert.Equal(1, cache.Count);
    }

    private static string Record(int index) => $"v=DKIM1; p=; n={index}";

    private static void Fill(KeyCache cache, int count)
    {
        for (var i = 0; i < count; i++)
        {
            cache.Get(Record(i));
        }
    }
}
