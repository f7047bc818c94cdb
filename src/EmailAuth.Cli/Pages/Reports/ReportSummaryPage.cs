using System.Globalization;

namespace EmailAuth.Cli.Pages.Reports;

/// <summary>The page of what reports say about a domain: the figures and what needs the owner first, then who sent, who reported, TLS and complaints.</summary>
internal static class ReportSummaryPage
{
    private const int MaxDays = 92;
    private const int MaxRows = 60;

    public static string Of(ReportSummary summary)
    {
        var page = new PageFrame
        {
            Title = $"{summary.Domain}, {Period(summary)}: DMARC and TLS reports",
            Heading = Heading(summary),
            Question = "who sends mail in the name of this domain?",
            Source = $"{summary.ReportCount} reports from {(long)summary.Reporters.Length} reporters; made on {PageTime.Of(summary.MadeAt)}",
            State = summary.Events is [var first, ..] ? first.State : State.Pass,
            Answer = $"{Figures(summary)}<div class=\"pair\"><div><h2>Messages by day</h2>{DayChart.Of(Days(summary))}{DayTable(summary)}</div><div><h2>What needs you</h2>{Events(summary)}</div></div>",
        };
        page.Section("sources", "Sending sources", Sources(summary));
        page.Section("results", "Results", Results(summary));
        page.Section("reporters", "Who reported", ReportedBy.Reporters(summary));
        page.Section("conformance", "Conformance of the reports", ReportedBy.Conformance(summary));
        page.Section("tls", "TLS failures on the way to you", ReportedBy.Tls(summary.Tls));
        page.Section("complaints", "Complaints", ReportedBy.Complaints(summary));
        page.Section("basis", "Where the figures come from", $"<p>Reports say what each receiver saw; they can be forged, and receivers that send none are missing. Days are in UTC; a report over several days is split evenly.</p>");
        return page.ToString();
    }

    /// <summary>A share as a percentage with one digit, or a dash of nothing.</summary>
    public static string Share(long part, long whole) =>
        whole == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{part * 100.0 / whole:0.0} %");

    private static string Period(ReportSummary summary) => summary.From == summary.To ? PageTime.Day(summary.From) : $"{PageTime.Day(summary.From)} to {PageTime.Day(summary.To)}";

    private static string Heading(ReportSummary summary)
    {
        if (summary.Messages == 0)
        {
            return $"{summary.Domain}, {Period(summary)}: no report counts a message";
        }

        var urgent = summary.Events.FirstOrDefault(static one => one.State == State.Fail);
        return $"{summary.Domain}, {Period(summary)}: {Share(summary.Aligned, summary.Messages)} of the mail is aligned{(urgent is null ? string.Empty : $"; {urgent.Title}")}";
    }

    private static Html Figures(ReportSummary summary)
    {
        var failing = summary.Messages - summary.Aligned;
        return $"""
            <dl class="figures"><div><dt>messages reported</dt><dd>{summary.Messages}</dd></div>
            <div><dt>aligned, so DMARC passes</dt><dd>{Share(summary.Aligned, summary.Messages)} <small>{summary.Aligned}</small></dd></div>
            <div><dt>not aligned</dt><dd>{failing} <small>{Share(failing, summary.Messages)}</small></dd></div>
            <div><dt>sending addresses</dt><dd>{summary.AddressCount}</dd></div>
            <div><dt>reports</dt><dd>{summary.ReportCount}</dd></div></dl>
            """;
    }

    private static List<ReportedDay> Days(ReportSummary summary) => [.. summary.Days.TakeLast(MaxDays)];

    private static Html DayTable(ReportSummary summary)
    {
        var days = Days(summary);
        if (days.Count == 0)
        {
            return $"<p>No day has a report.</p>";
        }

        var table = new HtmlTable($"Messages by day (UTC)", "Day", "SPF and DKIM", "Only DKIM", "Only SPF", "Neither").Numbers(1, 2, 3, 4);
        foreach (var day in days)
        {
            table.Row($"{PageTime.Day(day.Day)}", $"{day.Both}", $"{day.DkimOnly}", $"{day.SpfOnly}", $"{day.Neither}");
        }

        Html left = summary.Days.Length > days.Count ? $" (the last {days.Count})" : Html.Empty;
        return $"<details><summary>The figures by day{left}</summary>{table.ToHtml()}</details>";
    }

