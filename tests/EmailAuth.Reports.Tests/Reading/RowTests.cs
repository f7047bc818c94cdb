using System.Text;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Reading;

namespace EmailAuth.Reports.Tests.Reading;

/// <summary>Which rows a reader gives and keeps, and which report they are of.</summary>
public sealed class RowTests
{
    [Fact]
    public async Task Each_report_says_how_many_rows_were_given_for_it()
    {
        var (reports, rows) = await ReadAsync(Zip(Rows(3), "<a/>", Rows(0), Rows(2)[..^10], Rows(1)));
        Assert.Equal([3L, 0, 0, 2, 1], reports.Select(static report => report.RowsGiven));
        Assert.Equal(6, rows);
        Assert.All(reports, static report => Assert.True(report.Aggregate is null || report.Aggregate.Records.IsEmpty));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task No_rows_are_given_of_reports_that_are_too_many(int count)
    {
        var (reports, rows) = await ReadAsync(Zip([.. Enumerable.Repeat(Rows(2), count)]), ReportReaderOptions.Default with { MaxReports = 4 });
        Assert.Equal(Math.Min(count, 5), reports.Count);
        Assert.Equal(rows, reports.Sum(static report => report.RowsGiven));
        Assert.Equal(2 * Math.Min(count, 4), rows);
        Assert.Equal(count > 4 ? ["too_many_reports"] : ["archive_used"], Sample.Codes(reports[^1]));
    }

    [Fact]
    public async Task A_row_that_is_one_too_many_is_not_given()
    {
        var options = ReportReaderOptions.Default with { Aggregate = AggregateReportReaderOptions.Default with { MaxRecords = 2 } };
        var (reports, rows) = await ReadAsync(Encoding.UTF8.GetBytes(Rows(3)), options);
        Assert.Equal((2, 2, 3), (rows, Assert.Single(reports).RowsGiven, reports[0].Aggregate!.RecordCount));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    public async Task As_many_rows_are_kept_as_are_asked_for(int most, int kept)
    {
        var reports = await Sample.ReadAsync(Zip(Rows(3), Rows(1)), ReportReaderOptions.Default with { MaxKeptRows = most });
        Assert.Equal([kept, Math.Min(most, 1)], reports.Select(static report => report.Aggregate!.Records.Length));
        Assert.Equal([3L, 1], reports.Select(static report => report.Aggregate!.RecordCount));
        Assert.All(reports, static report => Assert.Equal(0, report.RowsGiven));
    }

    [Fact]
    public void Fewer_than_no_rows_cannot_be_kept() => Assert.Throws<ArgumentOutOfRangeException>(() => new ReportReaderOptions { MaxKeptRows = -1 });

    private static string Rows(int count) => $"{AggregateSample.Head}\n{string.Concat(Enumerable.Repeat(AggregateSample.Row, count))}\n</feedback>\n";

    private static byte[] Zip(params string[] reports) => Sample.Zip([.. reports.Select((report, index) => ($"{index}.xml", Encoding.UTF8.GetBytes(report)))]);

    private static async Task<(List<ReadReport> Reports, int Rows)> ReadAsync(byte[] octets, ReportReaderOptions? options = null)
    {
        var rows = 0;
        var reports = await Sample.ReadAsync(octets, (options ?? ReportReaderOptions.Default) with
        {
            OnRow = (_, _) =>
            {
                rows++;
                return ValueTask.CompletedTask;
            },
        });
        return (reports, rows);
    }
}
