using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>The parts of a name, and how names compare, at every length.</summary>
public class DomainNameRuleTests
{
    [Fact]
    public void The_last_labels_are_those_of_the_text_for_every_number_of_them()
    {
        foreach (var count in (int[])[1, 2, 3, 8, 9, 20, 127])
        {
            string[] labels = [.. Enumerable.Range(0, count).Select(static number => Label(number))];
            var name = DomainName.ParseDnsName(string.Join('.', labels)).Value!;
            Assert.Equal(count, name.LabelCount);
            for (var kept = 1; kept <= count + 2; kept++)
            {
                var taken = name.TakeLast(kept);
                Assert.Equal(string.Join('.', labels.TakeLast(kept)), taken.ToString());
                Assert.Equal(kept >= count, ReferenceEquals(name, taken));
                Assert.Equal(kept == count - 1, ReferenceEquals(name.Parent, taken));
            }

            Assert.Equal("labels", Assert.Throws<ArgumentOutOfRangeException>(() => name.TakeLast(0)).ParamName);
        }

        static string Label(int number) => ((char)('a' + (number % 26))).ToString();
    }

    [Fact]
    public void A_parent_is_made_once()
    {
        var name = DomainName.Parse("a.name.with.so.many.labels.that.it.is.not.kept.for.later.example").Value!;
        Assert.Same(name.Parent, name.Parent);
        Assert.Equal("name.with.so.many.labels.that.it.is.not.kept.for.later.example", name.Parent!.ToString());
        Assert.Null(DomainName.Parse("example").Value!.Parent);
    }

    [Theory]
    [InlineData("a.b.example", "b.example", true)]
    [InlineData("b.example", "b.example", true)]
    [InlineData(".b.example", "b.example", true)]
    [InlineData("ab.example", "b.example", false)]
    [InlineData("a-b.example", "b.example", false)]
    [InlineData("example", "b.example", false)]
    [InlineData("b.example.a", "b.example", false)]
    public void A_name_is_below_another(string name, string ancestor, bool expected) =>
        Assert.Equal(expected, new DomainName(name, 1).IsEqualToOrBelow(new DomainName(ancestor, 1)));

    // A hash is only a hint: names compare by their text, too.
    [Fact]
    public void Names_are_equal_by_hash_and_text()
    {
        var (one, same, otherHash, otherText) = (new DomainName("a", 1), new DomainName("a", 1), new DomainName("a", 2), new DomainName("b", 1));
        Assert.Equal((true, true, false, false, false), (one.Equals(one), one.Equals(same), one.Equals(otherHash), one.Equals(otherText), one.Equals(null)));
        Assert.Equal((true, false, false), (one!.Equals((object)same), one.Equals((object)"a"), one.Equals((object?)null)));
        Assert.Equal((true, false, true, false), (one == same, one != same, one != otherText, one == otherText));
        DomainName? none = null;
        Assert.Equal((true, false, false, true, false), (none == null, none == one, one == none, one != none, none != null));
        Assert.Equal((true, false, false), (one!.Is("a", 1), one.Is("a", 2), one.Is("b", 1)));
        Assert.Equal(1, one!.GetHashCode());
        Assert.Equal(string.GetHashCode("x.example", StringComparison.Ordinal), DomainName.Parse("X.example").Value!.GetHashCode());
    }

    [Fact]
    public void Labels_are_put_before_a_name_up_to_253_characters()
    {
        foreach (var length in (int[])[1, 50, 61, 62, 63, 64, 100, 250, 251, 252, 253])
        {
            var text = string.Concat(Enumerable.Range(1, length).Select(static place => place % 40 == 39 ? '.' : 'a'));
            var name = new DomainName(text, 0);
            Assert.Equal(length <= 251 ? "b." + text : null, name.Prepend("B")?.ToString());
            Assert.Equal(length <= 245 ? "_dmarc." + text : null, name.PrependChecked("_DMARC")?.ToString());
        }

        var thrown = Assert.Throws<ArgumentException>(() => new DomainName("a", 0).Prepend("a b"));
        Assert.Equal(("labels", true), (thrown.ParamName, thrown.Message.StartsWith("Not a sequence of DNS labels.", StringComparison.Ordinal)));
        Assert.Throws<ArgumentException>(() => new DomainName("a", 0).Prepend("b."));
        Assert.Throws<ArgumentException>(() => new DomainName("a", 0).Prepend("\u00e4"));
    }
}
