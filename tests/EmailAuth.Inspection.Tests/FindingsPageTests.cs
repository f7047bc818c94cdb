using System.Text;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Inspection.Tests;

/// <summary>The page of findings has every code with its text, its section and what to do.</summary>
public class FindingsPageTests
{
    private const string Start = "<!-- The table is made from the code: EMAILAUTH_WRITE_PAGES=1 makes the tests write it. -->\n";
    private const string End = "<!-- End of the table. -->\n";

    [Fact]
    public void The_page_has_every_code()
    {
        var path = Repository.PathOf("src", "FINDINGS.md");
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        var (start, end) = (page.IndexOf(Start, StringComparison.Ordinal) + Start.Length, page.IndexOf(End, StringComparison.Ordinal));
        Assert.InRange(start, Start.Length, end);
        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            File.WriteAllText(path, $"{page[..start]}{Table()}{page[end..]}");
            return;
        }

        Assert.Equal(Table().Split('\n'), page[start..end].Split('\n'));
    }

    [Theory]
    [MemberData(nameof(FindingTests.Codes), MemberType = typeof(FindingTests))]
    public void Every_code_says_what_to_do(FindingCode code)
    {
        var action = new Finding { Code = code, Severity = FindingSeverity.Note }.Action;
        Assert.NotEmpty(action);
        Assert.DoesNotContain(action, c => c is '{' or '}' or '|' or '\n');
    }

    private static string Table()
    {
        var text = new StringBuilder("| code | text | section | what to do |\n|---|---|---|---|\n");
        foreach (var code in Enum.GetValues<FindingCode>())
        {
            var rule = FindingRules.Of(code);
            text.Append("| `").Append(code.Keyword()).Append("` | ").Append(rule.Template.Replace("|", "\\|", StringComparison.Ordinal)).Append(" | ").Append(rule.Section).Append(" | ")
                .Append(FindingActions.Of(code)).Append(" |\n");
        }

        return text.ToString();
    }
}
