using EmailAuth.Bimi;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>Records, all that is read of them, and each error with its place.</summary>
public class BimiRecordParserTests
{
    private const string Uri = "https://a.example/b.svg";
    private const string Suffix = "the path of the tag \"l\" ends in neither .svg nor .svgz (BIMI draft section 4.3.2)";
    private const string Prefix = "a prefix in the tag \"lps\" is not 1 to 63 letters, digits and hyphens (BIMI draft section 4.5)";

    [Theory]
    [InlineData("v=BIMI1; l=" + Uri, "l=" + Uri + " avp=brand")]
    [InlineData("v=BIMI1; l=" + Uri + "z", "l=" + Uri + "z avp=brand")]
    [InlineData("v=BIMI1;l=" + Uri + "?x;a=https://a.example;", "l=" + Uri + "?x a=https://a.example avp=brand")]
    [InlineData("v=BIMI1; l=; a=https://a.example/c", "a=https://a.example/c avp=brand")]
    [InlineData("v=BIMI1; l=; a=", "declines avp=brand")]
    [InlineData("v=BIMI1; l=; lps=; avp=personal", "declines lps avp=personal")]
    [InlineData("v=BIMI1; l=; lps=A-1,b,-,0", "declines lps=a-1,b,-,0 avp=brand")]
    [InlineData("v=BIMI1; l=; lps=\ta \r\n, b", "declines lps=a,b avp=brand")]
    [InlineData("v=BIMI1; l=; avp=brand", "declines avp=brand")]
    [InlineData("v=BIMI1; l=; avp=BRAND", "declines")]
    [InlineData("v=BIMI1; l=; avp=other", "declines")]
    [InlineData("v=BIMI1; l=; ~=1", "Malformed 13 a tag name must start with a letter (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1; l=; x=!~", "declines avp=brand")]
    [InlineData("v=BIMI1;\r\n\tl= ", "declines avp=brand")]
    [InlineData("", "Malformed 0 the record does not start with \"v=BIMI1\" (BIMI draft section 4.3)")]
    [InlineData("v=BIMI2; l=", "Malformed 0 the record does not start with \"v=BIMI1\" (BIMI draft section 4.3)")]
    [InlineData("v=BIMI1", "Missing 7 the required tag \"l\" is missing (BIMI draft section 4.3)")]
    [InlineData("v=BIMI1; a=;", "Missing 12 the required tag \"l\" is missing (BIMI draft section 4.3)")]
    [InlineData("v=BIMI1; l=; L=", "declines avp=brand")]
    [InlineData("v=BIMI1; l=; l=", "Duplicate 13 the tag \"l\" appears twice (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1; l=; v=BIMI1", "Duplicate 13 the tag \"v\" appears twice (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1; a=; l=; a=", "Duplicate 17 the tag \"a\" appears twice (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1; abcdefghijklmnopqrst=; abcdefghijklmnopqrst=", "Duplicate 32 the tag \"abcdefghijklmnopqrst\" appears twice (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1; abcdefghijklmnopqrstu=; abcdefghijklmnopqrstu=", "Duplicate 33 the tag \"abcdefghijklmnopqrst\u2026\" appears twice (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1; l=; x=a\u007f", "Malformed 16 the character U+007F is not allowed in a record (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1;\tl=; x=a\u007f", "Malformed 16 the character U+007F is not allowed in a record (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1;\r\n l=; x=\u00e9", "Malformed 17 the character U+00E9 is not allowed in a record (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1; l=; x=\u00e9", "Malformed 15 the character U+00E9 is not allowed in a record (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1; l=https://a.example/b.png", "Unsupported 11 " + Suffix)]
    [InlineData("v=BIMI1; l= https://a.example/svg", "Unsupported 12 " + Suffix)]
    [InlineData("v=BIMI1; l=https://a.example/b.svgzz", "Unsupported 11 " + Suffix)]
    [InlineData("v=BIMI1; l=https://a.example/b.Svg", "Unsupported 11 " + Suffix)]
    [InlineData("v=BIMI1; l=https://a.example/b.svgZ", "Unsupported 11 " + Suffix)]
    [InlineData("v=BIMI1; l=https://a.svg", "Unsupported 11 " + Suffix)]
    [InlineData("v=BIMI1; l=https://a.example/.svg", "l=https://a.example/.svg avp=brand")]
    [InlineData("v=BIMI1; l=http://a.example/b.svg", "Unsupported 11 the tag \"l\": the URI is not an absolute one of scheme https (BIMI draft section 4.3)")]
    [InlineData("v=BIMI1; l=https://a/b.svg", "Malformed 19 the tag \"l\": the URI's host is not a fully qualified domain name (BIMI draft section 4.3)")]
    [InlineData("v=BIMI1; l=; a=https://a.example:0", "OutOfRange 33 the tag \"a\": the URI's port is not a number from 1 to 65535")]
    [InlineData("v=BIMI1; l=; lps=a,b_", "Malformed 19 " + Prefix)]
    [InlineData("v=BIMI1; l=; lps=,a", "Malformed 17 " + Prefix)]
    [InlineData("v=BIMI1; l=; lps=a, ,b", "Malformed 19 " + Prefix)]
    [InlineData("v=BIMI1; l=; lps=a,", "Malformed 19 " + Prefix)]
    [InlineData("v=BIMI1; l=; lps=a b", "Malformed 17 " + Prefix)]
    [InlineData("v=BIMI1; l=; x", "Malformed 14 a tag name must be followed by \"=\" (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1; x; l=", "Malformed 10 a tag name must be followed by \"=\" (RFC 6376 section 3.2)")]
    public void A_record_is_read_whole_or_has_one_error(string text, string expected)
    {
        Assert.Equal(expected, Outcome(text));
        Assert.Equal(expected.Contains(" the ", StringComparison.Ordinal) || expected.Contains(" a ", StringComparison.Ordinal) ? null : text, BimiRecord.Parse(text).Value?.Text);
    }

