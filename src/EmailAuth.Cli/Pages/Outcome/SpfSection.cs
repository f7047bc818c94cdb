using EmailAuth.Cli.Output;
using EmailAuth.Dns;
using EmailAuth.Spf;

namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>How the SPF record was evaluated, as a tree: records, terms with the numbers of those that ask the DNS, what matched.</summary>
internal static class SpfSection
{
    // More levels than a check of RFC 7208 section 4.6.4 can have, where nobody raised its limits.
    private const int MaxLevels = 14;
    private const int MaxTerms = 60;
    private const int MaxAnswers = 8;
    private const int AllowedLookups = 10;

    public static Html Of(AuthenticationOutcome outcome)
    {
        Html main = outcome.Spf is { } spf ? Identity(spf) : Html.Empty;
        Html helo = outcome.SpfHelo is { } other ? Identity(other) : Html.Empty;
        return $"{main}{helo}";
    }

    private static Html Identity(SpfResult spf)
    {
        var isHelo = spf.Identity == SpfIdentity.Helo;
        Html sender = spf.Sender is "postmaster@" ? (Html)$"The sender is not known." : $"{(isHelo ? "HELO" : "MAIL FROM")} {Shown.Code(isHelo ? spf.Helo : spf.Sender)}.";
        Html says = spf.Explanation is { } explanation ? $"<p>The domain says: <q>{Shown.Name(explanation)}</q></p>" : Html.Empty;
        Html unused = isHelo ? $" <span class=\"muted\">DMARC does not use it.</span>" : Html.Empty;
        Html head = $"<h3>{(isHelo ? "HELO" : "MAIL FROM")} {Badge.OfResult(spf.Code.Keyword())}</h3><p>{Shown.Whole(ResultWords.Of(spf))} {sender}{unused}</p><p class=\"small muted\">{Shown.Whole(spf.Reason)}</p>{says}";
        if (spf.Evidence is not { } evidence)
        {
            return head;
        }

        Html counts = $"<p><strong>{spf.LookupCount}</strong> of {AllowedLookups} lookups used (numbered), {spf.VoidLookupCount} of 2 found nothing.</p>";
        return $"{head}{counts}<ul class=\"tree\"><li>{Record(evidence, 1)}</li></ul>";
    }

    private static Html Record(SpfEvidence evidence, int level)
    {
        Html text = evidence.Record is { } record
            ? $"{Marked(record, evidence)}"
            : evidence.Lookup is { } lookup ? (Html)$"<span class=\"muted\">{Answer(lookup)}</span>" : (Html)$"<span class=\"muted\">no record</span>";
        var terms = evidence.Terms.Take(MaxTerms).Select(term => Term(term, level));
        var left = evidence.NotReached.Take(MaxTerms).ToList();
        Html notReached = left.Count == 0
            ? Html.Empty
            : $"<li class=\"muted\">not reached: {left.Select(static term => (Html)$"{Shown.Code(term.ToString())} ")}</li>";
        return $"<details open><summary>{Shown.Code(evidence.Domain.ToString())} {Badge.OfResult(evidence.Code.Keyword())}</summary><ul><li>{text}</li>{terms}{notReached}</ul></details>";
    }

    // The record with the term that decided it marked.
    private static Html Marked(SpfRecord record, SpfEvidence evidence)
    {
        var decided = evidence.Terms.FirstOrDefault(static term => term.Outcome is SpfTermOutcome.Match or SpfTermOutcome.Followed or SpfTermOutcome.Error)?.Term;
        var at = decided is null ? -1 : record.Terms.FirstOrDefault(term => term.ToString() == decided)?.Position ?? -1;
        return at < 0 || at + decided!.Length > record.Text.Length || record.Text.Length > HtmlText.MaxSentence
            ? (Html)$"{Shown.Code(record.Text)}"
            : $"<code>{record.Text[..at]}<mark class=\"hit\">{record.Text.Substring(at, decided.Length)}</mark>{record.Text[(at + decided.Length)..]}</code>";
    }

    private static Html Term(SpfTermEvidence term, int level)
    {
        Html number = term.LookupNumber is { } count
            ? count > AllowedLookups ? (Html)$"<span class=\"count over\">{count}</span> " : (Html)$"<span class=\"count\">{count}</span> "
            : Html.Empty;
        Html outcome = term.Outcome switch
        {
            SpfTermOutcome.NoMatch => $"<span class=\"muted\">no match</span>",
            SpfTermOutcome.Match => $"<strong>matches</strong>",
            SpfTermOutcome.Followed => $"<strong>followed</strong>",
            SpfTermOutcome.Error => $"{Badge.Of(State.Fail, "error")}",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        Html note = term.Note is { } remark ? $" <span class=\"muted\">({remark})</span>" : Html.Empty;
        Html line = $"{number}{Shown.Code(term.Term)} {outcome}{note}";
        var lookups = term.Lookups.Take(MaxAnswers).Select(static lookup => (Html)$"<li class=\"muted\">{Answer(lookup)}</li>").ToList();
        Html target = term.Target switch
        {
            null => Html.Empty,
            { } deep when level >= MaxLevels => $"<li>{Shown.Code(deep.Domain.ToString())} {Badge.OfResult(deep.Code.Keyword())} <span class=\"muted\">(deeper levels are not shown)</span></li>",
            { } evidence => $"<li>{Record(evidence, level + 1)}</li>",
        };
        if (lookups.Count == 0 && target.IsEmpty)
        {
            return $"<li>{line}</li>";
        }

        Html inner = $"<ul>{lookups}{target}</ul>";
        return term.Outcome == SpfTermOutcome.NoMatch
            ? (Html)$"<li><details><summary>{line}</summary>{inner}</details></li>"
            : $"<li><details open><summary>{line}</summary>{inner}</details></li>";
    }

    private static Html Answer(SpfLookup lookup)
    {
        Html answer = lookup.Status switch
        {
            DnsStatus.Records => $"{lookup.Answers.Take(MaxAnswers).Select(static one => (Html)$"{Shown.Code(one)} ")}{(lookup.Answers.Length > MaxAnswers ? "and more" : string.Empty)}",
            DnsStatus.NoData => $"no such record",
            DnsStatus.NameError => $"no such name",
            DnsStatus.Failure => $"{lookup.Failure ?? "failed"}",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return $"{lookup.Type.ToString().ToUpperInvariant()} {Shown.Code(lookup.Name)}: {answer}";
    }
}
