using System.Text;
using EmailAuth.Signatures;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>White space reduced many octets at a time, against one octet at a time: each text at each place of a vector, and what stands behind it.</summary>
public class WhiteSpaceReductionTests
{
    private const byte Untouched = 0xaa;

    private static readonly string[] Parts =
    [
        " ", "\t", "  ", " \t", "\t ", "\t\t", " \r\n", "\t\r\n", "  \r\n", " \r", "\r\n", " \n", "\n", "\r", "\r\r\n", " \r \n", "\t\v\n", "!", "\v", "\x0e\n", " \x0e\n",
        " \r\v", "\n\n", "!!", " !", "! ", "\x1f ", "\0 \0", "\u00a0 \u00a0", "       ", " \t \t \t \r\n \t",
    ];

    [Fact]
    public void Each_part_is_reduced_alike_at_each_place()
    {
        foreach (var part in Parts)
        {
            for (var before = 0; before < 70; before++)
            {
                foreach (var after in (int[])[0, 1, 2, 33, 34, 35])
                {
                    AssertReduced(new string('x', before) + part + new string('y', after));
                }
            }
        }
    }

    [Fact]
    public void Parts_of_each_choice_of_eight_octets_are_moved_together()
    {
        for (var choice = 0; choice < 256; choice++)
        {
            var group = string.Concat(Enumerable.Range(0, 8).Select(place => (choice & (1 << place)) != 0 ? (char)('a' + place) : ' '));
            foreach (var before in (int[])[0, 8, 16, 24, 40])
            {
                AssertReduced(new string('x', before) + group + new string('y', 60));
                AssertReduced(new string('\t', before) + group + group + new string(' ', 60));
            }
        }
    }

    [Fact]
    public void Every_octet_but_white_space_stays()
    {
        for (var octet = 0; octet < 256; octet++)
        {
            AssertReduced(string.Concat(Enumerable.Repeat((char)octet, 80)));
            AssertReduced(string.Concat(Enumerable.Repeat($" {(char)octet}\t", 30)));
        }
    }

    [Fact]
    public void The_destination_is_at_least_as_long()
    {
        var short39 = new byte[39];
        Assert.Throws<ArgumentOutOfRangeException>(() => WhiteSpaceReduction.Reduce(new byte[40], short39));
        Assert.Equal(40, WhiteSpaceReduction.Reduce(new byte[40], new byte[40]));
    }

    // What follows the text in memory would change it, if it were read.
    private static void AssertReduced(string text)
    {
        var expected = Plain(text);
        foreach (var behind in (string[])["\r\n\r\n", " \t \t"])
        {
            var memory = new byte[text.Length + 40];
            var destination = new byte[text.Length + 40];
            Encoding.Latin1.GetBytes(text, memory);
            for (var index = text.Length; index < memory.Length; index++)
            {
                memory[index] = (byte)behind[(index - text.Length) % behind.Length];
            }

            destination.AsSpan(text.Length).Fill(Untouched);
            var written = WhiteSpaceReduction.Reduce(memory.AsSpan(0, text.Length), destination.AsSpan(0, text.Length));
            Assert.Equal(expected, Encoding.Latin1.GetString(destination, 0, written));
            Assert.True(destination.AsSpan(text.Length).IndexOfAnyExcept(Untouched) < 0, "Octets behind the end were written.");
        }
    }

    // RFC 6376 section 3.4.4, but for white space at the very end.
    private static string Plain(string text)
    {
        var reduced = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            var rest = text.AsSpan(index);
            var isWhite = rest[0] is ' ' or '\t';
            if (!(isWhite && rest.Length > 1 && (rest[1] is ' ' or '\t' || rest[1..].StartsWith("\r\n"))))
            {
                reduced.Append(isWhite ? ' ' : rest[0]);
            }
        }

        return reduced.ToString();
    }
}
