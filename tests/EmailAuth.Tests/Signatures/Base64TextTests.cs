using EmailAuth.Signatures;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Base64 of every length, with and without padding, and with every character (RFC 6376 section 2.10).</summary>
public class Base64TextTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    [Fact]
    public void Octets_of_every_length_are_read_with_and_without_padding()
    {
        for (var length = 0; length < 400; length++)
        {
            byte[] octets = [.. Enumerable.Range(length, length).Select(static i => (byte)(i * 37))];
            var text = Convert.ToBase64String(octets);
            Assert.Equal(octets, Base64Text.Decode(text));
            Assert.Equal(octets, Base64Text.Decode(text.TrimEnd('=')));
            Assert.Equal(octets, Base64Text.Decode(string.Join(" ", text.ToCharArray())));
            Assert.Equal(octets, Base64Text.Decode("\r\n\t" + string.Join("\r\n ", text.TrimEnd('=').ToCharArray()) + " "));
        }
    }

    [Fact]
    public void Every_short_text_is_read_by_the_grammar()
    {
        foreach (var text in ShortTexts.Of("A8= \r\n", 5))
        {
            Assert.Equal(Plain(text), Base64Text.Decode(text) is { } octets ? Convert.ToHexString(octets) : null);
        }
    }

    [Fact]
    public void Every_character_is_one_of_the_alphabet_or_white_space_or_refused()
    {
        for (var c = '\0'; c < 0x180; c++)
        {
            foreach (var text in (string[])[$"AA{c}A", $"AAA{c}", $"{c}AAA", $"AAAA{c}", $"AAAAAAA{c}"])
            {
                Assert.Equal(Plain(text), Base64Text.Decode(text) is { } octets ? Convert.ToHexString(octets) : null);
            }
        }
    }

    // The characters without white space: groups of four, of which the last may lack its padding. Bits that are left over are not looked at.
    private static string? Plain(string text)
    {
        var characters = string.Concat(text.Where(static c => c is not (' ' or '\t' or '\r' or '\n')));
        var bare = characters.TrimEnd('=');
        var padding = characters.Length - bare.Length;
        if (bare.Any(static c => !Alphabet.Contains(c, StringComparison.Ordinal)) || bare.Length % 4 == 1
            || (padding > 0 && (padding > 2 || (bare.Length + padding) % 4 != 0)))
        {
            return null;
        }

        var bits = bare.Select(static c => Alphabet.IndexOf(c, StringComparison.Ordinal)).SelectMany(static value => Enumerable.Range(0, 6).Select(bit => (value >> (5 - bit)) & 1)).ToArray();
        return string.Concat(bits.Chunk(8).Where(static octet => octet.Length == 8).Select(static octet => octet.Aggregate(0, static (value, bit) => (value << 1) | bit).ToString("X2")));
    }
}
