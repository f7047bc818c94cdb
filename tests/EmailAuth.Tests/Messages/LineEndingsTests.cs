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
    public void Only_a_file_with_lf_throughout_is_converted(string file, string message) =>
        Assert.Equal(message, Encoding.ASCII.GetString(LineEndings.ToCrlf(Encoding.ASCII.GetBytes(file)).Span));
}
