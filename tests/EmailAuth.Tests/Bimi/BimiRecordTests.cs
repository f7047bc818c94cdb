using EmailAuth.Bimi;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Bimi;

public class BimiRecordTests
{
    [Fact]
    public void A_record_with_every_tag_is_read()
    {
        var record = BimiRecord.Parse(
            "v=BIMI1; l=https://images.example.com/brand/logo.svg; a=https://images.example.com/brand/vmc.pem; lps=news,Offers-; avp=personal;").Value;

        Assert.NotNull(record);
        Assert.Equal("https://images.example.com/brand/logo.svg", record.Location);
        Assert.Equal("https://images.example.com/brand/vmc.pem", record.EvidenceLocation);
        Assert.True(record.UsesLocalPartSelectors);
        Assert.Equal(["news", "offers-"], record.LocalPartPrefixes);
        Assert.Equal("personal", record.AvatarPreference);
        Assert.False(record.IsDeclination);
    }

    [Theory]
    [InlineData("v=BIMI1; l=https://example.com/a.svg")]
    [InlineData("v=BIMI1;l=https://example.com/a.svg;")]
    [InlineData("v = BIMI1 ; l = https://example.com/a.svg ; a = ")]
    [InlineData("v=BIMI1; a=; l=https://example.com/a.svg")] // any order after v
    [InlineData("v=BIMI1; l=https://example.com/a.svg; x=1; zz_9=")] // unknown tags are ignored
    [InlineData("v=BIMI1; l=HTTPS://EXAMPLE.COM/a.svg")] // RFC 3986 section 3.1: schemes know no case
    [InlineData("v=BIMI1; l=https://example.com:8443/a.svgz?x=1.png")] // the query is not the path
    [InlineData("v=BIMI1; l=https://xn--bcher-kva.example/%7ea/b.svg")]
    [InlineData("v=BIMI1; l=https://example.com/a.svg; avp=neither")] // ignored, not an error
    public void A_valid_record_parses(string text)
    {
        var result = BimiRecord.Parse(text);
        Assert.True(result.IsSuccess, result.Error?.ToString());
        Assert.NotNull(result.Value.Location);
        Assert.Null(result.Value.EvidenceLocation);
    }

    [Theory]
    [InlineData("v=BIMI1; l=; a=;")] // the draft's own example
    [InlineData("v=BIMI1; l=")]
    [InlineData("v=BIMI1; l=; a=; lps=;")]
    public void Empty_locations_are_a_declination(string text) => Assert.True(BimiRecord.Parse(text).Value!.IsDeclination);

    [Theory]
    [InlineData("v=BIMI1", true)]
    [InlineData("v=BIMI1; l=", true)]
    [InlineData(" v = BIMI1 ;", true)]
    [InlineData("v=BIMI1; garbage", true)] // ours, and malformed: an error rather than nothing
    [InlineData("V=BIMI1; l=", false)] // tag names know case
    [InlineData("v=bimi1; l=", false)]
    [InlineData("v=BIMI2; l=", false)]
    [InlineData("v=BIMI1 l=", false)]
    [InlineData("v=BIMI1.0; l=", false)]
    [InlineData("l=; v=BIMI1", false)] // v must be first
    [InlineData("\"v=BIMI1; l=", false)]
    [InlineData("v=spf1 -all", false)]
    [InlineData("", false)]
    public void Only_a_record_that_starts_with_its_version_is_one(string text, bool expected) =>
        Assert.Equal(expected, BimiRecord.IsBimiRecord(text));

