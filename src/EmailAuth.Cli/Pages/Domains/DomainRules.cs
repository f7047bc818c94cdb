using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.Senders;

namespace EmailAuth.Cli.Pages.Domains;

/// <summary>What large providers ask of senders, what a sample message shows, and which feedback loops the owner may join.</summary>
internal static class DomainRules
{
    public static Html Message(SampleMessage? message)
    {
        if (message is null)
        {
            return Html.Empty;
        }

        return $"""
            <dl class="facts"><dt>Author domain</dt><dd>{Shown.Code(message.AuthorDomain?.ToString() ?? "none")}</dd>
            <dt>SPF aligned</dt><dd>{Known(message.IsSpfAligned)}</dd><dt>DKIM aligned</dt><dd>{Known(message.IsDkimAligned)}</dd>
            <dt>One-click unsubscribe</dt><dd>{message.OneClick.Keyword()}</dd><dt>Feedback-ID</dt><dd>{Known(message.HasFeedbackId)}</dd>
            <dt>CFBL-Address</dt><dd>{Known(message.HasFeedbackAddress)}</dd></dl>
            """;
    }

    public static Html Requirements(DomainInspection domain)
    {
        if (domain.Requirements.IsEmpty)
        {
            return Html.Empty;
        }

        var table = new HtmlTable(
            $"Rules of large providers for senders, as of {PageTime.Day(SenderRules.Date)}; they change",
            ["Rule", .. SenderRules.Providers, "What was seen"]);
        foreach (var rule in domain.Requirements)
        {
            table.Row([$"{Shown.Whole(rule.Text)}", .. rule.Providers.Select(Cell), (Html)$"{Shown.Whole(rule.Reason)}"]);
        }

        return table.ToHtml();
    }

    public static Html Loops(DomainInspection domain)
    {
        if (domain.FeedbackLoops.IsEmpty)
        {
            return Html.Empty;
        }

        var table = new HtmlTable($"Feedback loops that the owner may join", "Loop", "For whom", "State", "What it needs");
        foreach (var loop in domain.FeedbackLoops)
        {
            table.Row($"{loop.Name}", $"{Shown.Whole(loop.ForWhom)}", $"{StateOf(loop.State, false)}", $"<ul>{loop.Needs.Select(static need => (Html)$"<li>{Shown.Sentence(need)}</li>")}</ul>");
        }

        return table.ToHtml();
    }

    public static Html Roles(DomainInspection domain)
    {
        if (domain.RoleAddresses.IsEmpty)
        {
            return Html.Empty;
        }

        var table = new HtmlTable($"Addresses that every domain should have (RFC 2142): asked by RCPT, nothing was sent", "Address", "Takes mail", "Answer");
        foreach (var role in domain.RoleAddresses)
        {
            table.Row($"{Shown.Code(role.Address)}", Known(role.IsAccepted), $"{Shown.Name(role.Reply)}");
        }

        return table.ToHtml();
    }

    private static Html Cell(ProviderRequirement cell)
    {
        Html source = cell.Source is { } text ? $" <span class=\"muted small\">{text}</span>" : Html.Empty;
        return $"{StateOf(cell.State, cell.IsAdvice)}{source}";
    }

    private static Badge StateOf(RequirementState state, bool isAdvice) => state switch
    {
        RequirementState.NotAsked => Badge.Of(State.None, "not asked"),
        RequirementState.Unseen => Badge.Of(State.None, "cannot be seen"),
        RequirementState.Met => Badge.Of(State.Pass, "met"),
        RequirementState.NotMet when isAdvice => Badge.Of(State.Risk, "not met (advice)"),
        RequirementState.NotMet => Badge.Of(State.Fail, "not met"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Html Known(bool? value) => value switch
    {
        true => $"{Badge.Of(State.Pass, "yes")}",
        false => $"{Badge.Of(State.Risk, "no")}",
        null => (Html)$"{Badge.Of(State.None, "not known")}",
    };
}
