using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>Every character in the form in which authserv-ids are compared.</summary>
public class CanonicalNameTests
{
    // A quote and a backslash are left out, and in full width they are not.
    [Fact]
    public void Each_character_is_left_out_or_has_one_form()
    {
        Assert.Equal(
            "0000-0020 0022 005c 007f-00a0 00ad 034f 0600-0605 061c 06dd 070f 0890-0891 08e2 115f-1160 1680 17b4-17b5 180b-180f 2000-200f 2028-202f 205f-206f 2800 3000 3164 fe00-fe0f feff ffa0 fff9-fffb",
            NumberRanges.OfCharacters(static c => CanonicalName.CharacterOf(c) is null));
        for (var c = '!'; c <= '~'; c++)
        {
            var others = c switch { 's' => " 017f", 'k' => " 212a", _ => string.Empty };
            var wide = c - '!' + 0xff01;
            var expected = c switch
            {
                '"' or '\\' => $"{wide:x4}",
                '.' => "002e 3002 ff0e ff61",
                >= 'A' and <= 'Z' => string.Empty,
                >= 'a' and <= 'z' => $"{c - 0x20:x4} {(int)c:x4}{others} {wide - 0x20:x4} {wide:x4}",
                _ => $"{(int)c:x4} {wide:x4}",
            };
            Assert.Equal((c, expected), (c, NumberRanges.OfCharacters(other => CanonicalName.CharacterOf(other) == c)));
        }
    }

    [Theory]
    [InlineData(" MX.\"Ex\\ample\".ORG.. ", "mx.example.org")]
    [InlineData("..a..b\u3002", "..a..b")]
    [InlineData("\u00dc\u212b.\u0130", "\u00fc\u00e5.\u0130")]
    [InlineData(" .\t", "")]
    public void A_text_has_the_form_of_its_characters_without_dots_at_its_end(string text, string expected) => Assert.Equal(expected, CanonicalName.Of(text));
}
