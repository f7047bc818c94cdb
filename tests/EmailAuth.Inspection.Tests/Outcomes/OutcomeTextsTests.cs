using System.Text;
using EmailAuth.Inspection.Outcomes;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Inspection.Tests.Outcomes;

/// <summary>The table of causes and advice is whole, and the page says the same.</summary>
public class OutcomeTextsTests
{
    private const string Start = "<!-- The tables are made from the code: EMAILAUTH_WRITE_PAGES=1 makes the tests write them. -->\n";
    private const string End = "<!-- End of the tables. -->\n";

    public static TheoryData<CauseCode> Causes => [.. Enum.GetValues<CauseCode>()];

    [Theory]
    [MemberData(nameof(Causes))]
    public void Every_cause_has_a_text_and_advice_that_fill_in_its_arguments(CauseCode code)
    {
        var cause = new OutcomeCause { Code = code, Arguments = ["first", "second", "third"] };
        Assert.All(cause.Advice.Select(advice => advice.Text).Append(cause.Text), text => Assert.DoesNotContain(text, c => c is '{' or '}' or '§'));
        Assert.All(cause.Advice.Select(advice => advice.Text).Append(cause.Text), Assert.NotEmpty);
    }

    // A text of a sender is inserted unchanged, and never read as a placeholder.
    [Fact]
    public void An_argument_is_not_a_template() => Assert.Contains(
        "{0}{1}§", new OutcomeCause { Code = CauseCode.BodyChanged, Arguments = ["{0}{1}§"] }.Text, StringComparison.Ordinal);

    [Fact]
    public void A_code_that_does_not_exist_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutcomeCause { Code = (CauseCode)1000 }.Text);
        Assert.Throws<ArgumentOutOfRangeException>(() => new OutcomeAdvice { Code = (AdviceCode)1000 }.Text);
    }

    [Theory]
    [InlineData(CauseCode.BodyChanged, "body_changed")]
    [InlineData(CauseCode.Other, "other")]
    public void A_keyword_is_the_name_in_lower_case_with_underscores(CauseCode code, string keyword) => Assert.Equal(keyword, code.Keyword());

    [Fact]
    public void Every_advice_belongs_to_a_cause() => Assert.Equal(
        Enum.GetValues<AdviceCode>().Order(), Enum.GetValues<CauseCode>().SelectMany(code => OutcomeTexts.Of(code).Advice).Distinct().Order());

    [Fact]
    public void The_page_has_every_cause_and_advice()
    {
        var path = Repository.PathOf("src", "CAUSES.md");
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        var (start, end) = (page.IndexOf(Start, StringComparison.Ordinal) + Start.Length, page.IndexOf(End, StringComparison.Ordinal));
        Assert.InRange(start, Start.Length, end);
        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            File.WriteAllText(path, $"{page[..start]}{Tables()}{page[end..]}");
            return;
        }

        Assert.Equal(Tables().Split('\n'), page[start..end].Split('\n'));
    }

    private static string Tables()
    {
        var text = new StringBuilder("| cause | text | certain | advice |\n|---|---|---|---|\n");
        foreach (var code in Enum.GetValues<CauseCode>())
        {
            var rule = OutcomeTexts.Of(code);
            text.Append("| `").Append(code.Keyword()).Append("` | ").Append(rule.Template).Append(" | ").Append(rule.IsCertain ? "yes" : "no").Append(" | ")
                .AppendJoin(", ", rule.Advice.Select(advice => $"`{advice.Keyword()}`")).Append(" |\n");
        }

        text.Append("\n| advice | text |\n|---|---|\n");
        foreach (var code in Enum.GetValues<AdviceCode>())
        {
            text.Append("| `").Append(code.Keyword()).Append("` | ").Append(OutcomeTexts.Of(code)).Append(" |\n");
        }

        return text.ToString();
    }

}
