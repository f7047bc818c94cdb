using System.Text;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

public class LineEndingsTests
{
    [Theory]
    [InlineData("a\nb\n\nc", "a\r\nb\r\n\r\nc")]
    [InlineData("\n", "\r\n")]
    [InlineData("a\rb\n", "a\rb\r\n")] // a bare CR is content
    [InlineData("a\r\nb\n", "a\r\nb\n")] // mixed: judged as it is
    [InlineData("a\r\nb", "a\r\nb")]
    [InlineData("a", "a")]
    [InlineData("", "")]
    [InlineData("From: a\n\nb\r\nc\n", "From: a\r\n\r\nb\r\r\nc\r\n")] // a body line that ended in CR CR LF on its way
    [InlineData("From: a\r\n\nb\n", "From: a\r\n\nb\n")]
    public void A_file_with_lf_line_ends_is_converted(string file, string message) =>
        Assert.Equal(message, Encoding.ASCII.GetString(LineEndings.ToCrlf(Encoding.ASCII.GetBytes(file)).Span));

    [Theory]
    [InlineData("From: a\n\nb", true)]
    [InlineData("X: a\nfrom : a\nY: b\n\nb", true)]
    [InlineData("From: a\n", true)] // no body
    [InlineData("From: a\n\nb\r\n\r\nc", true)] // the body decides nothing
    [InlineData("From: a\r\n\r\nb\n\n", false)]
    [InlineData("X: b\nFrom: a\r\n\nb", false)] // one CRLF in the header
    [InlineData("From: a\n\r\nb", false)] // an empty line with CRLF
    [InlineData("X: a\n\nFrom: a\n\n", false)] // no From above the empty line
    [InlineData("X: a\n\nFrom: a\r\n\r\nb", false)]
    [InlineData("\nFrom: a\n\nb", false)]
    [InlineData("From: a", false)] // no line end at all
    [InlineData("", false)]
    public void Lf_ends_lines_where_it_ends_all_of_a_header_with_an_author(string message, bool expected) =>
        Assert.Equal(expected, LineEndings.AreLineFeeds(Encoding.ASCII.GetBytes(message)));
}
