namespace EmailAuth.Inspection.Tests;

/// <summary>Codes, and the texts that are made from them.</summary>
public class FindingTests
{
    public static TheoryData<FindingCode> Codes => [.. Enum.GetValues<FindingCode>()];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_has_a_text_that_fills_in_all_its_arguments_and_its_section(FindingCode code)
    {
        var rule = FindingRules.Of(code);
        var finding = new Finding { Code = code, Severity = FindingSeverity.Error, Section = rule.Section ?? "RFC 1", Arguments = ["first", "second", "third"] };
        Assert.DoesNotContain(finding.Text, c => c is '{' or '}' or '§');
        Assert.Equal(rule.Template.Contains('§', StringComparison.Ordinal), finding.Text.Contains(finding.Section!, StringComparison.Ordinal));
        Assert.Equal(rule.Template.Contains("{0}", StringComparison.Ordinal), finding.Text.Contains("first", StringComparison.Ordinal));
        Assert.Equal(rule.Template.Contains("{2}", StringComparison.Ordinal), finding.Text.Contains("third", StringComparison.Ordinal) && !rule.Template.Contains("aliases", StringComparison.Ordinal));
    }

    [Fact]
    public void A_finding_made_by_hand_without_arguments_has_a_text_too()
    {
        Assert.All(Enum.GetValues<FindingCode>(), code => Assert.NotNull(new Finding { Code = code, Severity = FindingSeverity.Note }.Text));
    }

    [Theory]
    [InlineData(FindingCode.SpfPtr, "spf-ptr")]
    [InlineData(FindingCode.SpfSeveralRecords, "spf-several-records")]
    [InlineData(FindingCode.SpfTooManyVoidLookupsIPv6, "spf-too-many-void-lookups-ipv6")]
    [InlineData(FindingCode.DkimSha1, "dkim-sha1")]
    [InlineData(FindingCode.DkimKeyBase64Url, "dkim-key-base64-url")]
    public void A_keyword_is_the_name_in_lower_case_with_hyphens(FindingCode code, string keyword) => Assert.Equal(keyword, code.Keyword());

    [Fact]
    public void No_two_codes_have_the_same_keyword() =>
        Assert.Equal(Enum.GetValues<FindingCode>().Length, Enum.GetValues<FindingCode>().Select(code => code.Keyword()).Distinct().Count());

    [Theory]
    [InlineData("\"", "a quotation mark")]
    [InlineData("\u00A0", "a no-break space (U+00A0)")]
    [InlineData("\u201C", "a typographic quotation mark (U+201C)")]
    [InlineData("#", "the character \"#\"")]
    [InlineData("\u200B", "the character U+200B")]
    public void A_character_is_named_in_words(string character, string name) => Assert.StartsWith(
        $"{name} at position 7", new Finding { Code = FindingCode.DkimKeyCharacter, Severity = FindingSeverity.Error, Arguments = ["7", character] }.Text, StringComparison.Ordinal);

    // A text of a domain owner is inserted unchanged, and never read as a placeholder.
    [Fact]
    public void An_argument_is_not_a_template() => Assert.Contains(
        "\"{0}{1}§\"", new Finding { Code = FindingCode.SpfUnknownModifier, Severity = FindingSeverity.Warning, Arguments = ["{0}{1}§", "x"] }.Text, StringComparison.Ordinal);
}
