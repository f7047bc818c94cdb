using System.Text;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

public class LenientLineTests
{
    public static TheoryData<string, int, string> Texts => new()
    {
        { "", 0, "nothing" },
        { "a: b", 4, "no line end" },
        { "a: b\r\n", 6, "a field" },
        { "a: b\r\n c\r\n", 10, "folded" },
        { "a: b\n\tc\r\n", 9, "a bare LF and white space go on" },
        { "a: b\r c\r\n", 9, "a bare CR and white space go on" },
        { "a: b\nc: d\r\n", 5, "a bare LF" },
        { "a: b\rc: d\r\n", 5, "a bare CR" },
        { "a: b\n\nc", 5, "an empty line is a line" },
        { "a: b\n\n c", 5, "also when it is the one that white space continues" },
        { "a: b\r\r\nc", 5, "a CR before a CRLF" },
        { "a: b\n\r c", 5, "LF and CR are two line ends" },
        { "\r\n", 2, "a line end alone" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_line_ends_at_any_line_break_that_no_white_space_follows(string text, int length, string why) =>
        Assert.True(LenientLine.LengthOfFirst(Encoding.ASCII.GetBytes(text)) == length, why);
}
