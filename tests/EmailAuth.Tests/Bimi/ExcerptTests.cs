using System.Globalization;
using EmailAuth.Bimi;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>The start of a text of others, on one line, by exact lengths and for each character.</summary>
public class ExcerptTests
{
    [Fact]
    public void Each_length_is_shown_whole_up_to_the_limit_and_by_its_start_beyond()
    {
        for (var length = 0; length <= 8; length++)
        {
            var text = "abcdefgh"[..length];
            Assert.Equal(length <= 5 ? text : "abcde\u2026", Excerpt.Of(text, 5));
        }

        Assert.Equal(new string('a', 100), Excerpt.Of(new string('a', 100)));
        Assert.Equal(new string('a', 100) + "\u2026", Excerpt.Of(new string('a', 101)));
        Assert.Equal("\u2026", Excerpt.Of("a", 0));
    }

    [Theory]
    [InlineData(UnicodeCategory.Control, '\t')]
    [InlineData(UnicodeCategory.Control, '\u0085')]
    [InlineData(UnicodeCategory.Format, '\u202e')]
    [InlineData(UnicodeCategory.Format, '\u00ad')]
    [InlineData(UnicodeCategory.LineSeparator, '\u2028')]
    [InlineData(UnicodeCategory.ParagraphSeparator, '\u2029')]
    [InlineData(UnicodeCategory.PrivateUse, '\ue000')]
    [InlineData(UnicodeCategory.OtherNotAssigned, '\uffff')]
    [InlineData(UnicodeCategory.OtherNotAssigned, '\u0378')]
    public void What_is_not_seen_or_reorders_a_line_becomes_a_space(UnicodeCategory category, char c)
    {
        Assert.Equal(category, CharUnicodeInfo.GetUnicodeCategory(c));
        Assert.Equal(" a ", Excerpt.Of($"{c}a{c}"));
    }

    [Fact]
    public void Halves_of_characters_become_spaces()
    {
        Assert.Equal("  ", Excerpt.Of("\U0001F600"));
        Assert.Equal(" \u2026", Excerpt.Of("\U0001F600", 1));
    }

    [Fact]
    public void All_other_characters_are_shown_as_they_are()
    {
        var visible = string.Concat(Enumerable.Range(0, 0x3000).Select(static c => (char)c).Where(static c => CharUnicodeInfo.GetUnicodeCategory(c) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned)));
        Assert.Equal(visible, Excerpt.Of(visible, visible.Length));
    }
}
