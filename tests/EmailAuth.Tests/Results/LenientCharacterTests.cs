using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>Every character as the most lenient reader sees it.</summary>
public class LenientCharacterTests
{
    [Fact]
    public void Every_character_is_seen_as_it_is_or_like_one_of_ASCII_or_not()
    {
        Assert.Equal("0009-000d 0020 0085 00a0 1680 2000-200a 2028-2029 202f 205f 3000", NumberRanges.OfCharacters(static c => LenientCharacter.Of(c) == ' '));
        Assert.Equal(
            "00ad 034f 0600-0605 061c 06dd 070f 0890-0891 08e2 115f-1160 17b4-17b5 180b-180f 200b-200f 202a-202e 2060-206f 2800 3164 fe00-fe0f feff ffa0 fff9-fffb",
            NumberRanges.OfCharacters(static c => LenientCharacter.Of(c) is null));
        for (var c = '!'; c <= '~'; c++)
        {
            Assert.Equal(((char?)c, (char?)c), (LenientCharacter.Of(c), LenientCharacter.Of((char)(c - '!' + '\uff01'))));
        }

        Assert.Equal("0130-0131 017f 212a", NumberRanges.OfCharacters(static c => c is >= '\x80' and < '\uff00' && LenientCharacter.Of(c) is { } seen && char.IsAsciiLetter(seen)));
        Assert.Equal(("iisk", "0909"), (string.Concat("\u0130\u0131\u017f\u212a".Select(static c => LenientCharacter.Of(c))), string.Concat("\u0660\u0669\u0966\u096f".Select(static c => LenientCharacter.Of(c)))));
        Assert.Equal('\u00e9', LenientCharacter.Of('\u00e9'));
    }

    [Theory]
    [InlineData(0xe0000, true)]
    [InlineData(0xe0020, true)]
    [InlineData(0xe01ef, true)]
    [InlineData(0xe0fff, true)]
    [InlineData(0xe1000, false)]
    [InlineData(0x1d173, true)] // a musical symbol without a shape
    [InlineData(0x1f600, false)]
    [InlineData('a', false)]
    [InlineData(' ', false)]
    public void A_code_point_shows_or_does_not(int code, bool isInvisible) => Assert.Equal(isInvisible, LenientCharacter.IsInvisible(code));

    [Theory]
    [InlineData("a\t\r\n b", "a\t\r\n b")]
    [InlineData("\u00e9a\U0001f600b\ufffd", "ab")]
    [InlineData("a\u2003b\u200bc", "a bc")]
    [InlineData("\uff4d\u0131\uff1b", "mi;")]
    public void What_is_not_like_ASCII_is_left_out(string text, string expected) => Assert.Equal(expected, LenientCharacter.ToAscii(text));
}
