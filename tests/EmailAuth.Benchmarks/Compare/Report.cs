using System.Globalization;

namespace EmailAuth.Benchmarks.Compare;

/// <summary>Writes what a contest came to: a table, and below it what its short cells mean.</summary>
internal static class Report
{
    /// <param name="contest">The contest, of which one contestant is EmailAuth.</param>
    /// <param name="us">The place of EmailAuth among the contestants; the bare arithmetic comes before it, if there is any.</param>
    /// <param name="absent">The peers that are not here, and why.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Contest contest, int us, IReadOnlyList<(string Name, string Why)> absent, TextWriter output)
    {
        var table = new Table(["microseconds", .. contest.Contestants.Select(contestant => contestant.Name)]);
        for (var row = 0; row < contest.Rows.Count; row++)
        {
            table.Add([contest.Rows[row].Name, .. Enumerable.Range(0, contest.Contestants.Count).Select(column => Text(contest, row, column, us))]);
        }

        table.Write(output);
        output.WriteLine();
        WriteRatios(contest, us, output);
        WriteFaults(contest, output);
        foreach (var (name, why) in absent)
        {
            output.WriteLine($"Not measured: {name}: {why}. tests/EmailAuth.Benchmarks/install-peers installs it on Debian.");
        }

        output.WriteLine();
    }

    private static string Text(Contest contest, int row, int column, int us)
    {
        var cell = contest[row, column];
        if (cell.Fault is { } fault)
        {
            return fault.Short;
        }

        var time = cell.Microseconds.ToString(cell.Microseconds < 10 ? "0.00" : cell.Microseconds < 1000 ? "0" : "#,##0", CultureInfo.InvariantCulture);
        var reference = column == us ? us - 1 : us;
        return column < us || reference < 0 || contest[row, reference].Fault is not null ? time
            : time + Ratio(cell.Microseconds / contest[row, reference].Microseconds).PadLeft(8);
    }

    private static string Ratio(double ratio) => "× " + ratio.ToString(ratio < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static void WriteRatios(Contest contest, int us, TextWriter output)
    {
        for (var column = us + 1; column < contest.Contestants.Count; column++)
        {
            var ratios = Enumerable.Range(0, contest.Rows.Count)
                .Where(row => contest[row, column].Fault is null && contest[row, us].Fault is null)
                .Select(row => contest[row, column].Microseconds / contest[row, us].Microseconds)
                .Order()
                .ToArray();
            if (ratios.Length > 0)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{contest.Contestants[column].Name} takes {ratios[0]:0.0} to {ratios[^1]:0.0} times as long as EmailAuth, {ratios[ratios.Length / 2]:0.0} times in the median row."));
            }
        }

        var spreads = Enumerable.Range(0, contest.Rows.Count).Where(row => contest[row, us].Fault is null).Select(row => contest[row, us].Spread).Order().ToArray();
        if (spreads is [.., > 0])
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"EmailAuth's rounds lie {spreads[spreads.Length / 2]:P0} apart in the median row, {spreads[^1]:P0} at most."));
        }
    }

    private static void WriteFaults(Contest contest, TextWriter output)
    {
        var faults =
            from column in Enumerable.Range(0, contest.Contestants.Count)
            from row in Enumerable.Range(0, contest.Rows.Count)
            where contest[row, column].Fault is not null
            group contest.Rows[row].Name by (contest.Contestants[column].Name, contest[row, column].Fault!.Detail);
        foreach (var fault in faults)
        {
            output.WriteLine($"{fault.Key.Name}: {fault.Key.Detail} ({fault.Count()} rows, the first: {fault.First()})");
        }
    }
}
