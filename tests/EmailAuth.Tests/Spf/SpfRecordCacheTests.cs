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
    public void A_record_in_use_stays_while_senders_fill_the_cache()
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

    // A thousand terms take a hundred kilobytes when they are parsed: of such records only as many are kept as have the length of 4,096 usual ones.
    [Fact]
    public void Of_records_made_to_be_large_fewer_are_kept()
    {
        var cache = new SpfRecordCache();
        var terms = string.Concat(Enumerable.Repeat(" a", 1000));
        for (var i = 0; i < 2000; i++)
        {
            cache.Get($"v=spf1{terms} exp=e{i:0000}.example.com");
            Assert.InRange(cache.Count, 1, 4096 * 256 / 2028);
        }
    }

    [Fact]
    public void A_long_record_is_read_but_not_kept()
    {
        var cache = new SpfRecordCache();
        Assert.True(cache.Get("v=spf1 " + new string(' ', 5000) + "-all").IsSuccess);
        Assert.Equal(0, cache.Count);
    }

    // A check keeps them for itself, each by its own text: the case of a macro's letter has a meaning (RFC 7208 section 7.3).
    [Fact]
    public async Task Long_records_that_differ_only_in_case_are_two()
    {
        var spaces = new string(' ', 2048);
        var result = await SpfTestZone.Of("v=spf1 include:a.test include:b.test -all")
            .Text("a.test", $"v=spf1 exists:%{{l}}.e.test{spaces}~all").Text("b.test", $"v=spf1 exists:%{{L}}.e.test{spaces}~all")
            .Address("a%2bb.e.test", "127.0.0.2").CheckAsync("a+b@example.com");
        Assert.Equal((SpfResultCode.Pass, 1), (result.Code, result.VoidLookupCount));
    }
}