    [Theory]
    [InlineData("v=BIMI1", "\"l\" is missing")]
    [InlineData("v=BIMI1; a=https://example.com/a.pem", "\"l\" is missing")]
    [InlineData("v=BIMI1; L=https://example.com/a.svg", "\"l\" is missing")] // capitalization is not repaired
    [InlineData("v=BIMI1; l=http://example.com/a.svg", "https")]
    [InlineData("v=BIMI1; l=data:image/svg+xml;base64,PHN2Zz4=", "https")]
    [InlineData("v=BIMI1; l=//example.com/a.svg", "https")]
    [InlineData("v=BIMI1; l=https:/example.com/a.svg", "https")]
    [InlineData("v=BIMI1; l=https:\\\\example.com/a.svg", "https")]
    [InlineData("v=BIMI1; l=https://example.com/a.png", ".svgz")]
    [InlineData("v=BIMI1; l=https://example.com/a.SVG", ".svgz")] // capitalization is not repaired
    [InlineData("v=BIMI1; l=https://example.com/?a.svg", ".svgz")]
    [InlineData("v=BIMI1; l=https://example.com", ".svgz")]
    [InlineData("v=BIMI1; l=https://example.com/a.svg,https://example.org/a.svg", "U+002C")] // one URI, commas encoded
    [InlineData("v=BIMI1; l=https://example.com/a .svg", "U+0020")]
    [InlineData("v=BIMI1; l=https://example.com/a.svg#x", "U+0023")] // an absolute-URI has no fragment
    [InlineData("v=BIMI1; l=https://example.com/%2", "%")]
    [InlineData("v=BIMI1; l=https://example.com\\@evil.example/a.svg", "U+005C")]
    [InlineData("v=BIMI1; l=https://user@example.com/a.svg", "user information")]
    [InlineData("v=BIMI1; l=https://example.com:0/a.svg", "port")]
    [InlineData("v=BIMI1; l=https://example.com:/a.svg", "port")]
    [InlineData("v=BIMI1; l=https://example.com:99999/a.svg", "port")]
    [InlineData("v=BIMI1; l=https://example.com:+443/a.svg", "port")]
    [InlineData("v=BIMI1; l=https:///a.svg", "empty")]
    [InlineData("v=BIMI1; l=https://localhost/a.svg", "fully qualified")]
    [InlineData("v=BIMI1; l=https://127.0.0.1/a.svg", "fully qualified")]
    [InlineData("v=BIMI1; l=https://127.1/a.svg", "fully qualified")] // forms of an address that inet_aton takes
    [InlineData("v=BIMI1; l=https://2130706433/a.svg", "fully qualified")]
    [InlineData("v=BIMI1; l=https://0x7f000001/a.svg", "fully qualified")]
    [InlineData("v=BIMI1; l=https://0x7f.0.0.0x1/a.svg", "fully qualified")]
    [InlineData("v=BIMI1; l=https://0177.0.0.01/a.svg", "fully qualified")]
    [InlineData("v=BIMI1; l=https://[::1]/a.svg", "U+005B")]
    [InlineData("v=BIMI1; l=https://example.com./a.svg", "empty label")]
    [InlineData("v=BIMI1; l=https://b\u00fccher.example/a.svg", "U+00FC")] // a URI is ASCII
    [InlineData("v=BIMI1; l=https://%31%32%37.0.0.1.example/a.svg", "U+0025")]
    [InlineData("v=BIMI1; l=https://example.com/a.svg; l=https://example.com/b.svg", "twice")]
    [InlineData("v=BIMI1; l=; v=BIMI1", "twice")]
    [InlineData("v=BIMI1; l=; x=1; x=2", "twice")] // unknown tags too
    [InlineData("v=BIMI1; l=;; a=", "letter")]
    [InlineData("v=BIMI1; l=https://example.com/a.svg; a=http://example.com/a.pem", "https")]
    [InlineData("v=BIMI1; l=; lps=true!", "lps")]
    [InlineData("v=BIMI1; l=; lps=a,,b", "lps")]
    [InlineData("v=BIMI1; l=; lps=a,", "lps")]
    [InlineData("v=BIMI1; l=; lps=a_b", "lps")]
    [InlineData("v=BIMI1; l=; x=\0", "U+0000")]
    public void A_malformed_record_says_why(string text, string expected)
    {
        var result = BimiRecord.Parse(text);
        Assert.False(result.IsSuccess);
        Assert.Contains(expected, result.Error.Reason, StringComparison.Ordinal);
        Assert.InRange(result.Error.Position, 0, text.Length);
    }

    [Fact]
    public void A_prefix_has_at_most_63_characters()
    {
        Assert.True(BimiRecord.Parse("v=BIMI1; l=; lps=" + new string('a', 63)).IsSuccess);
        Assert.False(BimiRecord.Parse("v=BIMI1; l=; lps=" + new string('a', 64)).IsSuccess);
    }

    [Fact]
    public void White_space_around_prefixes_is_folding() =>
        Assert.Equal(["a", "b", "c"], BimiRecord.Parse("v=BIMI1; l=; lps= a , b,\tc ").Value!.LocalPartPrefixes);

    [Theory]
    [InlineData("", "brand")]
    [InlineData("; avp=brand", "brand")]
    [InlineData("; avp=personal", "personal")]
    [InlineData("; avp=Personal", null)]
    [InlineData("; avp=", null)]
    public void Only_the_two_avatar_preferences_count(string tag, string? expected) =>
        Assert.Equal(expected, BimiRecord.Parse("v=BIMI1; l=" + tag).Value!.AvatarPreference);

    [Fact]
    public void A_uri_longer_than_2048_characters_is_refused() =>
        Assert.Contains("exceeds 2048", BimiRecord.Parse("v=BIMI1; l=https://example.com/" + new string('a', 2048) + ".svg").Error!.Reason, StringComparison.Ordinal);

    [Property]
    public void No_text_makes_parsing_throw(string text, string tail)
    {
        _ = BimiRecord.Parse(text ?? string.Empty);
        _ = BimiRecord.Parse("v=BIMI1; l=https://" + text + "; lps=" + tail);
    }
}
