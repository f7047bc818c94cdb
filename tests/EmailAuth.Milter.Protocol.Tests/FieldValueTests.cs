using System.Text;
using FsCheck.Xunit;

namespace EmailAuth.Milter.Protocol.Tests;

public sealed class FieldValueTests
{
    [Theory]
    [InlineData(" one", " one")]
    [InlineData("", "")] // an empty field
    [InlineData(" one\n\ttwo", " one\r\n\ttwo")] // how MTAs part lines
    [InlineData(" one\r\n two\n three", " one\r\n two\r\n three")] // some give CRLF: it stays
    [InlineData("\n one", "\r\n one")] // folded right after the colon
    [InlineData("\n\n\n x", "\r\n\r\n\r\n x")]
    [InlineData(" one\n", " one")] // nothing after the last line
    [InlineData(" one\r\n", " one")]
    [InlineData(" a\rb", " a\rb")] // a bare CR is reported by the library, not repaired here
    public void Lines_are_separated_by_CRLF_as_in_the_message(string given, string expected) =>
        Assert.Equal(expected, Value(given, hasLeadingSpace: true));

    [Theory]
    [InlineData("one", " one")] // the MTA ate the space
    [InlineData("\tone", " \tone")] // it eats a space only; what was before the tab cannot be told
    [InlineData("one\n two", " one\r\n two")]
    [InlineData("", " ")]
    public void The_space_after_the_colon_is_restored_when_the_MTA_removed_it(string given, string expected) =>
        Assert.Equal(expected, Value(given, hasLeadingSpace: false));

    [Property(MaxTest = 300)]
    public void No_LF_stays_alone_and_nothing_else_changes(byte[] given, bool hasLeadingSpace)
    {
        var text = Encoding.Latin1.GetString(given);

        var value = Value(text, hasLeadingSpace);

        Assert.DoesNotContain('\n', value.Replace("\r\n", string.Empty, StringComparison.Ordinal));
        var trimmed = text.TrimEnd('\r', '\n').Replace("\r\n", "\n", StringComparison.Ordinal);
        Assert.Equal((hasLeadingSpace ? "" : " ") + trimmed, value.Replace("\r\n", "\n", StringComparison.Ordinal));
    }

    private static string Value(string given, bool hasLeadingSpace)
    {
        using var value = new FieldValue(Encoding.Latin1.GetBytes(given), hasLeadingSpace);
        return Encoding.Latin1.GetString(value.Bytes.Span);
    }
}
