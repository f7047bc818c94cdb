using System.Text;
using EmailAuth.Results;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Results;

public class EncodedWordsTests
{
    // RFC 2047 section 8.
    [Theory]
    [InlineData("(=?ISO-8859-1?Q?a?=)", "(a)")]
    [InlineData("(=?ISO-8859-1?Q?a?= b)", "(a b)")]
    [InlineData("(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)")]
    [InlineData("(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)")]
    [InlineData("(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)", "(ab)")]
    [InlineData("(=?ISO-8859-1?Q?a_b?=)", "(a b)")]
    [InlineData("(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)")]
    public void The_examples_of_section_8(string text, string expected) => Assert.Equal(expected, EncodedWords.Decode(text));

    [Theory]
    [InlineData("", "")]
    [InlineData("no word = at ? all", "no word = at ? all")]
    [InlineData("=?utf-8?b?bXg=?=.example", "mx.example")]
    [InlineData("a=?utf-8?Q?=6D=78?=b", "amxb")] // within a word, as lenient readers take it
    [InlineData("=?utf-8?q?m x?=", "m x")] // white space within
    [InlineData("=?utf-8?q?m?x?=", "m?x")] // a question mark within
    [InlineData("=?utf-8?b?b X\r\n g=?=", "mx")]
    [InlineData("=?utf-8?b?b?Xg=?=", "mx")]
    [InlineData("=?utf-16be?b?AG0AeA==?=", "mx")]
    [InlineData("=?utf-8*en?q?mx?=", "mx")] // RFC 2231 section 5: a language
    [InlineData("=?utf-8?x?mx?=", "=?utf-8?x?mx?=")] // no such encoding
    [InlineData("=??q?mx?=", "=??q?mx?=")] // no charset
    [InlineData("=?utf-8?q?mx", "=?utf-8?q?mx")] // no end
    [InlineData("=?utf-8?q?mx?=?=", "mx?=")]
    [InlineData("=?a =?utf-8?q?mx?=", "=?a mx")]
    [InlineData("=?=?utf-8?q?mx?=", "=?mx")]
    [InlineData("=?", "=?")]
    [InlineData("=?a?", "=?a?")]
    [InlineData("=?a?q", "=?a?q")]
    [InlineData("=?a?q?", "=?a?q?")]
    public void Words_are_read_as_lenient_readers_do_and_all_else_stays(string text, string expected) => Assert.Equal(expected, EncodedWords.Decode(text));

    [Property(MaxTest = 300)]
    public void What_is_encoded_is_decoded(string?[] parts)
    {
        var texts = parts.Select(part => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(part ?? string.Empty)).Replace("\0", string.Empty, StringComparison.Ordinal)).Where(part => part.Length > 0).ToArray();
        var words = texts.Select(text => $"=?utf-8?b?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=");
        Assert.Equal(string.Concat(texts), EncodedWords.Decode(string.Join(" \r\n\t", words)));
    }

    // Were each word's end searched for anew, this would look at 400 billion characters.
    [Theory]
    [InlineData("=?a?q?x ")]
    [InlineData("=?")]
    [InlineData("=?a?q?x")]
    [InlineData("=?a")]
    public void A_megabyte_of_words_that_do_not_end_stays_as_it_is(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 1024 * 1024 / unit.Length));
        Assert.Equal(text, EncodedWords.Decode(text));
    }
}
