using EmailAuth.Bimi;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Bimi;

public class BimiSelectorTests
{
    [Theory]
    [InlineData(" v=BIMI1; s=brand", "brand")]
    [InlineData(" v=BIMI1; s=selector;", "selector")] // the draft's example
    [InlineData(" v=BIMI1;\r\n s=Brand.Europe ", "brand.europe")] // folded; selectors know no case
    [InlineData("v=BIMI1; x=1; s=a", "a")] // unknown tags are ignored
    [InlineData("v=BIMI1; s=1-2", "1-2")]
    public void A_selector_field_is_read(string value, string expected) => Assert.Equal(expected, BimiSelector.ParseField(value).Value);

    [Theory]
    [InlineData("s=selector;")] // the draft's example of an invalid one
    [InlineData("s=selector; v=BIMI1")]
    [InlineData("v=BIMI2; s=a")]
    [InlineData("v=bimi1; s=a")]
    [InlineData("v=BIMI1")]
    [InlineData("v=BIMI1; s=")]
    [InlineData("v=BIMI1; S=a")]
    [InlineData("v=BIMI1; s=a; s=b")]
    [InlineData("v=BIMI1; s=a; v=BIMI1")]
    [InlineData("v=BIMI1; s=a b")]
    [InlineData("v=BIMI1; s=a..b")]
    [InlineData("v=BIMI1; s=.a")]
    [InlineData("v=BIMI1; s=a.")]
    [InlineData("v=BIMI1; s=-a")]
    [InlineData("v=BIMI1; s=a-")]
    [InlineData("v=BIMI1; s=a_b")] // RFC 5321 section 4.1.2: sub-domain
    [InlineData("v=BIMI1; s=a\0b")]
    [InlineData("v=BIMI1; s=\u00e4")]
    [InlineData("v=BIMI1; s=a; (comment)")]
    [InlineData("")]
    public void A_malformed_selector_field_is_an_error(string value) => Assert.NotNull(BimiSelector.ParseField(value).Error);

    [Fact]
    public void A_label_of_a_selector_has_at_most_63_characters()
    {
        Assert.True(BimiSelector.ParseField("v=BIMI1; s=" + new string('a', 63)).IsSuccess);
        Assert.False(BimiSelector.ParseField("v=BIMI1; s=" + new string('a', 64)).IsSuccess);
    }

    [Theory]
    [InlineData("news", "news")]
    [InlineData("News", "news")]
    [InlineData("news+id=1@2", "news")] // RFC 5233: the subaddress goes first, whatever it holds
    [InlineData("no_reply", "no-reply")]
    [InlineData("no._-.reply", "no-reply")] // a run becomes one
    [InlineData("_news.", "news")]
    [InlineData("a--b", "a-b")]
    [InlineData("a-+b", "a")]
    [InlineData("+b", null)]
    [InlineData("...", null)]
    [InlineData("", null)]
    [InlineData("a b", null)]
    [InlineData("a@b", null)]
    [InlineData("j\u00fcrgen", null)]
    [InlineData("a\0", null)]
    public void A_local_part_is_normalized(string localPart, string? expected) => Assert.Equal(expected, BimiSelector.OfLocalPart(localPart));

    [Fact]
    public void A_normalized_local_part_has_at_most_63_characters()
    {
        Assert.Equal(63, BimiSelector.OfLocalPart(new string('a', 63))?.Length);
        Assert.Null(BimiSelector.OfLocalPart(new string('a', 64)));
        Assert.Equal("a-b", BimiSelector.OfLocalPart("a" + new string('.', 100) + "b"));
    }

    [Property]
    public bool Normalizing_is_idempotent(string localPart) =>
        BimiSelector.OfLocalPart(localPart ?? string.Empty) is not { } once || BimiSelector.OfLocalPart(once) == once;

    [Property]
    public void No_field_makes_parsing_throw(string value) => _ = BimiSelector.ParseField("v=BIMI1; s=" + value);
}
