using EmailAuth.Cli.Output;
using EmailAuth.Dmarc;

namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>The walk up the DNS tree that finds the policy, the record, and the parts of it that have no effect.</summary>
internal static class DmarcSection
{
    public static Html Of(DmarcResult? dmarc)
    {
        if (dmarc is null)
        {
            return Html.Empty;
        }

        Html reason = dmarc.Reason is { } why ? $"<p>{Shown.Whole(why)}</p>" : Html.Empty;
        Html departure = dmarc.Override is { } other
            ? $"<p>{Badge.Of(State.Note, "local policy")} {Shown.Whole(other.Comment ?? other.TypeKeyword)} The domain asks for {dmarc.Disposition.Keyword()}; applied is {dmarc.AppliedDisposition.Keyword()}.</p>"
            : Html.Empty;
        Html assumed = dmarc.IsPolicyAssumed ? $"<p>{Badge.Of(State.Risk, "not certain")} A query failed, so another record may apply.</p>" : Html.Empty;
        return $"{reason}{departure}{assumed}{Walk(dmarc)}{Ignored(dmarc)}";
    }

    private static Html Walk(DmarcResult dmarc)
    {
        if (dmarc.Walk.IsEmpty)
        {
            return Html.Empty;
        }

        var table = new HtmlTable($"Where the policy was looked for ({Words.OfDiscovery(dmarc.DiscoveryMethod)}, RFC 9989 section 4.10)", "Asked", "Answer", "Meaning");
        var isFound = false;
        foreach (var step in dmarc.Walk)
        {
            var applies = step.Record is not null && step.Domain == dmarc.PolicyDomain;
            Html answer = step.Record is { } record ? Tags(record, applies ? dmarc.PolicyTag : null) : $"<span class=\"muted\">{Reason(step)}</span>";
            table.Row($"{Shown.Code($"_dmarc.{step.Domain}")}", answer, applies ? Used(dmarc) : Meaning(step, dmarc, isFound));
            isFound |= applies;
        }

        return table.ToHtml();
    }

    private static string Reason(DmarcLookup step) => step.Reason switch
    {
        null => "no record",
        "NXDOMAIN" => "no such name",
        var reason => reason,
    };

    private static Html Used(DmarcResult dmarc)
    {
        var policy = (dmarc.PublishedPolicy ?? DmarcPolicy.None).Keyword();
        Html inherited = dmarc.Source == DmarcPolicySource.AuthorDomain ? Html.Empty : $" It is the record of {Words.Of(dmarc.Source)}, so the author domain inherits it.";
        return $"{Badge.Of(State.Note, "used")} {Shown.Code($"{dmarc.PolicyTag}={policy}")} is the policy.{inherited}";
    }

    private static Html Meaning(DmarcLookup step, DmarcResult dmarc, bool isFound) => step switch
    {
        { Record: not null } => $"Not used: it is not the record that applies.",
        _ when isFound => $"Asked only to find the organizational domain.",
        _ when step.Domain == dmarc.AuthorDomain => $"The author domain has no record of its own.",
        _ => $"The walk goes on.",
    };

    private static Html Tags(DmarcRecord record, string? used)
    {
        var tags = record.Tags;
        if (used is null || record.Text.Length > HtmlText.MaxSentence || tags.FirstOrDefault(tag => tag.Name == used) is not { } found)
        {
            return $"{Shown.Code(record.Text)}";
        }

        var (start, end) = (found.Position, Math.Min(record.Text.IndexOf(';', found.Position) is var at and >= 0 ? at : record.Text.Length, record.Text.Length));
        return $"<code>{record.Text[..start]}<mark class=\"hit\">{record.Text[start..end]}</mark>{record.Text[end..]}</code>";
    }

    private static Html Ignored(DmarcResult dmarc) => dmarc.Record is { Ignored: [_, ..] ignored }
        ? $"<p class=\"small muted\">Without effect in the record:</p><ul class=\"small\">{ignored.Take(20).Select(static item => (Html)$"<li>{Shown.Sentence(item.ToString())}</li>")}</ul>"
        : Html.Empty;
}
