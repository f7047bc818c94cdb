using System.Text;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Reports.Tests.Reading;

/// <summary>The page of findings has every code, as the code has it.</summary>
public sealed class FindingsPageTests
{
    private const string Start = "<!-- The table is made from the code: EMAILAUTH_WRITE_PAGES=1 makes the tests write it. -->\n";
    private const string End = "<!-- End of the table. -->\n";

    private static readonly string PagePath = Repository.PathOf("src", "REPORT-FINDINGS.md");

    [Fact]
    public void The_page_has_every_code_and_no_other()
    {
        var table = new StringBuilder("| code | severity | text | section | what to do |\n|---|---|---|---|---|\n");
        foreach (var code in Enum.GetValues<ReportFindingCode>().OrderBy(code => code.Keyword(), StringComparer.Ordinal))
        {
            var rule = ReportFindingRules.Of(code);
            table.Append($"| `{rule.Keyword}` | {rule.Severity.Keyword()} | {rule.Template.Format} | {rule.Section} | {rule.Advice} |\n");
        }

        var page = File.ReadAllText(PagePath).ReplaceLineEndings("\n");
        var (start, end) = (page.IndexOf(Start, StringComparison.Ordinal) + Start.Length, page.IndexOf(End, StringComparison.Ordinal));
        Assert.InRange(start, Start.Length, end);
        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            File.WriteAllText(PagePath, $"{page[..start]}{table}{page[end..]}");
            return;
        }

        Assert.Equal(table.ToString().Split('\n'), page[start..end].Split('\n'));
    }

    [Fact]
    public void Each_word_is_given_once_and_each_text_can_be_made_without_arguments()
    {
        var codes = Enum.GetValues<ReportFindingCode>();
        Assert.Equal(codes.Length, codes.Select(code => code.Keyword()).Distinct().Count());
        Assert.All(codes, code => Assert.NotEmpty(new ReportFinding { Code = code, Severity = ReportFindingRules.Of(code).Severity }.Text));
    }
}
