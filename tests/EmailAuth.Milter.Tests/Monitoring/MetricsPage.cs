using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.Monitoring;

/// <summary>The tables of src/METRICS.md.</summary>
internal static class MetricsPage
{
    /// <summary>The instruments by name.</summary>
    public static SortedDictionary<string, Row> Instruments()
    {
        var rows = new SortedDictionary<string, Row>(StringComparer.Ordinal);
        foreach (var cells in Cells("| name | kind |"))
        {
            rows.Add(Bare(cells[0]), new Row(cells[1], Bare(cells[2]), [.. cells[3].Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Bare).Order(StringComparer.Ordinal)]));
        }

        return rows;
    }

    /// <summary>The attributes with their table cell of values.</summary>
    public static SortedDictionary<string, string> Attributes()
    {
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var cells in Cells("| name | values |"))
        {
            rows.Add(Bare(cells[0]), cells[1]);
        }

        return rows;
    }

    private static IEnumerable<string[]> Cells(string head) => File.ReadLines(Repository.PathOf("src", "METRICS.md"))
        .SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal)).Skip(2).TakeWhile(static line => line.StartsWith('|'))
        .Select(static line => line.Trim('|').Split('|').Select(static cell => cell.Trim()).ToArray());

    private static string Bare(string cell) => cell.Trim('`');

    internal sealed record Row(string Kind, string Unit, string[] Attributes);
}
