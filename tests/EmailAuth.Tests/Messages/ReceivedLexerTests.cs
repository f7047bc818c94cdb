using System.Globalization;
using EmailAuth.Messages;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>How a Received field is split into words, comments and semicolons.</summary>
public class ReceivedLexerTests
{
    [Fact]
    public void Each_edit_of_a_text_is_split_as_the_page_says() => EditedReadings.Check(
        "received-tokens.txt",
        " \t\r\n();\"\\a",
        ["a (b (c) \\) d); \"e f\" g", "\"a \\\" b\"c\"d e\"", "a\" b (c\" d)e;f", " ;;() a"],
        (text, _) => [new("tokens", Tokens(text))]);

    // Each character ends a word, begins something else, or is a part of it.
    [Fact]
    public void Each_character_between_two_letters()
    {
        for (var c = '\0'; c < 256; c++)
        {
            var expected = c switch
            {
                ' ' or '\t' or '\r' or '\n' => "a b",
                ';' => "a ; b",
                '(' => "a open(b)",
                _ => $"a{c}b",
            };
            Assert.Equal(expected, Texts($"a{c}b"));
        }
    }

    // RFC 5322 section 3.2.2: other white space, as of Unicode, is a part of a word.
    [Fact]
    public void Only_spaces_tabs_and_line_ends_are_left_out_before_a_word()
    {
        Assert.Equal("0009-000a 000d 0020", NumberRanges.OfCharacters(static c => c is not ('(' or ';' or '"') && Texts($"a {c}b") == "a b"));
        Assert.Equal("0009-000a 000d 0020", NumberRanges.OfCharacters(static c => c is not ('(' or ';' or '"') && Texts($"a {c}").Length == 1));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(" \t\r\n", "")]
    [InlineData("()", "()")]
    [InlineData("(a)b(c)", "(a) b (c)")]
    [InlineData("(a(b)c)", "(a(b)c)")]
    [InlineData("(a\\)b)", "(a\\)b)")]
    [InlineData("(", "open()")]
    [InlineData("a (b", "a open(b)")]
    [InlineData("(a(b)", "open(a(b))")]
    [InlineData("(a) (b", "(a) open(b)")]
    [InlineData("\"a b\"", "\"a b\"")]
    [InlineData("\"a b\"\"c d\"e f", "\"a b\"\"c d\"e f")]
    [InlineData("\"a;(b\" c", "\"a;(b\" c")]
    [InlineData("\"a b", "\"a b")]
    [InlineData("a\"b(c)", "a\"b (c)")]
    [InlineData("a\" \"b c\"", "a\" \"b c\"")]
    [InlineData("\"", "\"")]
    [InlineData("a)", "a)")]
    public void Words_comments_and_semicolons(string text, string tokens) => Assert.Equal(tokens, Texts(text));

    private static string Texts(string text)
    {
        var lexer = new ReceivedLexer(text);
        var tokens = new List<string>();
        ReceivedLexer.Token kind;
        while ((kind = lexer.Next(out var token)) != ReceivedLexer.Token.End)
        {
            tokens.Add(kind switch
            {
                ReceivedLexer.Token.Comment => lexer.HasOpenComment ? $"open({token})" : $"({token})",
                ReceivedLexer.Token.Semicolon => ";" + token.ToString(),
                _ => token.ToString(),
            });
        }

        Assert.Equal(text.Length, lexer.Position);
        return string.Join(' ', tokens);
    }

    // The kinds with their lengths, and where each ends.
    private static string Tokens(string text)
    {
        var lexer = new ReceivedLexer(text);
        var tokens = new List<string>();
        ReceivedLexer.Token kind;
        while ((kind = lexer.Next(out var token)) != ReceivedLexer.Token.End)
        {
            tokens.Add(string.Create(CultureInfo.InvariantCulture, $"{kind.ToString()[0]}{token.Length}"));
        }

        return string.Join(' ', tokens) + (lexer.HasOpenComment ? " open" : string.Empty);
    }
}
