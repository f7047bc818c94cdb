using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>Where quoted-strings and comments end, by the grammar and to readers that know less of it.</summary>
public class DelimitedTextTests
{
    public static TheoryData<string, bool, int> QuotedStrings => new()
    {
        { "\"a\" b", true, 3 },
        { "\"\"", true, 2 },
        { "\"a\\\"b\"c", true, 6 },
        { "\"a\\\"b\"c", false, 4 },
        { "\"a\\\\\"b", true, 5 },
        { "\"a\\", true, -1 },
        { "\"a\\\"", true, -1 },
        { "\"a\\\"", false, 4 },
        { "\"", true, -1 },
    };

    public static TheoryData<string, bool, bool, int> Comments => new()
    {
        { "(a)b", true, true, 3 },
        { "()", true, true, 2 },
        { "(a(b)c)d", true, true, 7 },
        { "(a(b)c)d", false, true, 5 },
        { "(a\\)b)c", true, true, 6 },
        { "(a\\)b)c", true, false, 4 },
        { "(a\\(b)c", true, true, 6 },
        { "(a\\(b)c", true, false, -1 },
        { "(a(b)", true, true, -1 },
        { "(a(b)", false, true, 5 },
        { "(a\\", true, true, -1 },
        { "(", true, true, -1 },
    };

    [Theory, MemberData(nameof(QuotedStrings))]
    public void A_quoted_string_ends_behind_the_first_quote_that_is_not_escaped(string text, bool escapes, int end) =>
        Assert.Equal(end, DelimitedText.EndOfQuotedString(text, 0, escapes));

    [Theory, MemberData(nameof(Comments))]
    public void A_comment_ends_where_what_is_nested_in_it_has_ended(string text, bool nests, bool escapes, int end) =>
        Assert.Equal(end, DelimitedText.EndOfComment(text, 0, nests, escapes));

    [Fact]
    public void Both_are_found_from_any_start()
    {
        Assert.Equal(5, DelimitedText.EndOfQuotedString("ab\"c\"d", 2));
        Assert.Equal(5, DelimitedText.EndOfComment("ab(c)d", 2, nests: true, escapes: true));
    }
}