    // RFC 6376 section 3.2: visible ASCII, and white space.
    [Fact]
    public void These_characters_may_be_in_a_record()
    {
        for (var c = '\0'; c <= '\u0100'; c++)
        {
            var expected = c is >= ' ' and <= '~' or '\t' or '\r' or '\n'
                ? "declines avp=brand"
                : $"Malformed 16 the character U+{(int)c:X4} is not allowed in a record (RFC 6376 section 3.2)";
            Assert.Equal(c == ';' ? "Malformed 18 a tag name must be followed by \"=\" (RFC 6376 section 3.2)" : expected, Outcome($"v=BIMI1; l=; x=a{c}b"));
        }
    }

    [Fact]
    public void A_prefix_has_letters_digits_and_hyphens()
    {
        for (var c = ' '; c <= '~'; c++)
        {
            var isAllowed = char.IsAsciiLetterOrDigit(c) || c == '-';
            var text = $"v=BIMI1; l=; lps=a{c}b";
            var expected = c switch
            {
                ',' => "declines lps=a,b avp=brand",
                ';' => "Malformed 20 a tag name must be followed by \"=\" (RFC 6376 section 3.2)",
                _ => isAllowed ? $"declines lps=a{char.ToLowerInvariant(c)}b avp=brand" : "Malformed 17 " + Prefix,
            };
            Assert.Equal(expected, Outcome(text));
        }
    }

    [Fact]
    public void A_prefix_has_1_to_63_characters()
    {
        Assert.Equal($"declines lps={new string('a', 63)} avp=brand", Outcome("v=BIMI1; l=; lps=" + new string('a', 63)));
        Assert.Equal("Malformed 17 " + Prefix, Outcome("v=BIMI1; l=; lps=" + new string('a', 64)));
        Assert.Equal("Malformed 20 " + Prefix, Outcome("v=BIMI1; l=; lps=ab, " + new string('a', 64)));
    }

    [Theory]
    [InlineData("", "news", false)] // no lps tag
    [InlineData("lps=", "news", true)]
    [InlineData("lps=n", "news", true)]
    [InlineData("lps=news", "news", true)]
    [InlineData("lps=newsx", "news", false)]
    [InlineData("lps=ews", "news", false)]
    [InlineData("lps=x,NE", "news", true)]
    [InlineData("lps=x,y", "news", false)]
    public void A_local_part_is_allowed_by_its_prefix(string tag, string localPart, bool expected) =>
        Assert.Equal(expected, BimiRecord.Parse("v=BIMI1; l=; " + tag).Value!.AllowsLocalPart(localPart));

    [Fact]
    public void Each_edit_of_a_record_has_the_outcome_of_the_page() => ApprovedPage.Verify("bimi", "record-edits.txt", [
        .. OneCharacterEdits.Outcomes("v=BIMI1; l=https://a.example/b.svg; a=https://c.example:8443; lps=d,e-; avp=personal;", " ;=,a\t\0", static (text, _) => Short(text)),
        .. OneCharacterEdits.Outcomes("v = BIMI1;\r\n l = ; lps =\tf ,g; avp = brand; x=1", ";=,z\n", static (text, _) => Short(text)),
    ]);

    // Which members a record has, or what is wrong with it.
    private static string Short(string text)
    {
        var outcome = Outcome(text);
        return BimiRecord.Parse(text) is { IsSuccess: false, Error: var error }
            ? $"{error.Code} {error.Reason}"
            : string.Join(' ', outcome.Split(' ').Select(static part => part.Split('=')[0] is "l" or "a" ? part.Split('=')[0] : part));
    }

    private static string Outcome(string text)
    {
        var result = BimiRecord.Parse(text);
        if (!result.IsSuccess)
        {
            return $"{result.Error.Code} {result.Error.Position} {result.Error.Reason}";
        }

        var record = result.Value;
        return string.Join(' ', ((string?[])[
            record.IsDeclination ? "declines" : null,
            record.Location is { } l ? $"l={l}" : null,
            record.EvidenceLocation is { } a ? $"a={a}" : null,
            record.UsesLocalPartSelectors ? record.LocalPartPrefixes.IsEmpty ? "lps" : $"lps={string.Join(',', record.LocalPartPrefixes)}" : null,
            record.AvatarPreference is { } avp ? $"avp={avp}" : null,
        ]).Where(static part => part is not null));
    }
}
