using System.Globalization;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>Each edit of address lists, and the words, comments and white space of which they consist.</summary>
public class AddressLexerTests
{
    [Fact]
    public void Each_edit_of_an_address_with_a_name_is_read_as_the_page_says() => EditedReadings.Check(
        "addresses.txt",
        " <>@,:;()\"\\.?[\r\x1f\u00fc",
        ["Al B. <a.b@c.ex>", "\"A \\\" b\" <a@c.ex>", "(x) a@c.ex (y@z)", "=?x?q?A?= <a@c.ex>", "\"a b\".\"c\\d\"@c.ex"],
        Read);

    [Fact]
    public void Each_edit_of_a_list_is_read_as_the_page_says() => EditedReadings.Check(
        "address-lists.txt",
        " <>@,:;()\".",
        ["G: a@c.ex, <b@d.ex>;", "<@r.ex, @s.ex:a@c.ex>", "a@b.ex, c@d.ex", "a . b (x) @c.ex", "Al\r\n (x y)\r\n <a@c.ex>", "(=?x?b?y?=z) a@c.ex", "G:(x;)a@b.ex;"],
        Read);

    [Theory]
    [InlineData("", false)]
    [InlineData("=?", false)]
    [InlineData("=?x?", false)]
    [InlineData("=?x?q", false)]
    [InlineData("=?x?q?", true)]
    [InlineData("=?x?Q?", true)]
    [InlineData("=?x?b?", true)]
    [InlineData("=?x?B?", true)]
    [InlineData("=??q?", true)]
    [InlineData("a=?x?q?b", true)]
    [InlineData("=?x?a?", false)]
    [InlineData("=?x?c?", false)]
    [InlineData("=?x?p?", false)]
    [InlineData("=?x?r?", false)]
    [InlineData("=?x??q?", false)]
    [InlineData("=?x?qq?", false)]
    [InlineData("=?x?q@", false)]
    [InlineData("=?x@q?", false)]
    [InlineData("=x?q?", false)]
    [InlineData("?x?q?", false)]
    [InlineData("=?x=?y?q?", true)]
    [InlineData("=?x?a?=?y?q?", true)]
    [InlineData("=?=?x?q?", true)]
    [InlineData("=?x?a =?x?b?", true)]
    public void An_encoded_word_begins_with_a_charset_and_an_encoding(string text, bool isFound) =>
        Assert.Equal(isFound, AddressLexer.HoldsEncodedWord(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Each_byte_of_an_atom()
    {
        for (var b = 0; b < 256; b++)
        {
            var isAtom = b >= 0x80 || char.IsAsciiLetterOrDigit((char)b) || "!#$%&'*+-/=?^_`{|}~".Contains((char)b, StringComparison.Ordinal);
            var lexer = new AddressLexer([(byte)b]);
            Assert.Equal(isAtom, lexer.IsAtAtom);
            Assert.Equal(isAtom ? 3 : 1, lexer.AtomLength([(byte)'a', (byte)b, (byte)'c']));
            Assert.Equal(b < 0x80, lexer.IsPlain || b < 0x80);
            Assert.Equal(b < 0x80 || !isAtom, lexer.IsPlain);
            Assert.Equal((byte)b, lexer.Current);
        }

        Assert.False(new AddressLexer([]).IsAtAtom);
        Assert.Equal(0, new AddressLexer([]).Current);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 1)]
    [InlineData("ab.cd", 5)]
    [InlineData("a.b.c", 5)]
    [InlineData("a..b", 1)]
    [InlineData("a.", 1)]
    [InlineData("a.b.", 3)]
    [InlineData("a. b", 1)]
    [InlineData(".a", 0)]
    [InlineData(".", 0)]
    [InlineData(" a", 0)]
    [InlineData("a b", 1)]
    [InlineData("a@b", 1)]
    [InlineData("a/b", 3)]
    [InlineData("a-b", 3)]
    public void Words_with_dots_between_them(string text, int length)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        Assert.Equal(length, new AddressLexer(bytes).DotAtomLength(bytes));
    }

