namespace EmailAuth.Cli.Pages.Reports;

/// <summary>Who reported and in which form, TLS failures, and complaints.</summary>
internal static class ReportedBy
{
    private const int MaxRows = 60;

    public static Html Reporters(ReportSummary summary)
    {
        if (summary.Reporters.IsEmpty)
        {
            return Html.Empty;
        }

        var table = new HtmlTable($"By messages, the largest first", "Reporter", "Reports", "Messages", "Not aligned", "Form").Numbers(1, 2, 3);
        foreach (var one in summary.Reporters.Take(MaxRows))
        {
            table.Row(
                $"{Shown.Name(one.Name)}", $"{one.Reports}", $"{one.Messages}", $"{one.NotAligned} <span class=\"muted\">{ReportSummaryPage.Share(one.NotAligned, one.Messages)}</span>",
                $"{Badge.Of(one.State, one.Verdict)} <span class=\"small\">{one.Why}</span>");
        }

        var left = summary.Reporters.Length - MaxRows;
        Html more = left <= 0 ? Html.Empty : $"<p class=\"small muted\">{left} smaller ones are not shown.</p>";
        return $"{table.ToHtml()}{more}";
    }

    public static Html Conformance(ReportSummary summary)
    {
        if (summary.Conformance.IsEmpty && summary.Contradictions.IsEmpty)
        {
            return Html.Empty;
        }

        var table = new HtmlTable($"The documents that came in", "Verdict", "Documents", "Why").Numbers(1);
        foreach (var one in summary.Conformance.Take(MaxRows))
        {
            table.Row($"{Badge.Of(one.State, one.Verdict)}", $"{one.Documents}", $"{Shown.Whole(one.Why)}");
        }

        Html contradictions = summary.Contradictions.IsEmpty
            ? Html.Empty
            : $"<h3>Where reports contradict themselves</h3><ul>{summary.Contradictions.Take(MaxRows).Select(static one => (Html)$"<li>{Shown.Whole(one)}</li>")}</ul>";
        return $"{(table.IsEmpty ? Html.Empty : table.ToHtml())}{contradictions}";
    }

    public static Html Tls(ReportedTls? tls)
    {
        if (tls is null)
        {
            return Html.Empty;
        }

        Html lead = $"<p><strong>{tls.Failed} of {tls.Sessions} sessions failed</strong> ({ReportSummaryPage.Share(tls.Failed, tls.Sessions)}); {tls.Reports} reports from {tls.Senders} senders.</p>";
        if (tls.Failures.IsEmpty)
        {
            return lead;
        }

        var table = new HtmlTable($"Failures by kind (RFC 8460 section 4.3); a session can have several", "Kind", "Sessions", "Meaning", "What to do", "Reported by").Numbers(1);
        foreach (var one in tls.Failures.Take(MaxRows))
        {
            table.Row($"{Shown.Code(one.Kind)}", $"{one.Sessions}", $"{Shown.Whole(one.Meaning)}", $"{Shown.Whole(one.Advice)}", $"{Shown.Name(one.ReportedBy)}");
        }

        return $"{lead}{table.ToHtml()}";
    }

    public static Html Complaints(ReportSummary summary)
    {
        if (summary.Complaints.IsEmpty)
        {
            return Html.Empty;
        }

        var table = new HtmlTable($"Complaints and failure reports (RFC 5965, RFC 9991)", "Type", "Mails", "Meaning", "What to do").Numbers(1);
        foreach (var one in summary.Complaints.Take(MaxRows))
        {
            table.Row($"{Shown.Code(one.Type)}", $"{one.Mails}", $"{Shown.Whole(one.Meaning)}", $"{Shown.Whole(one.Advice)}");
        }

        return $"{table.ToHtml()}<p class=\"small muted\">Addresses of people are not shown. A complaint rate cannot be given: providers report a part only.</p>";
    }
}
