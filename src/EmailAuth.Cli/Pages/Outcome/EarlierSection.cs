using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>What fields of the message say that earlier hosts found, beside what was found here.</summary>
internal static class EarlierSection
{
    private const int MaxRows = 12;

    public static Html Of(MessageAccount account)
    {
        var rows = EarlierText.Rows(account).ToList();
        if (rows.Count == 0)
        {
            return Html.Empty;
        }

        var table = new HtmlTable($"Authentication-Results fields, the oldest first; anyone can write them", "Host", "Whose word", "Results");
        foreach (var row in rows.TakeLast(MaxRows))
        {
            Html seal = row[1].Text.Length > 0 ? (Html)$"{row[1].Text}" : $"<span class=\"muted\">not signed by anybody</span>";
            table.Row($"{Shown.Code(row[0].Text)}", seal, $"{Shown.Sentence(row[2].Text)}");
        }

        table.Row($"here", $"this check", $"{Shown.Sentence(EarlierText.Here(account.Outcome))}");
        return table.ToHtml();
    }
}
