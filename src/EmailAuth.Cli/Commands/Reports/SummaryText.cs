using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Reports.Store.Incoming;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>Shows a summary of reports to people, the answer first.</summary>
internal static class SummaryText
{
    public static void Write(IPage page, IncomingSummary summary)
    {
        page.Title($"{summary.Domain}, {Day(summary.Since)} to {Day(summary.Until)}");
        var all = summary.Messages;
        page.Line(
            "answer",
            all.Count == 0 ? "no report counts a message" : $"{Share(all.Passing, all.Count)} of {Number(all.Count)} messages pass DMARC, from {Number(all.Names)} sources",
            all.Count == 0 ? Tone.Doubtful : all.Passing * 2 >= all.Count ? Tone.Good : Tone.Bad);
        if (all.CountBefore > 0)
        {
            page.Line("period before", $"{Share(all.PassingBefore, all.CountBefore)} of {Number(all.CountBefore)} messages");
        }

        WriteChanges(page, summary);
        Table(page, "Sources", summary.Sources, ["source", "messages", "dkim aligned", "spf aligned", "pass"], static one => [one.Key, Number(one.Count), Share(one.Dkim, one.Count), Share(one.Spf, one.Count), Share(one.Passing, one.Count)]);
        Table(page, "What was done", summary.Dispositions, ["disposition", "messages"], static one => [one.Key, Number(one.Count)]);
        Table(page, "The policy as reporters saw it", summary.Policies, ["policy", "reports", "messages"], static one => [one.Key, Number(one.Documents), Number(one.Count)]);
        WriteReporters(page, summary);
        Table(page, "Contradictions", [.. summary.Contradictions], ["finding", "times", "documents"], static one => [one.Key, Number(one.Count), Number(one.Documents)]);
        Table(page, "Complaints by stream", summary.Complaints, ["stream", "type", "complaints"], static one => [one.Key, one.Detail, Number(one.Count)]);
        if (summary.TlsSessions.Count > 0)
        {
            var sessions = summary.TlsSessions;
            page.Section("TLS");
            page.Line("sessions", $"{Number(sessions.Count - sessions.Passing)} of {Number(sessions.Count)} failed", sessions.Passing == sessions.Count ? Tone.Good : Tone.Bad);
        }

        Table(page, "TLS failures", summary.TlsFailures, ["kind", "mx", "sessions"], static one => [one.Key, one.Detail, Number(one.Count)]);
    }

    private static void WriteChanges(IPage page, IncomingSummary summary)
    {
        page.Section("What changed");
        if (summary.StoppedSources.IsEmpty && summary.FailingSelectors.IsEmpty && summary.NewSources.IsEmpty)
        {
            page.Text(1, summary.Messages.CountBefore == 0 ? "the period before has no report to compare with" : "nothing: no new source, and none that stopped passing");
        }

        foreach (var one in summary.StoppedSources)
        {
            page.Line("stopped passing", $"{one.Key}: {Share(one.Passing, one.Count)} of {Number(one.Count)} messages, {Share(one.PassingBefore, one.CountBefore)} before", Tone.Bad);
        }

        foreach (var one in summary.FailingSelectors)
        {
            page.Line("selector fails", $"{one.Detail} of {one.Key}: {Share(one.Passing, one.Count)} of {Number(one.Count)} signatures pass, {Share(one.PassingBefore, one.CountBefore)} before", Tone.Bad);
        }

        foreach (var one in summary.NewSources)
        {
            page.Line("new source", $"{one.Key}: {Number(one.Count)} messages, {Share(one.Passing, one.Count)} pass", one.Passing * 2 >= one.Count ? Tone.Plain : Tone.Doubtful);
        }
    }

    private static void WriteReporters(IPage page, IncomingSummary summary)
    {
        var all = summary.Documents;
        page.Section("Who reported");
        page.Line(
            "documents",
            $"{Number(all.Counted)} count, {Number(all.Signed)} of them signed by their submitter; of all {Number(all.Conforming)} conform, {Number(all.Salvaged)} salvaged, {Number(all.Unusable)} unusable, {Number(all.OtherVersions)} other versions, {Number(all.Duplicates)} duplicates");
        if (all.Split > 0)
        {
            page.Line("split", $"{Number(all.Split)} are about several days, and are split evenly over them");
        }

        if (!summary.Reporters.IsEmpty)
        {
            page.Table(
            [
                ["reporter", "documents", "messages", "not aligned", "signed", "salvaged", "unusable"],
                .. summary.Reporters.Select(static one => new[] { one.Submitter, Number(one.Counted), Number(one.Messages), Number(one.Failed), Number(one.Signed), Number(one.Salvaged), Number(one.Unusable) }),
            ]);
        }
    }

    private static void Table(IPage page, string title, ImmutableArray<IncomingSum> sums, string[] heads, Func<IncomingSum, string[]> row)
    {
        if (!sums.IsEmpty)
        {
            page.Section(title);
            page.Table([heads, .. sums.Select(row)]);
        }
    }

    private static string Share(long part, long whole) => whole == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{part * 100.0 / whole:0.0}%");

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
