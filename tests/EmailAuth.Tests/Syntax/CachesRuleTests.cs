using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>What the pools and caches keep, to the entry.</summary>
public class CachesRuleTests
{
    [Fact]
    public void A_generation_is_full_at_half_of_what_is_allowed()
    {
        var cache = new GenerationCache<string, int>(maxSize: 9);
        Assert.Equal((0, 0L), (cache.Count, cache.Size));
        cache.Add("a", 1, 3);
        Assert.Equal((1, 3L), (cache.Count, cache.Size));
        cache.Add("b", 2, 1); // four, half of nine
        Assert.Equal((2, 4L), (cache.Count, cache.Size));
        cache.Add("c", 3, 1); // five: the first two become the older
        Assert.Equal((3, 5L), (cache.Count, cache.Size));
        Assert.True(cache.TryGet("a", out var a) && a == 1); // moved to the younger, and still in the older
        Assert.Equal((4, 8L), (cache.Count, cache.Size));
        Assert.True(cache.TryGet("a", out _)); // from the younger: nothing moves
        Assert.Equal((4, 8L), (cache.Count, cache.Size));
        cache.Add("d", 4, 2); // c and a become the older; b, which nobody read, is gone
        Assert.Equal((3, 6L), (cache.Count, cache.Size));
        Assert.False(cache.TryGet("b", out var b));
        Assert.Equal(0, b);
        Assert.True(cache.TryGet("c", out var c) && c == 3);
        Assert.Equal((4, 7L), (cache.Count, cache.Size));
        cache.Add("d", 5, 1); // another size in place of the earlier one
        Assert.True(cache.TryGet("d", out var d) && d == 5);
        Assert.Equal((4, 6L), (cache.Count, cache.Size));
        cache.Add("e", 6, 5); // larger than a generation
        Assert.False(cache.TryGet("e", out _));
        cache.Add("e", 6, 4);
        Assert.True(cache.TryGet("e", out _));
        cache.Add("f", 7, 0);
        Assert.True(cache.TryGet("f", out _));
    }

    [Fact]
    public void Keys_compare_as_they_are_meant_to()
    {
        var cache = new GenerationCache<string, int>(8, StringComparer.OrdinalIgnoreCase);
        for (var round = 0; round < 3; round++)
        {
            cache.Add("A", round, 4);
            cache.Add("b", round, 4);
            Assert.True(cache.TryGet("B", out var b) && b == round);
            Assert.True(cache.TryGet("a", out var a) && a == round);
        }

        var exact = new GenerationCache<string, int>(8);
        exact.Add("A", 1, 1);
        Assert.False(exact.TryGet("a", out _));
    }

    [Fact]
    public void Objects_are_handed_out_from_the_first_place_on_and_kept_in_the_first_that_is_free()
    {
        var pool = new IdleObjects<string>(3);
        foreach (var text in (string[])["a", "b", "c", "d"])
        {
            pool.Put(text);
        }

        Assert.Equal(("a", "b"), (pool.Take(), pool.Take()));
        pool.Put("e");
        Assert.Equal(("e", "c", null), (pool.Take(), pool.Take(), pool.Take()));
        var none = new IdleObjects<string>(0);
        none.Put("a");
        Assert.Null(none.Take());
    }

    [Fact]
    public void A_text_is_parsed_once_while_it_is_kept_and_each_time_when_it_is_long()
    {
        var parsed = new List<string>();
        var texts = new Texts(parsed, capacity: 4, usual: 5, longest: 8);
        Assert.Equal((2, 2), (texts.Get("ab"), texts.Get("ab")));
        Assert.Equal((8, 8), (texts.Get("abcdefgh"), texts.Get("abcdefgh")));
        Assert.Equal((9, 9), (texts.Get("abcdefghi"), texts.Get("abcdefghi")));
        Assert.Equal(["ab", "abcdefgh", "abcdefghi", "abcdefghi"], parsed);
        Assert.Equal((true, true, false), (texts.Keeps("ab"), texts.Keeps("abcdefgh"), texts.Keeps("abcdefghi")));
        Assert.Equal(2, texts.Count);
        Assert.Equal(2, texts.Get("AB"));
        Assert.Equal("AB", parsed[^1]);
    }

    // A short text counts as a usual one: half of 20 has room for two.
    [Fact]
    public void No_entry_is_smaller_than_a_usual_one()
    {
        var parsed = new List<string>();
        var texts = new Texts(parsed, capacity: 4, usual: 5, longest: 100);
        foreach (var text in (string[])["a", "b", "c", "d", "e", "a", "bb", "123456", "bb"])
        {
            _ = texts.Get(text);
        }

        Assert.Equal(["a", "b", "c", "d", "e", "a", "bb", "123456"], parsed);
        Assert.Equal(2, texts.Count);
    }

    private sealed class Texts(List<string> parsed, int capacity, int usual, int longest) : TextCache<int>(
        capacity, usual, longest, text =>
        {
            parsed.Add(text);
            return text.Length;
        });
}