    private static Html Events(ReportSummary summary)
    {
        if (summary.Events.IsEmpty)
        {
            return $"<p>Nothing: no new source, and none that stopped passing.</p>";
        }

        var items = summary.Events.Take(MaxRows).Select(static one =>
            (Html)$"<li class=\"{Shown.Attribute(Badge.ClassOf(one.State))}\"><p>{Badge.Of(one.State, one.Word)} <strong>{Shown.Whole(one.Title)}</strong></p><p>{Shown.Whole(one.Text)}</p></li>");
        return $"<ul class=\"events\">{items}</ul>";
    }

    private static Html Sources(ReportSummary summary)
    {
        if (summary.Sources.IsEmpty)
        {
            return Html.Empty;
        }

        var most = summary.Sources.Max(static source => source.Messages);
        var table = new HtmlTable(
            $"{summary.AddressCount} addresses in {(long)summary.Sources.Length} groups", "Source", "Addresses", "Messages", "SPF aligned", "DKIM aligned", "DMARC passes", "Verdict").Numbers(2, 3, 4, 5);
        foreach (var source in summary.Sources.Take(MaxRows))
        {
            Html names = source.HostNames.Length == 0 ? Html.Empty : $"<br><span class=\"muted small\">{source.HostNames}</span>";
            Html addresses = source.Addresses.IsEmpty
                ? Html.Empty
                : source.AddressCount == 1
                    ? (Html)$"{Shown.Code(source.Addresses[0])}"
                    : (Html)$"<details><summary>{source.AddressCount} addresses</summary>{source.Addresses.Take(20).Select(static address => (Html)$"{Shown.Code(address)} ")}{(source.AddressCount > Math.Min(20, source.Addresses.Length) ? "and more" : string.Empty)}</details>";
            var width = Shown.Attribute((source.Messages * 100.0 / Math.Max(1, most)).ToString("0.#", CultureInfo.InvariantCulture) + "%");
            Html bar = $"<svg width=\"100%\" height=\"6\" aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" height=\"6\"/><rect class=\"{(source.State == State.Fail ? Shown.Attribute("s4") : Shown.Attribute("s1"))}\" width=\"{width}\" height=\"6\"/></svg>";
            table.Row(
                $"{Shown.Name(source.Name)}{names}", addresses, $"{source.Messages}{bar}", $"{Share(source.SpfAligned, source.Messages)}", $"{Share(source.DkimAligned, source.Messages)}",
                $"{Share(source.Passing, source.Messages)}", $"{Badge.Of(source.State, source.Verdict)}");
        }

        var left = summary.Sources.Length - MaxRows;
        Html more = left <= 0 ? Html.Empty : $"<p class=\"small muted\">{left} smaller groups are not shown.</p>";
        return $"{table.ToHtml()}{more}";
    }

    private static Html Results(ReportSummary summary)
    {
        var aligned = new HtmlTable($"By alignment", "Result", "Messages", "Share").Numbers(1, 2);
        foreach (var (name, count) in new (string, long)[]
        {
            ("SPF and DKIM aligned", summary.Days.Sum(static day => day.Both)), ("only DKIM aligned", summary.Days.Sum(static day => day.DkimOnly)),
            ("only SPF aligned", summary.Days.Sum(static day => day.SpfOnly)), ("neither aligned", summary.Days.Sum(static day => day.Neither)),
        })
        {
            aligned.Row($"{name}", $"{count}", $"{Share(count, summary.Messages)}");
        }

        var done = new HtmlTable($"What receivers did", "Disposition", "Messages", "Meaning").Numbers(1);
        foreach (var one in summary.Dispositions.Take(MaxRows))
        {
            done.Row($"{Shown.Code(one.Name)}", $"{one.Messages}", $"{Shown.Whole(one.Meaning)}");
        }

        var seen = new HtmlTable($"The policy of the domain, as reporters saw it", "Policy", "Reports", "Messages").Numbers(1, 2);
        foreach (var one in summary.Policies.Take(MaxRows))
        {
            seen.Row($"{Shown.Code(one.Policy)}", $"{one.Reports}", $"{one.Messages}");
        }

        Html policies = seen.IsEmpty ? Html.Empty : seen.ToHtml();
        return $"<div class=\"pair\"><div>{aligned.ToHtml()}</div><div>{(done.IsEmpty ? Html.Empty : done.ToHtml())}{policies}</div></div>";
    }
}
