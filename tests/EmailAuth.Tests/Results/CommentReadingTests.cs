using System.Text;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>Readers that take comments out of a field, from one that knows all of RFC 5322 section 3.2.2 to one that knows nothing of it.</summary>
public class CommentReadingTests
{
    [Fact]
    public void The_readers_are_those_of_each_knowledge_and_the_grammar_is_first()
    {
        Assert.Equal("nests escapes quotes", Text(CommentReading.Grammar));
        Assert.Equal(
            ["nests escapes quotes", "nests escapes -", "nests - quotes", "nests - -", "- escapes quotes", "- escapes -", "- - quotes", "- - -"],
            CommentReading.All.Select(Text));
    }

    [Fact]
    public void A_comment_is_left_out_and_all_else_kept()
    {
        foreach (var text in ShortTexts.Of("()\"\\a", 5))
        {
            foreach (var reading in CommentReading.All)
            {
                // What is behind the room for the text stays.
                var kept = $"{text}((".ToCharArray();
                var length = reading.Remove(text, kept);
                Assert.True(Without(text, reading) == new string(kept, 0, length), $"{text} for a reader of {Text(reading)}: {new string(kept, 0, length)}");
                Assert.Equal("((", new string(kept, text.Length, 2));
            }
        }
    }

    [Theory]
    [InlineData("(a)", 0, 3)]
    [InlineData("x(a)y", 1, 4)]
    [InlineData("(", 0, -1)]
    [InlineData("(a(b)c)", 0, 7)]
    [InlineData("(\\))", 0, 4)]
    [InlineData("(\\", 0, -1)]
    public void A_comment_ends_behind_its_parenthesis(string text, int start, int end) => Assert.Equal(end, CommentReading.Grammar.EndOf(text, start));

    /// <summary>The same, a state for each character.</summary>
    internal static string Without(string text, CommentReading reading)
    {
        var (kept, depth, isQuoted) = (new StringBuilder(), 0, false);
        for (var i = 0; i < text.Length; i++)
        {
            var isEscape = reading.Escapes && text[i] == '\\' && (depth > 0 || isQuoted);
            if (depth == 0 && (text[i] != '(' || isQuoted))
            {
                kept.Append(text[i]);
                isQuoted ^= text[i] == '"' && reading.Quotes;
                kept.Append(isEscape && i + 1 < text.Length ? text[i + 1].ToString() : string.Empty);
            }
            else if (text[i] == ')')
            {
                depth--;
            }
            else if (text[i] == '(')
            {
                depth = reading.Nests ? depth + 1 : 1;
            }

            i += isEscape ? 1 : 0;
        }

        return kept.ToString();
    }

    private static string Text(CommentReading reading) =>
        $"{(reading.Nests ? "nests" : "-")} {(reading.Escapes ? "escapes" : "-")} {(reading.Quotes ? "quotes" : "-")}";
}