    // Where the lexer ends, then: p plain, @ an address in a comment, ) an escaped end in one.
    [Theory]
    [InlineData("", 0, "p", null)]
    [InlineData("a", 0, "p", null)]
    [InlineData(" \t a", 3, "p", null)]
    [InlineData("\r\n a", 3, "p", null)]
    [InlineData("\r\n\t\r\n a", 6, "p", null)]
    [InlineData("\r\na", 0, "p", "a line break is not folding")]
    [InlineData("\r\n", 0, "p", "a line break is not folding")]
    [InlineData(" \r\n", 1, "p", "a line break is not folding")]
    [InlineData("\r a", 0, "p", "a line break is not folding")]
    [InlineData("\n a", 0, "p", "a line break is not folding")]
    [InlineData("\n\r a", 0, "p", "a line break is not folding")]
    [InlineData("()a", 2, "", null)]
    [InlineData("(x) (y) a", 8, "", null)]
    [InlineData("(x", 2, "", "a comment has no end")]
    [InlineData("(", 1, "", "a comment has no end")]
    [InlineData("(x(y))", 2, "", "a comment holds another one, or an angle bracket")]
    [InlineData("(x<)", 2, "", "a comment holds another one, or an angle bracket")]
    [InlineData("(x\\()", 2, "", "a comment holds another one, or an angle bracket")]
    [InlineData("(x\\<)", 2, "", "a comment holds another one, or an angle bracket")]
    [InlineData("(x>)", 4, "@", null)]
    [InlineData("(x@)", 4, "@", null)]
    [InlineData("(x\\@)", 5, "@", null)]
    [InlineData("(=?x?q?)", 8, "@", null)]
    [InlineData("(x\\))", 5, ")", null)]
    [InlineData("(x\\)@) ", 7, "@)", null)]
    [InlineData("(\\))()", 6, ")", null)]
    [InlineData("(@)()", 5, "@", null)]
    [InlineData("(\\(", 1, "", "a comment holds another one, or an angle bracket")]
    [InlineData("(\\<", 1, "", "a comment holds another one, or an angle bracket")]
    [InlineData("(\\)", 3, ")", "a comment has no end")]
    [InlineData("(x\r\n )", 6, "", null)]
    [InlineData("\r\n ", 3, "p", null)]
    [InlineData("\r\n\t", 3, "p", null)]
    [InlineData("a\r\n ", 0, "p", null)]
    [InlineData("(\\", 2, "", "a backslash is not followed by a character")]
    [InlineData("(\\\u0001)", 2, "", "a backslash is not followed by a character")]
    [InlineData("(\\\t)", 4, "", null)]
    [InlineData("(\u0001)", 1, "", "a control character is not allowed")]
    [InlineData("(\u007f)", 1, "", "a control character is not allowed")]
    [InlineData("(\u001f)", 1, "", "a control character is not allowed")]
    [InlineData("(~)", 3, "", null)]
    [InlineData("(x\r\n y)", 7, "", null)]
    [InlineData("(x\r\ny)", 2, "", "a line break is not folding")]
    [InlineData("(x;)", 4, "", null)]
    public void White_space_and_comments(string text, int end, string notes, string? error)
    {
        var lexer = new AddressLexer(Encoding.ASCII.GetBytes(text));
        Assert.Equal(error is null, lexer.SkipCfws());
        Assert.Equal((end, error), (lexer.Position, lexer.Error));
        Assert.Equal(notes, (lexer.IsPlain ? "p" : "") + (lexer.HasAddressInComment ? "@" : "") + (lexer.HasEscapedEndInComment ? ")" : ""));
    }

    [Theory]
    [InlineData("(;)", false)]
    [InlineData("(\\;)", false)]
    [InlineData("(:)", true)]
    [InlineData("();", true)]
    public void A_comment_in_a_group_has_no_semicolon(string text, bool isRead)
    {
        var lexer = new AddressLexer(Encoding.ASCII.GetBytes(text)) { IsInGroup = true };
        Assert.Equal(isRead, lexer.SkipCfws());
        Assert.Equal(isRead ? null : "a comment in a group holds a semicolon, where some readers end the group", lexer.Error);
    }

    [Theory]
    [InlineData("\"a\r\n b\"@c.ex", "a b")]
    [InlineData("\"a\r\n\tb \r\n c\"@c.ex", "a\tb  c")]
    [InlineData("\"\\a\\\\\r\n \\\"\"@c.ex", "a\\ \"")]
    [InlineData("\"#a#\".#b@c.ex", "#a#.#b")]
    [InlineData("\"a]b\"@c.ex", "a]b")]
    public void A_local_part_is_without_quotes_escapes_and_folding(string text, string localPart)
    {
        var reader = new AddressListReader(Encoding.ASCII.GetBytes(text));
        Assert.True(reader.Read(), reader.Reason);
        Assert.Equal((localPart, 1, "c.ex", false), (reader.LocalPart, reader.MailboxCount, Assert.Single(reader.Domains).ToString(), reader.IsPlain));
    }

    private static List<Reading> Read(string text, int edit)
    {
        var reader = new AddressListReader(Encoding.UTF8.GetBytes(text));
        var isRead = reader.Read();
        var reason = reader.Reason;
        var start = reason.IndexOf("position ", StringComparison.Ordinal) + "position ".Length;
        var end = reason.IndexOf(':', start);
        return
        [
            new("error", isRead ? null : $"{(reader.Defect == AuthorDefect.Malformed ? "at" : reader.Defect + " at")} {OneCharacterEdits.Position(int.Parse(reason[start..end], CultureInfo.InvariantCulture), text, edit)}{reason[end..].Replace(" (RFC 5322 section 3.4)", string.Empty, StringComparison.Ordinal)}"),
            new("plain", isRead && reader.IsPlain ? "yes" : null),
            new("local", isRead ? reader.LocalPart : null, true),
            new("count", isRead ? reader.MailboxCount.ToString(CultureInfo.InvariantCulture) : null),
            new("domains", reader.Domains.IsEmpty ? null : string.Join(' ', reader.Domains), true),
        ];
    }
}
