using EmailAuth.Inspection.Signatures;

namespace EmailAuth.Inspection.Tests.Signatures;

/// <summary>Codes of changes, and their texts.</summary>
public class ChangeTextsTests
{
    public static TheoryData<ChangeCode> Codes => [.. Enum.GetValues<ChangeCode>()];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Each_code_has_a_text_an_advice_and_a_section(ChangeCode code)
    {
        var change = new SignatureChange { Code = code, IsProven = true, Arguments = ["first", "second", "third"] };
        Assert.DoesNotContain(change.Text, static c => c is '{' or '}' or '\u00A7');
        Assert.StartsWith("RFC ", change.Section, StringComparison.Ordinal);
        Assert.True(change.Advice.Length > 10 && !change.Advice.Contains('{', StringComparison.Ordinal));
        Assert.NotNull(new SignatureChange { Code = code, IsProven = false }.Text);
    }

    [Fact]
    public void Words_are_the_names_with_hyphens()
    {
        Assert.Equal("body-transfer-encoding", ChangeCode.BodyTransferEncoding.Keyword());
        Assert.Equal(["not_needed", "found", "not_found", "limit_reached"], Enum.GetValues<SearchEnd>().Select(static end => end.Keyword()));
    }
}
