using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>Encoded words with one character changed.</summary>
public class EncodedWordsEditTests
{
    [Fact]
    public void Each_edit_of_encoded_words_is_decoded_as_far_as_it_is_one() =>
        ApprovedPage.Verify("results", "encoded-words.txt", ((string[])["x=?u8?q?m=78_?= \r\n=?a?b?bXg=?=y", "=?a?B?b X?g=?=.=?b*c?Q?m?x\r\n?="])
            .SelectMany(static text => OneCharacterEdits.Outcomes(text, "? ", static (edited, _) => EncodedWords.Decode(edited))));

    [Fact]
    public void Each_word_has_its_characters()
    {
        // Others are left out of base64, and its end is where its text ends.
        Assert.Equal("002b 002f-0039 003d 0041-005a 0061-007a", NumberRanges.OfCharacters(static c => EncodedWords.Decode($"=?utf-8?b?bX{c}h1?=") is var text && text != "mxu" && text != EncodedWords.Decode("=?utf-8?b?bXh1?="), 0x180));
        Assert.Equal("0009 0020 005f", NumberRanges.OfCharacters(static c => EncodedWords.Decode($"=?utf-8?q?a{c}b?=") == "a b", 0x100));
        Assert.Equal("000a 000d", NumberRanges.OfCharacters(static c => EncodedWords.Decode($"=?utf-8?q?a{c}b?=") == "ab", 0x100));
        Assert.Equal("0042 0051 0062 0071", NumberRanges.OfCharacters(static c => EncodedWords.Decode($"=?utf-8?{c}?bXg=?=") != $"=?utf-8?{c}?bXg=?=", 0x180));
    }

    [Theory]
    [InlineData("=?a?q?b?=", "b")]
    [InlineData("=?a?q?b?= =?a?q?c?=", "bc")]
    [InlineData("=?a?q?b?=\u00a0=?a?q?c?=", "bc")]
    [InlineData("=?a?q?b?=x=?a?q?c?=", "bxc")]
    [InlineData("=?a?q?b?==?a?q?c?=", "bc")]
    [InlineData(" =?a?q?b?= ", " b ")]
    [InlineData("x =?a?q?b?= y", "x b y")]
    [InlineData("=?a?q?b?= =?a?x?c?= =?a?q?d?=", "b =?a?x?c?= d")]
    [InlineData("=?=?a?q?b?=", "=?b")]
    [InlineData("=??=?a?q?b?=", "=??b")]
    [InlineData("=?a?q?=", "=?a?q?=")]
    [InlineData("=?a?q??=", "")]
    [InlineData("=?a?q?=?=", "")]
    [InlineData("=?a?q", "=?a?q")]
    [InlineData("=?a?", "=?a?")]
    [InlineData("=?a", "=?a")]
    [InlineData("=?", "=?")]
    public void A_word_has_all_its_parts(string text, string decoded) => Assert.Equal(decoded, EncodedWords.Decode(text));
}
