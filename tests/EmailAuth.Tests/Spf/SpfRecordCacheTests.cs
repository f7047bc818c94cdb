using EmailAuth.Spf;
using Xunit;

namespace EmailAuth.Tests.Spf;

public class SpfRecordCacheTests
{
    [Fact]
    public void The_same_text_gives_the_same_record_and_errors_are_kept_also()
    {
        var cache = new SpfRecordCache();
        Assert.Same(cache.Get("v=spf1 -all").Value, cache.Get(new string("v=spf1 -all")).Value);
        Assert.Same(cache.Get("v=spf1 oops").Error, cache.Get(new string("v=spf1 oops")).Error);
    }

    [Fact]
    public void What_is_used_stays_while_strangers_fill_the_cache()
    {
        var cache = new SpfRecordCache();
        var kept = cache.Get("v=spf1 -all").Value;
        for (var i = 0; i < 20_000; i++)
        {
            cache.Get($"v=spf1 exp=e{i}.example.com");
            if (i % 500 == 0)
            {
                Assert.Same(kept, cache.Get("v=spf1 -all").Value);
            }
        }

        Assert.True(cache.Count <= 4096, $"{cache.Count} entries");
    }

    [Fact]
    public void A_long_record_is_read_but_not_kept()
    {
        var cache = new SpfRecordCache();
        Assert.True(cache.Get("v=spf1 " + new string(' ', 5000) + "-all").IsSuccess);
        Assert.Equal(0, cache.Count);
    }
}
