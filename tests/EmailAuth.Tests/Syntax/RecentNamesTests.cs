using EmailAuth.Syntax;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Syntax;

public class RecentNamesTests
{
    [Fact]
    public void A_name_that_was_met_lately_is_the_same_object()
    {
        var name = RecentNames.Of("recent.example");
        Assert.Same(name, RecentNames.Of("recent.example"));
        Assert.Same(name, DomainName.Parse("Recent.EXAMPLE").Value);
        Assert.Same(RecentNames.Of("_dmarc.recent.example"), name.PrependChecked("_DMARC"));
    }

    // The hash of a text differs from process to process: with one place for each hash, two names of a message pushed each other out each time.
    [Fact]
    public void Names_whose_hashes_share_their_low_bits_are_all_kept()
    {
        var row = string.GetHashCode("first-of-a-row.example", StringComparison.Ordinal) & 4095;
        var texts = Enumerable.Range(0, int.MaxValue).Select(number => $"row{number}.example")
            .Where(text => (string.GetHashCode(text, StringComparison.Ordinal) & 4095) == row).Take(4).ToArray();
        var names = texts.Select(text => RecentNames.Of(text)).ToArray();
        Assert.Equal(names, texts.Select(text => RecentNames.Of(text)), ReferenceEqualityComparer.Instance);
    }

    // A parent is a name, too: what has many labels would keep as many.
    [Theory]
    [InlineData("a.b.c.d.e.f.g.h.many-labels.example")]
    [InlineData("a-label-of-a-good-length.another-label-of-a-good-length.and-third.example")]
    public void What_is_long_or_deep_is_not_kept(string text)
    {
        var name = RecentNames.Of(text);
        Assert.NotSame(name, RecentNames.Of(text));
        Assert.Equal(name, RecentNames.Of(text));
    }

    // Many more names than there are places: each takes another's, and all stay what they are.
    [Fact]
    public void However_many_names_are_met_each_keeps_its_text()
    {
        Parallel.For(0, 40_000, number =>
        {
            var text = $"n{number % 20_000}.example";
            var name = RecentNames.Of(text);
            Assert.Equal(text, name.ToString());
            Assert.Equal("example", name.Parent!.ToString());
        });
    }

    [Property]
    public void A_name_equals_what_is_made_of_its_text(byte first, byte second)
    {
        var text = $"x{first}.y{second}.example";
        var name = RecentNames.Of(text);
        Assert.Equal(text, name.ToString());
        Assert.Equal(name, DomainName.Parse(text).Value);
        Assert.Equal(name.GetHashCode(), DomainName.Parse(text).Value!.GetHashCode());
    }
}
