using System.Text;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Lines inside a field that lenient programs take for another one: which names count, what is dropped from them, and the text behind the colon.</summary>
public class DisguisedLinesTests
{
    public static TheoryData<string> Names => [.. SingleFields.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_field_that_may_be_there_once_is_found_behind_a_bare_line_end(string name)
    {
        var index = SingleFields.Names.IndexOf(name);
        foreach (var end in (string[])["\r", "\n", "\n\n", "\n\r"])
        {
            foreach (var spelled in (string[])[name, name.ToUpperInvariant(), name + " \t", " \0" + name, string.Join('\u00a0', name.ToCharArray())])
            {
                var line = spelled[0] == ' ' ? spelled[1..] : spelled;
                Assert.Equal($"{index}: v: w", Found($"X: a{end}{line}: v: w\r\n"));
            }

            Assert.Equal(end.Length > 1 ? $"{index}: v" : "", Found($"X: a{end} {name}: v\r\n"));
            Assert.Equal("", Found($"X: a{end}{name}\r\n"));
            Assert.Equal("", Found($"X: a{end}{name}x: v\r\n"));
            Assert.Equal("", Found($"X: a{end}x{name}: v\r\n"));
            Assert.Equal("", Found($"X: a{end}{name[..^1]}: v\r\n"));
            Assert.Equal($"{index}:, {index}:b", Found($"X: a{end}{name}:{end}{name}:b{end}Other: c\r\n"));
        }

        // The first line of a field is what it says it is; of a line that is no field it is what is left of it.
        Assert.Equal("", Found($"{name}: v\r\n"));
        Assert.Equal($"{index}: v", Found($"\0{name}: v\r\n"));
        Assert.Equal($"{index}: v, {index}:w", Found($"{name}\u00ff: v\n{name}:w\r\n"));
    }

    // What is not visible ASCII is dropped from a name.
    [Fact]
    public void Every_octet_in_a_name_is_a_letter_of_it_or_dropped()
    {
        for (var octet = 0; octet < 256; octet++)
        {
            var c = (char)octet;
            if (c is '\r' or '\n')
            {
                continue;
            }

            Assert.Equal(c is <= ' ' or >= '\x7f' ? "1: v" : c is ':' ? "1:o: v" : "", Found($"X: a\nto{c}{(c == ':' ? "o" : "")}: v\r\n"));
            Assert.Equal(c is 's' or 'S' ? "0: v" : "", Found($"X: a\n{c}ubject: v\r\n"));
        }
    }

    // The longest name has 25 characters.
    [Fact]
    public void A_name_longer_than_each_is_none()
    {
        for (var length = 1; length < 60; length++)
        {
            Assert.Equal("1:w", Found($"X: a\n{new string('n', length)}: v\nto:w\r\n"));
        }

        Assert.Equal("6: v", Found($"X: a\n{new string('\u00a0', 40)}Content-Transfer-Encoding{new string('\t', 40)}: v\r\n"));
        Assert.Equal("", Found("X: a\nContent-Transfer-Encodingx: v\r\n"));
    }

    [Fact]
    public void The_value_ends_where_the_line_does()
    {
        Assert.Equal("1: v{n}, 0: w{n} x{n}, 1:b{r}{n}", Shown("X: a\nto: v\nsubject: w\n x\nto:b\r\n"));
        Assert.Equal("0: a{r}{n} b{n} c{r}{n}", Shown("X: a\nsubject: a\r\n b\n c\r\n"));
    }

    [Fact]
    public void Values_are_alike_but_for_folds_and_their_ends()
    {
        var texts = ShortTexts.Of("ab \r\n", 3).ToArray();
        var octets = texts.Select(TestSigner.Bytes).ToArray();
        var plain = texts.Select(static text => text.Trim(' ', '\t', '\r', '\n').Replace("\r\n", string.Empty, StringComparison.Ordinal)).ToArray();
        for (var left = 0; left < texts.Length; left++)
        {
            for (var right = 0; right < texts.Length; right++)
            {
                if (plain[left] == plain[right] != DisguisedLines.AreAlike(octets[left], octets[right]))
                {
                    Assert.Fail($"{Convert.ToHexString(octets[left])} and {Convert.ToHexString(octets[right])}");
                }
            }
        }

        Assert.True(DisguisedLines.AreAlike("a\r\n\r\n b\r\n\tc"u8, "\t a b\tc\r\n"u8));
        Assert.False(DisguisedLines.AreAlike("a\r\n\r\n b\r\n\tc"u8, "a b\tcd"u8));
        Assert.False(DisguisedLines.AreAlike("a\r\n b"u8, "a\r\n"u8));
    }

    private static string Found(string field) => Shown(field).Replace("{r}", string.Empty, StringComparison.Ordinal).Replace("{n}", string.Empty, StringComparison.Ordinal);

    private static string Shown(string field)
    {
        var header = HeaderBlock.Parse(TestSigner.Bytes(field));
        Assert.Equal(1, header.Count);
        var lines = new DisguisedLines(header[0]);
        var found = new List<string>();
        while (lines.TryRead(out var index, out var value))
        {
            found.Add($"{index}:{Encoding.Latin1.GetString(value)}");
        }

        Assert.False(lines.TryRead(out var none, out var nothing));
        Assert.Equal((-1, 0), (none, nothing.Length));
        return string.Join(", ", found).Replace("\r", "{r}", StringComparison.Ordinal).Replace("\n", "{n}", StringComparison.Ordinal);
    }
}
