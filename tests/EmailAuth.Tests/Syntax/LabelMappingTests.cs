using System.Globalization;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>Which characters a U-label may hold, and what others are mapped to.</summary>
public class LabelMappingTests
{
    // By the general category, beside the table: what UTS 46 maps, ignores or refuses.
    private static readonly UnicodeCategory[] Refused =
    [
        UnicodeCategory.TitlecaseLetter, UnicodeCategory.UppercaseLetter, UnicodeCategory.Control, UnicodeCategory.SpaceSeparator, UnicodeCategory.LineSeparator,
        UnicodeCategory.ParagraphSeparator, UnicodeCategory.PrivateUse, UnicodeCategory.Surrogate, UnicodeCategory.Format,
    ];

    [Fact]
    public void Each_code_point_is_stable_by_the_table_and_its_category()
    {
        var unstable = new System.Collections.BitArray(0x110000);
        foreach (var ends in UnicodeTables.Unstable.Split(' ').Select(static run => run.Split('-').Select(static end => int.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray()))
        {
            for (var code = ends[0]; code <= ends[^1]; code++)
            {
                unstable[code] = true;
            }
        }

        var stable = 0;
        // Where the table or the category changes, and some in between.
        var telling = Enumerable.Range(1, 0x10FFFE).Where(code => code < 0x300 || code % 53 == 0 || unstable[code] != unstable[code - 1] || unstable[code] != unstable[code + 1]
            || CharUnicodeInfo.GetUnicodeCategory(code) != CharUnicodeInfo.GetUnicodeCategory(code - 1));
        foreach (var code in telling)
        {
            var expected = code < 0x80 || code is 0x200C or 0x200D
                || (!unstable[code] && (code is >= 0x13A0 and <= 0x13F5 || !Refused.Contains(CharUnicodeInfo.GetUnicodeCategory(code))));
            if (LabelMapping.IsStable(code) != expected)
            {
                Assert.Fail($"U+{code:X4} is {(expected ? "stable" : "not stable")}");
            }

            stable += expected ? 1 : 0;
        }

        Assert.InRange(stable, 10_000, 60_000);
    }

    // RFC 5895 section 2: digits and letters of full width are of normal width, and letters are small.
    [Fact]
    public void Characters_of_full_width_become_narrow_where_they_are_letters_or_digits()
    {
        for (var code = 0xFF00; code <= 0xFF60; code++)
        {
            var narrow = (char)(code - 0xFF00 + ' ');
            var expected = char.IsAsciiLetterOrDigit(narrow) ? char.ToLowerInvariant(narrow).ToString() : LabelMapping.IsStable(code) ? ((char)code).ToString() : null;
            Assert.Equal((code, expected), (code, LabelMapping.Map([(char)code])));
        }
    }

    // Case folding keeps the capitals of Cherokee.
    [Fact]
    public void Cherokee_stays_as_it_is()
    {
        for (var code = 0x1380; code <= 0x1420; code++)
        {
            Assert.Equal((code, LabelMapping.IsStable(code) ? ((char)code).ToString() : null), (code, LabelMapping.Map([(char)code])));
        }

        var capitals = Enumerable.Range(0x1380, 0x100).Where(static code => char.IsUpper((char)code) && LabelMapping.IsStable(code)).ToList();
        Assert.Equal((0x13A0, 0x13F5, 86), (capitals[0], capitals[^1], capitals.Count));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("aB1-_.", "ab1-_.")]
    [InlineData("\u00c4\u00d6", "\u00e4\u00f6")]
    [InlineData("A\u0308", "\u00e4")]
    [InlineData("\ud801\udc00", "\ud801\udc28")] // Deseret has capitals past the first plane
    [InlineData("a\u00adb", null)]
    [InlineData("a\u2126", "a\u03c9")]
    [InlineData("\u01c5", null)] // a letter of title case, which has a small one of its own
    [InlineData("\ud800", null)] // half a character
    [InlineData("a b", "a b")] // what a host may hold is for the parser to say
    public void A_text_is_mapped_to_small_composed_letters(string text, string? mapped) => Assert.Equal(mapped, LabelMapping.Map(text));

    [Fact]
    public void Thirty_marks_are_mapped_and_one_more_is_refused()
    {
        var marks = new string('\u0334', 30);
        Assert.Equal("q" + marks, LabelMapping.Map("Q" + marks));
        Assert.Null(LabelMapping.Map("Q" + marks + "\u0334"));
    }

    // RFC 5891 section 4.2.3.2 and RFC 5892 appendix A.
    [Theory]
    [InlineData("a", true)]
    [InlineData("\u00e4\u0301", true)]
    [InlineData("\u0301", false)]
    [InlineData("\u0903", false)] // a mark that takes room
    [InlineData("\u20dd", false)] // a mark around a letter
    [InlineData("\u200c", false)]
    [InlineData("\u200d", false)]
    [InlineData("a\u200c", false)]
    [InlineData("a\u200db", false)]
    [InlineData("\u007f\u200c", false)]
    [InlineData("\u0080\u200c", true)]
    [InlineData("\u0915\u200c", true)]
    [InlineData("\u0915\u200d\u200d", true)]
    [InlineData("\u0915a\u200d", false)]
    [InlineData("\u0915\u200da", true)]
    public void A_label_depends_on_nothing_before_it_and_joins_something(string label, bool expected) =>
        Assert.Equal(expected, LabelMapping.IsSelfContained([.. label.Select(static c => (int)c)]));

    [Fact]
    public void What_is_mapped_is_mapped_to_itself()
    {
        for (var code = 0x80; code < 0x3000; code++)
        {
            if (!char.IsSurrogate((char)code) && LabelMapping.Map([(char)code]) is { } mapped)
            {
                Assert.Equal(mapped, LabelMapping.Map(mapped));
            }
        }
    }
}
