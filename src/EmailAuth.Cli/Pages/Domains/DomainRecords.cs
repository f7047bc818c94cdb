using EmailAuth.Dmarc;
using EmailAuth.Inspection;
using EmailAuth.Inspection.Dkim;
using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.Spf;

namespace EmailAuth.Cli.Pages.Domains;

/// <summary>The records of SPF, DKIM and DMARC with their findings, and what they mean.</summary>
internal static class DomainRecords
{
    private const int MaxLevels = 12;
    private const int MaxTerms = 60;
    private const int MaxKeys = 30;

    public static Html Spf(SpfInspection spf, NumberedFindings findings)
    {
        if (spf.Root.Records.IsEmpty)
        {
            return spf.Failure is { } failure ? $"<p>{Badge.Of(State.Risk, "not known")} {Shown.Whole(failure.Reason)}</p>" : (Html)$"<p>{Badge.Of(State.None, "none")} There is no SPF record.</p>";
        }

        var isOver = spf.LookupCount > spf.MaxLookups;
        Html count = isOver ? $"{Badge.Of(State.Fail, $"{spf.LookupCount} of {spf.MaxLookups} lookups")}" : (Html)$"<strong>{spf.LookupCount}</strong> of {spf.MaxLookups} lookups";
        Html tree = spf.Root.Steps.IsEmpty ? Html.Empty : $"<ul class=\"tree\">{Steps(spf.Root, findings, 1, spf.MaxLookups)}</ul>";
        return $"{spf.Root.Records.Select(findings.Mark)}{Terms(spf.Root.Records)}<p>{count}; {spf.VoidLookups.Describe(spf.MaxVoidLookups)} find nothing.</p>{tree}";
    }

    public static Html Dkim(DomainInspection domain, NumberedFindings findings)
    {
        if (domain.Keys.IsEmpty)
        {
            return $"<p>{Badge.Of(State.None, "none")} No key was found at the selectors that were tried.</p>";
        }

        var table = new HtmlTable($"The keys that were found", "Name", "State", "Key");
        foreach (var key in domain.Keys.Take(MaxKeys))
        {
            table.Row($"{Shown.Code(key.Name.ToString())}", $"{StateOf(key)}", KeyOf(key));
        }

        var records = domain.Keys.Take(MaxKeys).SelectMany(key => key.Records.Select(record =>
            (Html)$"<details><summary>{Shown.Code(key.Name.ToString())}</summary>{findings.Mark(record)}</details>"));
        return $"{table.ToHtml()}{records}";
    }

    public static Html Dmarc(DomainInspection domain, NumberedFindings findings)
    {
        var result = domain.Dmarc.Result;
        var walk = new HtmlTable($"Where the policy was looked for (RFC 9989 section 4.10)", "Asked", "Answer");
        foreach (var step in result.Walk)
        {
            walk.Row($"{Shown.Code($"_dmarc.{step.Domain}")}", step.Record is { } record ? $"{Shown.Code(record.Text)}" : (Html)$"<span class=\"muted\">{step.Reason ?? "no record"}</span>");
        }

        var reach = domain.DmarcReach;
        var table = new HtmlTable($"What applies to which name", "Author domain", "A message that fails");
        if (reach.Domain is not null)
        {
            table.Row($"{Shown.Code(domain.Domain.ToString())}", $"{Policy(reach.Domain)}");
            table.Row($"a subdomain", $"{Policy(reach.Subdomain)}");
            table.Row($"a name that does not exist", $"{Policy(reach.NonexistentSubdomain)}");
        }

        Html reaches = table.IsEmpty ? Html.Empty : table.ToHtml();
        return $"{domain.Dmarc.Records.Select(findings.Mark)}{Terms(domain.Dmarc.Records)}<div class=\"pair\"><div>{(walk.IsEmpty ? Html.Empty : walk.ToHtml())}</div><div>{reaches}</div></div>";
    }

    private static Badge Policy(DmarcPolicy? policy) => policy switch
    {
        null => Badge.Of(State.Risk, "not known"),
        DmarcPolicy.None => Badge.Of(State.None, "nothing is asked"),
        DmarcPolicy.Quarantine => Badge.Of(State.Pass, "quarantine"),
        DmarcPolicy.Reject => Badge.Of(State.Pass, "reject"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Html Terms(IEnumerable<PublishedRecord> records)
    {
        var table = new HtmlTable($"Each part", "Part", "Meaning");
        foreach (var term in records.SelectMany(static record => record.Terms).Take(MaxTerms))
        {
            table.Row($"{Shown.Code(term.Text)}", $"{Shown.Whole(term.Meaning)}");
        }

        return table.IsEmpty ? Html.Empty : table.ToHtml();
    }

    private static IEnumerable<Html> Steps(SpfNode node, NumberedFindings findings, int level, int allowed) => node.Steps.Take(MaxTerms).Select(step =>
    {
        Html number = step.Number > allowed ? $"<span class=\"count over\">{step.Number}</span>" : (Html)$"<span class=\"count\">{step.Number}</span>";
        Html answer = step.IsVoid ? $" {Badge.Of(State.Risk, "finds nothing")}" : step.Answer is { } text ? (Html)$" <span class=\"muted\">{Shown.Sentence(text)}</span>" : Html.Empty;
        Html line = $"{number} {Shown.Code(step.Term.ToString())}{answer}";
        if (step.Target is not { } target || (target.Records.IsEmpty && target.Steps.IsEmpty))
        {
            return (Html)$"<li>{line}</li>";
        }

        Html below = level >= MaxLevels ? $"<li class=\"muted\">deeper levels are not shown</li>" : (Html)$"{Steps(target, findings, level + 1, allowed)}";
        return (Html)$"<li><details open><summary>{line}</summary>{target.Records.Select(findings.Mark)}<ul>{below}</ul></details></li>";
    });

    private static Badge StateOf(DkimKeyInspection key) => key switch
    {
        { Failure: not null } => Badge.Of(State.Risk, "not known"),
        { Key: null } => Badge.Of(State.Fail, "not usable"),
        { Key.IsRevoked: true } => Badge.Of(State.Note, "revoked"),
        _ when key.Findings.Any(static finding => finding.Severity == FindingSeverity.Error) => Badge.Of(State.Fail, "broken"),
        _ when key.Findings.Any(static finding => finding.Severity == FindingSeverity.Warning) => Badge.Of(State.Risk, "at risk"),
        _ => Badge.Of(State.Pass, "good"),
    };

    private static Html KeyOf(DkimKeyInspection key) => key.Key is { IsRevoked: false } usable
        ? $"{usable.KeyType}, {usable.KeyBits} bits"
        : key.Failure is { } failure ? (Html)$"<span class=\"muted\">{failure.Reason}</span>" : (Html)$"<span class=\"muted\">no usable key</span>";
}
