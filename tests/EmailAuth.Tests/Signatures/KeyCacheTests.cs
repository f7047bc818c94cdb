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

    private static string Record(int index) => $"v=DKIM1; p=; n={index}";

    private static void Fill(KeyCache cache, int count)
    {
        for (var i = 0; i < count; i++)
        {
            cache.Get(Record(i));
        }
    }
}
