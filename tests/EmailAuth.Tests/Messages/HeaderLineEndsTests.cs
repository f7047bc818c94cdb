using System.Text;
using System.Text.RegularExpressions;
using EmailAuth.Messages;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>Line ends in all short texts: which kind a header has, where a lenient line ends, how long the longest line is.</summary>
public class HeaderLineEndsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly Regex AuthorLine = new("^from[ \t]*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Minute);
    private static readonly Regex FirstLine = new("\\A(([^\r\n]|(\r\n|\r(?!\n)|\n)(?=[ \t]))*(\r\n|\r|\n)?)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, Minute);
    private static readonly string[] Parts = ["\n", "\r", "From: a", "fROM\t :", "From", "x:"];

    // Each line up to the empty one ends in LF without CR before it, and one is a From field.
    [Fact]
    public void All_headers_of_up_to_five_parts()
    {
        foreach (var text in ShortTexts.Of(Parts, 5))
        {
            var bytes = Encoding.ASCII.GetBytes(text);
            var lines = text.Split('\n')[..^1];
            var header = lines.TakeWhile(line => line.Length > 0).ToList();
            var expected = !header.Append(lines.Length > header.Count ? lines[header.Count] : "x").Any(line => line.EndsWith('\r'))
                && header.Any(line => AuthorLine.IsMatch(line));
            Assert.True(expected == LineEndings.AreLineFeeds(bytes), VisibleText.Of(text));

            // The same when it comes byte by byte.
            var ends = default(HeaderLineEnds);
            for (var length = 0; length <= bytes.Length; length++)
            {
                ends.Search(bytes.AsSpan(0, length));
            }

            if (ends.Kind == LineEndKind.LineFeed)
            {
                Assert.Equal(text.IndexOf("\n\n", StringComparison.Ordinal) + 2, ends.BodyOffset);
            }

            ends.Complete();
            Assert.Equal(expected ? LineEndKind.LineFeed : LineEndKind.CarriageReturnLineFeed, ends.Kind);
        }
    }

    [Fact]
    public void All_files_of_up_to_four_parts_are_converted()
    {
        foreach (var text in ShortTexts.Of(["\n", "\r", "\r\n", "From: a", "b"], 5))
        {
            var bytes = Encoding.ASCII.GetBytes(text);
            var isConverted = text.Contains('\n', StringComparison.Ordinal) && (!text.Contains("\r\n", StringComparison.Ordinal) || LineEndings.AreLineFeeds(bytes));
            var expected = isConverted ? text.Replace("\n", "\r\n", StringComparison.Ordinal) : text;
            var result = LineEndings.ToCrlf(bytes);
            Assert.Equal(expected, Encoding.ASCII.GetString(result.Span));
            Assert.Equal(!isConverted, result.Equals(new ReadOnlyMemory<byte>(bytes)));
            var target = new byte[LineEndings.CrlfLength(bytes) + 1];
            Assert.Equal(target.Length - 1, LineEndings.WriteCrlf(bytes, target));
            Assert.Equal(text.Replace("\n", "\r\n", StringComparison.Ordinal) + "\0", Encoding.ASCII.GetString(target));
        }
    }

    [Theory]
    [InlineData(1015, true)]
    [InlineData(1016, true)]
    [InlineData(1017, false)]
    public void Only_what_is_read_of_a_header_decides(int length, bool expected)
    {
        var bytes = Encoding.ASCII.GetBytes("X: " + new string('x', length - 4) + "\nFrom: a\n\n");
        Assert.Equal(expected, LineEndings.AreLineFeedsWithin(bytes, new MessageLimits { MaxHeaderBytes = 1024 }));
        Assert.True(LineEndings.AreLineFeedsWithin(bytes, MessageLimits.Default));
    }

    [Fact]
    public void Each_byte_around_the_name_of_an_author()
    {
        for (var b = 0; b < 256; b++)
        {
            var isLineFeed = LineEndings.AreLineFeeds((byte[])[(byte)b, .. "From: a\n\n"u8]);
            Assert.False(isLineFeed && b is not '\n', $"{b:x2} before");
            Assert.Equal(b is ' ' or '\t' or ':', LineEndings.AreLineFeeds((byte[])[.. "From"u8, (byte)b, .. ":a\n\n"u8]));
            Assert.Equal(b is 'm' or 'M', LineEndings.AreLineFeeds((byte[])[.. "Fro"u8, (byte)b, .. ":a\n\n"u8]));
        }
    }

    // A line break that white space follows goes on.
    [Fact]
    public void All_lenient_lines_of_up_to_six_characters()
    {
        foreach (var text in ShortTexts.Of("a\r\n \t", 6))
        {
            var length = LenientLine.LengthOfFirst(Encoding.ASCII.GetBytes(text));
            Assert.True(FirstLine.Match(text).Length == length, $"{VisibleText.Of(text)}: {length}");
        }
    }

    [Fact]
    public void Each_byte_in_the_name_of_a_lenient_line()
    {
        for (var b = 0; b < 256; b++)
        {
            for (var place = 0; place <= 4; place++)
            {
                byte[] name = [.. "FrOm"u8[..place], (byte)b, .. "FrOm"u8[place..]];
                var isNamed = b is <= 0x20 or >= 0x7f;
                Assert.Equal(isNamed, LenientLine.IsNamed(name, "from"u8));
                Assert.Equal(isNamed ? 6 : b == ':' && place == 4 ? 5 : -1, LenientLine.ValueOf((byte[])[.. name, (byte)':', (byte)'a'], "from"u8));
                name = [.. "from"u8];
                if (place < 4)
                {
                    name[place] = (byte)b;
                    Assert.Equal(b == "from"[place] || b == "FROM"[place], LenientLine.IsNamed(name, "from"u8));
                }
            }
        }

        Assert.False(LenientLine.IsNamed("fro"u8, "from"u8));
        Assert.False(LenientLine.IsNamed("fro\0"u8, "from"u8));
        Assert.True(LenientLine.IsNamed(""u8, ""u8));
        Assert.True(LenientLine.IsNamed("\0"u8, ""u8));
        Assert.Equal(-1, LenientLine.ValueOf("from"u8, "from"u8));
        Assert.Equal(-1, LenientLine.ValueOf(""u8, "from"u8));
        Assert.Equal(5, LenientLine.ValueOf("from:"u8, "from"u8));
        Assert.Equal(1, LenientLine.ValueOf(":from:"u8, ""u8));
    }

    // The CR of a CRLF does not count; one at the end may be that of one.
    [Fact]
    public void The_longest_line_of_all_texts_in_all_pieces()
    {
        foreach (var text in ShortTexts.Of("a\r\n", 6))
        {
            var expected = text.Split('\n').Max(line => line.EndsWith('\r') ? line.Length - 1 : line.Length);
            var bytes = Encoding.ASCII.GetBytes(text);
            Assert.Equal(expected, LineLength.Longest(bytes));
            for (var cut = 0; cut <= bytes.Length; cut++)
            {
                var lines = default(LineLength);
                lines.Append(bytes.AsSpan(0, cut));
                lines.Append([]);
                lines.Append(bytes.AsSpan(cut));
                Assert.Equal(expected, lines.Most);
            }
        }
    }
}
