using EmailAuth.Cli.Output;
using Xunit;

namespace EmailAuth.Cli.Tests;

public sealed class TextWidthTests
{
    [Theory]
    [InlineData("", 5, "")]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("one two three", 6, "one|two|three")]
    [InlineData("abcdefgh", 3, "abc|def|gh")]
    [InlineData("abcdef", 3, "abc|def")]
    [InlineData("a abcdefgh b", 3, "a|abc|def|gh|b")]
    [InlineData("a abcdefgh b", 4, "a|abcd|efgh|b")]
    [InlineData("\u4e2d\u6587\u4e2d", 4, "\u4e2d\u6587|\u4e2d")] // two columns each
    [InlineData("\u4e2d\u6587", 1, "\u4e2d|\u6587")]
    [InlineData("\ud83d\ude00\ud83d\ude00", 3, "\ud83d\ude00|\ud83d\ude00")]
    public void Lines_are_cut_at_spaces_and_in_words_that_are_too_wide(string text, int width, string lines) =>
        Assert.Equal(lines, string.Join('|', TextWidth.Lines(text, width)));

    // A domain owner chooses the length of a record, and a sender that of a field.
    [Fact]
    public void Twice_the_word_takes_twice_the_memory()
    {
        Assert.InRange(AllocatedBy(40_000), 1, 3 * AllocatedBy(20_000));

        static long AllocatedBy(int length)
        {
            var word = new string('x', length);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal((length + 69) / 70, TextWidth.Lines(word, 70).Count());
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
