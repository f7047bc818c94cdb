using EmailAuth.Bimi;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>BIMI-Selector fields and local-parts: what each is read as, each character, each error with its place.</summary>
public class BimiSelectorFieldTests
{
    private const string NotLabels = "the tag \"s\" of BIMI-Selector is not labels of letters, digits and hyphens (BIMI draft section 4.4)";
    private const string NoVersion = "BIMI-Selector does not start with \"v=BIMI1\" (BIMI draft section 5.1)";

    [Theory]
    [InlineData("v=BIMI1; s=A.b-1.0", "a.b-1.0")]
    [InlineData(" v=BIMI1;\r\n\ts=a;", "a")]
    [InlineData("v=BIMI1; s=a--b", "a--b")]
    [InlineData("v=BIMI1; v=BIMI1; s=a", "Duplicate 9 BIMI-Selector has the tag \"v\" twice (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1; s=a; v=x", "Duplicate 14 BIMI-Selector has the tag \"v\" twice (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1; s=a; s=a", "Duplicate 14 BIMI-Selector has the tag \"s\" twice (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1; s=a; s=", "Duplicate 14 BIMI-Selector has the tag \"s\" twice (RFC 6376 section 3.2)")]
    [InlineData("v=BIMI1; s= -", "Malformed 12 " + NotLabels)]
    [InlineData("v=BIMI1; s=", "Malformed 11 " + NotLabels)]
    [InlineData("v=BIMI1; s=.", "Malformed 11 " + NotLabels)]
    [InlineData("v=BIMI1; s=-a", "Malformed 11 " + NotLabels)]
    [InlineData("v=BIMI1; s=a-.b", "Malformed 11 " + NotLabels)]
    [InlineData("v=BIMI1; s=a.-b", "Malformed 11 " + NotLabels)]
    [InlineData(" s=a", "Malformed 1 " + NoVersion)]
    [InlineData("v=BIMI2; s=a", "Malformed 0 " + NoVersion)]
    [InlineData("V=BIMI1; s=a", "Malformed 0 " + NoVersion)]
    [InlineData("x=1; v=BIMI1; s=a", "Malformed 0 " + NoVersion)]
    [InlineData("v=BIMI1; x=1; y=2", "Missing 17 BIMI-Selector lacks the tag \"s\" (BIMI draft section 5.1)")]
    [InlineData("", "Missing 0 BIMI-Selector lacks the tag \"s\" (BIMI draft section 5.1)")]
    [InlineData("v=BIMI1; s=a; x", "Malformed 15 BIMI-Selector: a tag name must be followed by \"=\" (RFC 6376 section 3.2)")]
    public void A_field_has_one_selector_or_one_error(string value, string expected) => Assert.Equal(expected, Outcome(value));

    [Fact]
    public void A_selector_has_these_characters()
    {
        string Allowed(Func<char, string> text) => string.Concat(Enumerable.Range(0, 257).Select(static c => (char)c).Where(c => BimiSelector.ParseField("v=BIMI1; s=" + text(c)).IsSuccess));
        Assert.Equal("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", Allowed(static c => $"a{c}b"));
        Assert.Equal("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", Allowed(static c => $"{c}"));
        Assert.Equal("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", Allowed(static c => $"a.{c}"));
    }

    [Fact]
    public void A_selector_and_its_labels_have_a_longest_form()
    {
        var label = new string('a', 63);
        Assert.Equal($"{label}.{label}.{label}.{label[..61]}", Outcome($"v=BIMI1; s={label}.{label}.{label}.{label[..61]}"));
        Assert.Equal("Malformed 11 " + NotLabels, Outcome($"v=BIMI1; s={label}.{label}.{label}.{label[..62]}"));
        Assert.Equal("Malformed 11 " + NotLabels, Outcome($"v=BIMI1; s=b.{label}a.c"));
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("A+b", "a")]
    [InlineData("+", null)]
    [InlineData("a_b.c-d", "a-b-c-d")]
    [InlineData("a__b", "a-b")]
    [InlineData("a_.-b", "a-b")]
    [InlineData("_.-a-._", "a")]
    [InlineData("-", null)]
    [InlineData("a-b-", "a-b")]
    [InlineData("a+-b", "a")]
    [InlineData("a!", null)]
    public void A_local_part_names_a_selector(string localPart, string? expected) => Assert.Equal(expected, BimiSelector.OfLocalPart(localPart));

    [Fact]
    public void A_local_part_has_these_characters()
    {
        for (var c = '\0'; c <= '\u0100'; c++)
        {
            var expected = c switch
            {
                '+' => "a",
                '_' or '.' or '-' => "a-b",
                _ => char.IsAsciiLetterOrDigit(c) ? $"a{char.ToLowerInvariant(c)}b" : null,
            };
            Assert.Equal(expected, BimiSelector.OfLocalPart($"a{c}b"));
        }
    }

    [Fact]
    public void A_local_part_of_more_than_63_characters_names_none()
    {
        var longest = new string('a', 63);
        Assert.Equal(longest, BimiSelector.OfLocalPart(longest));
        Assert.Equal(longest, BimiSelector.OfLocalPart($"_{longest}_+b"));
        Assert.Null(BimiSelector.OfLocalPart(longest + "a"));
        Assert.Equal(longest[..61] + "-b", BimiSelector.OfLocalPart(longest[..61] + "._b"));
        Assert.Null(BimiSelector.OfLocalPart(longest[..62] + "-b"));
    }

    [Fact]
    public void The_selector_of_a_message_without_field_is_default() => Assert.Equal("default", BimiSelector.Default);

    [Fact]
    public void Each_edit_of_a_field_has_the_outcome_of_the_page() =>
        ApprovedPage.Verify("bimi", "selector-edits.txt", OneCharacterEdits.Outcomes(" v=BIMI1; x=1; s=Ab-c.d;", " ;=.-vs\t", Outcome));

    private static string Outcome(string value, int edit = -1)
    {
        var result = BimiSelector.ParseField(value);
        return result.IsSuccess ? result.Value : $"{result.Error.Code} {OneCharacterEdits.Position(result.Error.Position, value, edit)} {result.Error.Reason}";
    }
}
