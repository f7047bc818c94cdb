using EmailAuth.Bimi;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>The words that results have for what BIMI found, and what of a stranger's text is shown.</summary>
public class BimiWordsTests
{
    [Fact]
    public void Each_kind_of_mark_has_a_word_and_a_kind_of_certificate() => Assert.Equal(
        [
            "unknown unknown", "registered_mark verified", "government_mark verified", "prior_use_mark common", "modified_registered_mark common", "provisional_mark common",
        ],
        ((MarkType[])[MarkType.Unknown, MarkType.RegisteredMark, MarkType.GovernmentMark, MarkType.PriorUseMark, MarkType.ModifiedRegisteredMark, MarkType.ProvisionalMark])
            .Select(static type => new MarkCertificate { Type = type }).Select(static certificate => $"{certificate.MarkType} {certificate.Kind}"));

    [Fact]
    public void A_certificate_is_verified_for_a_selector_and_by_options()
    {
        Assert.Throws<ArgumentNullException>(() => MarkCertificate.Verify(default, [], "default", null!));
        Assert.Throws<ArgumentNullException>(() => MarkCertificate.Verify(default, [], null!, BimiOptions.Default));
        Assert.Throws<ArgumentNullException>(() => MarkCertificate.Verify(default, null!, "default", BimiOptions.Default));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("abc", "abc")]
    [InlineData("abcd", "abcd")]
    [InlineData("abcde", "abcd\u2026")]
    [InlineData("a\nb\u202e", "a b ")]
    [InlineData("abc\U0001F600", "abc \u2026")]
    public void Of_a_text_of_others_the_start_is_shown(string text, string expected) => Assert.Equal(expected, Excerpt.Of(text, 4));
}
