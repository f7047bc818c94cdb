using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>Where quoted-strings and comments end, in every short text over the characters that matter.</summary>
public class DelimitedTextRuleTests
{
    private const string Letters = "a\\\"()";

    [Fact]
    public void Every_short_text_ends_where_the_rule_says()
    {
        for (var length = 0; length <= 6; length++)
        {
            for (var number = 0; number < (int)Math.Pow(Letters.Length, length); number++)
            {
                var text = "x" + string.Concat(Enumerable.Range(0, length).Select(place => Letters[number / (int)Math.Pow(Letters.Length, place) % Letters.Length]));
                foreach (var escapes in (bool[])[true, false])
                {
                    Check(text, End(text, '"', '"', false, escapes), DelimitedText.EndOfQuotedString(text, 0, escapes));
                    Check(text, End(text, '\0', ')', false, escapes), DelimitedText.EndOfComment(text, 0, nests: false, escapes));
                    Check(text, End(text, '(', ')', true, escapes), DelimitedText.EndOfComment(text, 0, nests: true, escapes));
                }
            }
        }
    }

    [Fact]
    public void A_backslash_escapes_by_default() => Assert.Equal(5, DelimitedText.EndOfQuotedString("\"\\\"a\"", 0));

    private static void Check(string text, int expected, int found)
    {
        if (expected != found)
        {
            Assert.Fail($"{text} ends at {found} and not at {expected}");
        }
    }

    // From the second character on, whatever the first one is.
    private static int End(string text, char open, char close, bool nests, bool escapes)
    {
        var depth = 1;
        for (var place = 1; place < text.Length; place++)
        {
            if (text[place] == '\\' && escapes)
            {
                place++;
            }
            else if (text[place] == close)
            {
                if (--depth == 0)
                {
                    return place + 1;
                }
            }
            else if (nests && text[place] == open)
            {
                depth++;
            }
        }

        return -1;
    }
}
