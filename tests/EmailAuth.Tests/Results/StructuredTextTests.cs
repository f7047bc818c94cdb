using System.Text.RegularExpressions;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>The steps of reading a structured field.</summary>
public partial class StructuredTextTests
{
    private const string Alphanumeric = "0030-0039 0041-005a";

    [Fact]
    public void Each_kind_of_word_has_its_characters()
    {
        Assert.Equal($"002d {Alphanumeric} 005f 0061-007a", NumberRanges.OfCharacters(static c => Keyword($"a{c}b") == 3, 0x300));
        Assert.Equal($"0021 0023-0027 002a-002b 002d-002e {Alphanumeric} 005e-007e 0080-02ff", NumberRanges.OfCharacters(static c => Token($"a{c}b") == 3, 0x300));
        Assert.Equal("0009-000a 000d 0020 0028 003b", NumberRanges.OfCharacters(static c => Value($"a{c}b") != 3, 0x300));
        Assert.Equal("0009-000a 000d 0020", NumberRanges.OfCharacters(static c => Space($"{c}b") == 1, 0x300));
    }

    [Theory]
    [InlineData("", 0, 0, 0)]
    [InlineData("ab", 2, 2, 2)]
    [InlineData(";", 0, 0, 0)]
    [InlineData("ab;", 2, 2, 2)]
    [InlineData("a/b;", 1, 1, 3)]
    [InlineData("\"a;b\"c;", 0, 0, 6)]
    [InlineData("\"\";", 0, 0, 2)]
    [InlineData("a\"b;c\"", 1, 1, 3)] // quotes begin a value only
    public void A_word_ends_where_another_character_comes(string text, int keyword, int token, int value) =>
        Assert.Equal((keyword, token, value), (Keyword(text), Token(text), Value(text)));

    [Theory]
    [InlineData("", null, 0)]
    [InlineData("0", 0, 1)]
    [InlineData("9/", 9, 1)]
    [InlineData("10:", 10, 2)]
    [InlineData("/1", null, 0)]
    [InlineData(":1", null, 0)]
    [InlineData("007x", 7, 3)]
    [InlineData("999999999", 999999999, 9)]
    [InlineData("1000000000", null, 10)]
    [InlineData("0000000000", null, 10)]
    public void A_number_has_up_to_nine_digits(string text, int? number, int position)
    {
        var walk = new StructuredText(text);
        Assert.Equal((number, position), (walk.Number(), walk.Position));
    }

    [Fact]
    public void A_walk_knows_where_it_is()
    {
        var walk = new StructuredText("a;b");
        Assert.Equal((0, false, 'a'), (walk.Position, walk.AtEnd, walk.Current));
        Assert.False(walk.TrySkip(';'));
        Assert.True(walk.TrySkip('a'));
        Assert.True(walk.TrySkip(';'));
        Assert.Equal((2, false, 'b'), (walk.Position, walk.AtEnd, walk.Current));
        Assert.Equal(";", walk.From(1).ToString());
        Assert.True(walk.TrySkip('b'));
        Assert.Equal((3, true, '\0'), (walk.Position, walk.AtEnd, walk.Current));
        Assert.False(walk.TrySkip('\0'));
        Assert.Equal("a;b", walk.From(0).ToString());
        Assert.True(walk.TryReadValue(out var value));
        Assert.True(value.IsEmpty);
        Assert.True(walk.SkipCfws());
        Assert.Equal(3, walk.Position);
    }

    [Theory]
    [InlineData("x", true, 0, "")]
    [InlineData(" \t\r\n x", true, 5, "")]
    [InlineData(" (a) (b) x", true, 9, "(a)")] // the first one is kept
    [InlineData("(a(b)\\))x", true, 8, "(a(b)\\))")]
    [InlineData("()(b)x", true, 5, "()")]
    [InlineData(" (a) (b", false, 7, "(a)")]
    [InlineData("(a", false, 2, "")]
    [InlineData("  ", true, 2, "")]
    [InlineData("", true, 0, "")]
    public void Space_and_comments_are_skipped(string text, bool ends, int position, string comment)
    {
        var walk = new StructuredText(text);
        Assert.Equal((ends, position, comment), (walk.SkipCfws(out var found), walk.Position, found.ToString()));
        walk = new StructuredText(text);
        Assert.Equal((ends, position), (walk.SkipCfws(), walk.Position));
    }

    [Theory]
    [InlineData("(a(b)c)x", false, true, 5)]
    [InlineData("(a\\)b)x", true, false, 4)]
    [InlineData("(a\\)b)x", true, true, 6)]
    public void Comments_end_as_the_reader_thinks(string text, bool nests, bool escapes, int position)
    {
        var walk = new StructuredText(text, new CommentReading(nests, escapes, true));
        Assert.True(walk.SkipCfws());
        Assert.Equal(position, walk.Position);
    }

    [Theory]
    [InlineData("\"a\"b", true, 3)]
    [InlineData("\"a\\\"b", false, 5)]
    [InlineData("\"a\\\"\"", true, 5)]
    [InlineData("\"", false, 1)]
    public void A_quoted_string_ends_at_its_quote_or_not(string text, bool ends, int position)
    {
        var walk = new StructuredText(text);
        Assert.Equal((ends, position), (walk.SkipQuotedString(), walk.Position));
        walk = new StructuredText(text);
        Assert.Equal(ends, walk.TryReadValue(out var value));
        Assert.Equal(ends ? text : string.Empty, value.ToString());
    }

    [Fact]
    public void What_a_delimited_text_says_has_no_delimiters_escapes_and_line_ends()
    {
        foreach (var text in ShortTexts.Of("()\"\\a\r\n", 5))
        {
            var content = StructuredText.Content(text);
            var expected = IsDelimited().IsMatch(text) ? EscapeOrLineEnd().Replace(text[1..^1], "${next}") : text;
            if (expected != content)
            {
                Assert.Fail($"{VisibleText.Of(text)}: {VisibleText.Of(content)}, not {VisibleText.Of(expected)}");
            }
        }
    }

    private static int Keyword(string text)
    {
        var walk = new StructuredText(text);
        var length = walk.Keyword().Length;
        Assert.Equal(length, walk.Position);
        return length;
    }

    private static int Token(string text)
    {
        var walk = new StructuredText(text);
        var length = walk.Token().Length;
        Assert.Equal(length, walk.Position);
        return length;
    }

    private static int Value(string text)
    {
        var walk = new StructuredText(text);
        Assert.True(walk.TryReadValue(out var value));
        Assert.Equal(value.Length, walk.Position);
        return value.Length;
    }

    private static int Space(string text)
    {
        var walk = new StructuredText(text);
        walk.SkipCfws();
        return walk.Position;
    }

    [GeneratedRegex("\\A(?:\\(.*\\)|\"(?:[^\"\\\\]|\\\\.)*\")\\z", RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex IsDelimited();

    [GeneratedRegex("\\\\(?<next>.)|[\r\n]", RegexOptions.Singleline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex EscapeOrLineEnd();
}
