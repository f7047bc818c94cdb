using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

public class GenerationCacheTests
{
    [Fact]
    public void Entries_that_are_read_stay_and_others_are_dropped()
    {
        var cache = new GenerationCache<string, int>(maxSize: 8);
        cache.Add("kept", 1, 1);
        cache.Add("forgotten", 2, 1);
        for (var i = 0; i < 20; i++)
        {
            Assert.True(cache.TryGet("kept", out var value));
            Assert.Equal(1, value);
            cache.Add($"other {i}", i, 1);
        }

        Assert.False(cache.TryGet("forgotten", out _));
    }

    [Theory]
    [InlineData(4, true, "half of what is allowed, a whole generation")]
    [InlineData(5, false, "more than a generation")]
    public void What_is_larger_than_a_generation_is_not_kept(int size, bool isKept, string why)
    {
        var cache = new GenerationCache<string, int>(maxSize: 8);
        cache.Add("a", 1, size);
        Assert.True(cache.TryGet("a", out _) == isKept, why);
    }

    [Fact]
    public void The_size_of_all_stays_within_what_is_allowed()
    {
        var cache = new GenerationCache<int, int>(maxSize: 100);
        var random = new Random(20261128);
        for (var i = 0; i < 1000; i++)
        {
            cache.Add(random.Next(40), i, random.Next(1, 60));
            _ = cache.TryGet(random.Next(40), out _);
            Assert.InRange(cache.Size, 0, 100);
        }
    }

    [Fact]
    public void A_later_value_replaces_an_earlier_one()
    {
        var cache = new GenerationCache<string, int>(maxSize: 20);
        cache.Add("a", 1, 3);
        cache.Add("a", 2, 5);
        Assert.True(cache.TryGet("a", out var value));
        Assert.Equal((2, 1, 5L), (value, cache.Count, cache.Size));
    }

    // Another thread may add one between the look at the older generation and the move. Here that look itself adds it.
    [Fact]
    public void A_newer_value_that_was_added_meanwhile_stays() => AssertNewerStays("a");

    // As above, and so many more were added that the newer one is in the older generation by now.
    [Fact]
    public void A_newer_value_that_has_grown_older_meanwhile_stays() => AssertNewerStays("a", "e", "f");

    private static void AssertNewerStays(params string[] added)
    {
        var comparer = new Watched();
        var cache = new GenerationCache<string, int>(maxSize: 6, comparer);
        foreach (var key in (string[])["a", "b", "c", "d"])
        {
            cache.Add(key, 1, 1);
        }

        var looks = 0;
        comparer.OnHash = () =>
        {
            if (++looks == 2)
            {
                Array.ForEach(added, key => cache.Add(key, 2, 1));
            }
        };
        Assert.True(cache.TryGet("a", out _));
        comparer.OnHash = null;
        Assert.True(cache.TryGet("a", out var value));
        Assert.Equal((2, 5, 5L), (value, cache.Count, cache.Size));
    }

    private sealed class Watched : IEqualityComparer<string>
    {
        public Action? OnHash { get; set; }

        public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

        public int GetHashCode(string obj)
        {
            OnHash?.Invoke();
            return obj.GetHashCode(StringComparison.Ordinal);
        }
    }
}
