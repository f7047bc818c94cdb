using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>A-labels in every room, and fake ones at every place of a name.</summary>
public class InternationalizedLabelRuleTests
{
    [Theory]
    [InlineData("b\u00fccher.example", "xn--bcher-kva.example")]
    [InlineData("a.b\u00fccher.\u00fc", "a.xn--bcher-kva.xn--tda")]
    [InlineData("example", "example")]
    [InlineData("a..b", "a..b")]
    [InlineData("", "")]
    public void A_name_fits_exactly_into_its_room(string name, string ascii)
    {
        for (var room = 0; room <= ascii.Length + 1; room++)
        {
            var text = new char[room];
            var fits = InternationalizedLabel.TryToAscii(name, text, out var length);
            Assert.Equal((room, room >= ascii.Length), (room, fits));
            if (fits)
            {
                Assert.Equal(ascii, new string(text, 0, length));
            }
        }
    }

    // RFC 1035 section 2.3.4: 63 octets of the A-label, whatever room there is.
    [Theory]
    [InlineData(55, true)]
    [InlineData(56, false)]
    public void A_label_has_at_most_63_octets(int count, bool fits)
    {
        var text = new char[300];
        Assert.Equal(fits, InternationalizedLabel.TryToAscii(new string('a', count) + "\u00fc", text, out var length));
        Assert.True(!fits || length == 63);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(300)]
    public void A_label_of_many_characters_is_refused_without_being_written(int count) =>
        Assert.False(InternationalizedLabel.TryToAscii(new string('\u00fc', count), new char[400], out _));

    [Fact]
    public void Sixty_three_octets_of_ASCII_are_no_matter_for_it()
    {
        var text = new char[100];
        Assert.True(InternationalizedLabel.TryToAscii(new string('a', 100), text, out var length));
        Assert.Equal(100, length);
    }

    [Theory]
    [InlineData(252, true)]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void A_name_of_at_most_253_characters_is_written_in_ASCII(int length, bool isWritten)
    {
        var wide = string.Concat(Enumerable.Range(1, length).Select(static place => place % 50 == 0 ? '.' : '\uff41'));
        Assert.Equal(isWritten ? wide.Replace('\uff41', 'a') : wide, InternationalizedLabel.ToALabels(wide));
    }

    // A letter and its mark count as two, although they become one.
    [Theory]
    [InlineData(192, true)]
    [InlineData(193, false)]
    public void A_name_of_more_than_253_characters_stays_although_it_would_fit_in_ASCII(int length, bool isWritten)
    {
        var end = "." + string.Concat(Enumerable.Range(1, length).Select(static place => place % 50 == 0 ? '.' : 'a'));
        var name = string.Concat(Enumerable.Repeat("u\u0308", 30)) + end;
        Assert.Equal(61 + length, name.Length);
        Assert.Equal(isWritten ? "xn--td" + new string('a', 30) + end : name, InternationalizedLabel.ToALabels(name));
    }

    // RFC 5891 section 4.2.3.1.
    [Theory]
    [InlineData("xn--\u00fc", false)]
    [InlineData("XN--\u00fc", false)]
    [InlineData("xn-\u00fc", true)]
    [InlineData("ab--\u00fc", true)]
    [InlineData("\u0301\u00fc", false)]
    public void A_label_in_Unicode_does_not_begin_like_an_A_label(string label, bool isWritten) =>
        Assert.Equal(isWritten, InternationalizedLabel.TryToAscii(label, new char[100], out _));

    [Theory]
    [InlineData("xn--a.example", "xn--a")]
    [InlineData("a.xn--a", "xn--a")]
    [InlineData("xn--bcher-kva.xn--victim-.xn--a", "xn--victim-")]
    [InlineData("xn--.a", "xn--")]
    [InlineData("xn-a", null)]
    [InlineData("axn--a", null)]
    [InlineData("xn--bcher-kva", null)]
    [InlineData("xn--bcher-kvb", "xn--bcher-kvb")]
    [InlineData("", null)]
    public void The_first_fake_label_is_named(string name, string? fake) => Assert.Equal(fake, InternationalizedLabel.FirstFake(name));

    [Fact]
    public void Each_A_label_of_one_character_is_genuine_when_that_is_stable_alone_and_composed()
    {
        var text = new char[63];
        for (var code = 0x80; code <= 0x3100; code++)
        {
            Assert.True(Punycode.TryEncode([code], text, out var length));
            var genuine = LabelMapping.IsStable(code) && LabelMapping.IsSelfContained([code]) && CanonicalComposition.IsComposed([code]);
            var label = "xn--" + new string(text, 0, length);
            Assert.Equal(genuine ? null : label, InternationalizedLabel.FirstFake(label));
        }
    }

    // Capital letters decode to the same digits, and are not what is written.
    [Theory]
    [InlineData("xn--bcher-kva", true)]
    [InlineData("xn--bcher-kVa", false)]
    [InlineData("xn--ls8h", true)]
    [InlineData("xn--ls8hz", false)]
    public void A_label_is_what_its_characters_are_written_as(string label, bool isGenuine) => Assert.Equal(isGenuine, InternationalizedLabel.FirstFake(label) is null);
}
