using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>Which names are kept for later.</summary>
public class RecentNamesRuleTests
{
    // Tests that run at the same time meet other names, which may take the places.
    private const int Tries = 50;

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(64, 1, true)]
    [InlineData(65, 1, false)]
    [InlineData(40, 8, true)]
    [InlineData(40, 9, false)]
    [InlineData(64, 8, true)]
    public void A_name_is_kept_that_is_neither_long_nor_deep(int length, int labels, bool isKept)
    {
        var text = new string('q', length - (2 * (labels - 1))) + string.Concat(Enumerable.Repeat(".z", labels - 1));
        Assert.Equal(length, text.Length);
        Assert.Equal(isKept, Enumerable.Range(0, Tries).Any(_ => ReferenceEquals(RecentNames.Of(text), RecentNames.Of(text))));
        var name = RecentNames.Of(text);
        Assert.Equal((text, string.GetHashCode(text, StringComparison.Ordinal)), (name.ToString(), name.GetHashCode()));
    }

    // A row has four places, for hashes that share ten bits.
    [Fact]
    public void The_latest_of_a_row_push_out_the_earliest()
    {
        var row = string.GetHashCode("the-first-of-its-row.example", StringComparison.Ordinal) & 1023;
        var texts = Enumerable.Range(0, int.MaxValue).Select(static number => $"of-the-row-{number}.example")
            .Where(text => (string.GetHashCode(text, StringComparison.Ordinal) & 1023) == row).Take(6).ToArray();
        Assert.Contains(Enumerable.Range(0, Tries), _ =>
        {
            var names = texts.Select(static text => RecentNames.Of(text)).ToArray();
            return Enumerable.Range(0, 6).OrderDescending().Select(index => ReferenceEquals(names[index], RecentNames.Of(texts[index]))).SequenceEqual([true, true, true, true, false, false]);
        });
    }
}
