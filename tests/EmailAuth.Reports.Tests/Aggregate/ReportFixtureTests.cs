using System.Text;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Reports.Tests.Aggregate;

/// <summary>The XML of other projects' tests: what the reader makes of each.</summary>
public class ReportFixtureTests
{
    private static readonly string Table = Repository.PathOf("testdata", "reports", "fixtures.txt");

    [Fact]
    public async Task Each_fixture_has_its_verdict_and_findings()
    {
        var folder = Path.GetDirectoryName(ReportSchema.FilePath);
        Assert.SkipUnless(folder is not null, "The suites are not beside the project.");
        var table = new StringBuilder();
        foreach (var file in Directory.GetFiles(folder, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            await using var stream = File.OpenRead(file);
            var report = await AggregateReportReader.ReadAllAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
            table.Append(Path.GetRelativePath(folder, file)).Append(": ").Append(report.Verdict).Append(", ").Append(report.Form).Append(", ")
                .Append(report.RecordCount).Append(" rows, ").Append(report.LeftOutCount).Append(" left out, ").Append(report.MessageCount).Append(" messages\n");
            foreach (var finding in report.Findings)
            {
                table.Append("  ").Append(finding.Code.Keyword()).Append(' ').Append(finding.Place).Append(" line ").Append(finding.Line).Append(", ")
                    .Append(finding.Occurrences).Append(": ").AppendJoin(", ", finding.Arguments).Append('\n');
            }

            Assert.Equal(report.RecordCount, report.Records.Length);
            Assert.Equal(report.MessageCount, report.Records.Sum(static record => record.Count));
        }

        if (Environment.GetEnvironmentVariable("EMAILAUTH_REWRITE_GOLDEN") is not null)
        {
            await File.WriteAllTextAsync(Table, table.ToString(), TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(Table, TestContext.Current.CancellationToken), table.ToString());
    }
}
