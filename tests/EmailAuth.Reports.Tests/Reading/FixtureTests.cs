using System.Text;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Reports.Tests.Reading;

/// <summary>The reports in the tests of other programs: what kind each is, the verdict, and what is found.</summary>
public sealed class FixtureTests
{
    private static readonly string TablePath = Repository.PathOf("testdata", "reports", "reading.tsv");

    [Fact]
    public async Task Every_fixture_is_read_as_the_table_says()
    {
        if (Repository.SuitePath(Path.Combine("reports", "rfc9990.xsd")) is not { } file)
        {
            Assert.Skip("The fixtures of others are not beside the project.");
            return;
        }

        var folder = Path.GetDirectoryName(file)!;
        var table = new StringBuilder("file\tkind\tverdict\tfindings\n");
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (var report in await Sample.ReadAsync(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)))
            {
                table.Append(Path.GetRelativePath(folder, path)).Append('\t').Append(report.Kind).Append('\t').Append(report.Verdict.Keyword()).Append('\t')
                    .AppendJoin(' ', Sample.Codes(report)).Append('\n');
            }
        }

        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            await File.WriteAllTextAsync(TablePath, table.ToString(), TestContext.Current.CancellationToken);
        }

        Assert.Equal((await File.ReadAllTextAsync(TablePath, TestContext.Current.CancellationToken)).Split('\n'), table.ToString().Split('\n'));
    }
}
