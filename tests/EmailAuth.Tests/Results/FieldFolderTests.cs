using System.Text;
using System.Text.RegularExpressions;
using EmailAuth.Results;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>Where lines end: at most 78 octets each, wherever there is a space (RFC 5322 section 2.1.1).</summary>
public partial class FieldFolderTests
{
    [Fact]
    public void An_item_begins_a_line_when_it_does_not_fit()
    {
        for (var column = 0; column <= 80; column++)
        {
            for (var length = 0; length <= 80; length++)
            {
                var item = new string('x', length);
                AssertFolded(column + 1 + length <= 78 ? $" {item}" : $"\r\n {item}", column, item, separate: true, mustBreak: false);
                AssertFolded($"\r\n {item}", column, item, separate: true, mustBreak: true);
                AssertFolded(item, column, item, separate: false, mustBreak: true);
            }
        }
    }

    [Fact]
    public void An_item_that_is_longer_than_a_line_ends_them_at_its_spaces()
    {
        var random = new Random(5322);
        for (var i = 0; i < 300; i++)
        {
            var item = new StringBuilder();
            for (var words = random.Next(1, 9); words > 0; words--)
            {
                item.Append(' ', random.Next(0, 3)).Append(random.Next(4) == 0 ? "é" : "x").Append('w', random.Next(0, 40));
            }

            item.Append(' ', random.Next(0, 2));
            var column = random.Next(0, 79);
            AssertFolded(Words(item.ToString(), column), column, item.ToString(), separate: false, mustBreak: false);
        }
    }

    [Theory]
    [InlineData(76, "a b", "a\r\n b")]
    [InlineData(75, "a b", "a b")]
    [InlineData(77, "a b", "a\r\n b")]
    [InlineData(78, "a b", "a\r\n b")]
    [InlineData(77, "é", "é")] // nowhere to end the line
    [InlineData(78, " ", " ")]
    [InlineData(78, "a ", "a ")]
    [InlineData(78, " a", "\r\n a")]
    [InlineData(78, "  a  b ", "\r\n  a  b ")]
    [InlineData(75, "é b", "é\r\n b")] // octets count
    [InlineData(74, "é b", "é b")]
    [InlineData(72, "漢 \U0001f600", "漢\r\n \U0001f600")]
    [InlineData(70, "漢 \U0001f600", "漢 \U0001f600")]
    public void Octets_count_up_to_78(int column, string item, string expected) => AssertFolded(expected, column, item, separate: false, mustBreak: false);

    [Fact]
    public void The_column_goes_on_from_item_to_item()
    {
        var folder = new FieldFolder(new char[400], 3);
        folder.Append("é");
        folder.AppendItem(new string('a', 73), separate: false, mustBreak: false); // 78
        folder.AppendItem("b", separate: true, mustBreak: false);
        folder.AppendItem(new string('c', 75), separate: true, mustBreak: false); // 2 and 76
        folder.AppendItem(string.Empty, separate: true, mustBreak: false);
        folder.AppendItem(new string('d', 76), separate: true, mustBreak: false);
        folder.AppendItem(string.Empty, separate: true, mustBreak: false);
        Assert.Equal($"é{new string('a', 73)}\r\n b {new string('c', 75)}\r\n  {new string('d', 76)}\r\n ", folder.ToString());
    }

    private static void AssertFolded(string expected, int column, string item, bool separate, bool mustBreak)
    {
        var folder = new FieldFolder(new char[(item.Length * 3) + 10], column);
        folder.AppendItem(item, separate, mustBreak);
        if (folder.ToString() != expected)
        {
            Assert.Fail($"\"{item}\" from column {column}: \"{folder.ToString()}\", not \"{expected}\"");
        }
    }

    // Word by word, each with the spaces before it; spaces at the end go with nothing.
    private static string Words(string item, int column)
    {
        if (column + Encoding.UTF8.GetByteCount(item) <= 78)
        {
            return item;
        }

        var folded = new StringBuilder();
        foreach (Match word in Word().Matches(item))
        {
            var octets = Encoding.UTF8.GetByteCount(word.Value);
            if (word.Value[0] == ' ' && word.Value[^1] != ' ' && column + octets > 78)
            {
                folded.Append("\r\n");
                column = 0;
            }

            folded.Append(word.Value);
            column += octets;
        }

        return folded.ToString();
    }

    [GeneratedRegex(" *[^ ]+| +$", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();
}
