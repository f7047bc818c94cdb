using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Dmarc;

namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>The page of one judged message: why it passed or failed. The answer comes first, then the evidence in the order in which it is used.</summary>
internal static class OutcomePage
{
    /// <summary>The page of a message.</summary>
    /// <param name="account">The outcome with all that is said about it.</param>
    /// <param name="basis">What the verdict rests on besides the message.</param>
    public static string Of(MessageAccount account, OutcomeBasis basis)
    {
        var outcome = account.Outcome;
        var page = new PageFrame
        {
            Title = TitleOf(account),
            Heading = Headline.Of(account),
            Question = "why did this message pass or fail?",
            Source = SourceOf(account),
            State = StateOf(outcome),
            Answer = $"<div class=\"pair uneven\"><div>{OutcomeFacts.Of(account)}</div><div>{ChecksTable(account)}</div></div><div class=\"pair panels\">{CausePanels.Of(account)}</div>",
        };
        page.Section("change", "What changed after signing", ChangeSection.Of(account));
        page.Section("way", "The way it took", WaySection.Of(account));
        page.Section("earlier", "What earlier hosts recorded", EarlierSection.Of(account));
        page.Section("identifiers", "Who vouches for it", IdentifiersSection.Of(outcome));
        page.Section("dkim", "DKIM signatures", DkimSection.Of(account));
        page.Section("spf", "SPF", SpfSection.Of(outcome));
        page.Section("dmarc", "DMARC policy", DmarcSection.Of(outcome.Dmarc));
        page.Section("arc", "ARC chain", ArcSection.Of(outcome));
        page.Section("logo", "Logo and sending host", OtherMethodsSection.Of(outcome));
        page.Section("field", "Header field and reply", FieldSection.Of(outcome));
        page.Section("basis", "How it was judged", basis.ToHtml(account));
        return page.ToString();
    }

    private static string TitleOf(MessageAccount account)
    {
        var verdict = account.Outcome.Dmarc is { } dmarc ? $"DMARC {dmarc.Code.Keyword()}" : "DMARC not checked";
        var author = account.Outcome.Author.Domain?.ToString() ?? "no usable author";
        return account.Shown.Subject is { } subject ? $"{verdict}: {author}, “{subject}”" : $"{verdict}: {author}";
    }

    private static Html SourceOf(MessageAccount account)
    {
        var host = account.Outcome.AuthservId;
        return account.CheckedAt is { } time
            ? (Html)$"judged by {Shown.Code(host)} for <time datetime=\"{Shown.Attribute(time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture))}\">{PageTime.Of(time)}</time>"
            : (Html)$"judged by {Shown.Code(host)}";
    }

    private static State StateOf(AuthenticationOutcome outcome) => outcome.Dmarc?.Code switch
    {
        DmarcResultCode.Pass => State.Pass,
        DmarcResultCode.Fail when OpenVerdict.Is(outcome) => State.Risk,
        DmarcResultCode.Fail or DmarcResultCode.PermError => State.Fail,
        DmarcResultCode.TempError => State.Risk,
        DmarcResultCode.None or null or _ => State.Note,
    };

    private static Html ChecksTable(MessageAccount account)
    {
        var table = new HtmlTable($"The checks: each identifier, its result, and whether it belongs to the author domain", "Check", "Domain", "Result", "Aligned", "In plain words");
        foreach (var check in account.Checks)
        {
            var name = check.Method switch
            {
                "spf_helo" => "SPF of HELO",
                _ => check.Method.ToUpperInvariant(),
            };
            Html domain = check.Domain is null
                ? $"<span class=\"muted\">none</span>"
                : check.Selector is { } selector ? (Html)$"{Shown.Code(check.Domain)} <span class=\"muted small\">{selector}</span>" : (Html)$"{Shown.Code(check.Domain)}";
            var isOpen = OpenVerdict.Is(account.Outcome, check.Method);
            Html result = isOpen ? (Html)$"{Badge.Of(State.Risk, OpenVerdict.Word)}" : $"{Badge.OfResult(check.Result)}";
            Html aligned = check.IsAligned is { } isAligned ? (Html)$"{Badge.Of(isAligned ? State.Pass : State.None, isAligned ? "yes" : "no")}" : $"<span class=\"muted\">–</span>";
            table.Row($"{name}", domain, result, aligned, $"{Shown.Whole(check.Text)}");
        }

        return table.ToHtml();
    }
}
