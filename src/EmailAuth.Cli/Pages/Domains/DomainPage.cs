using EmailAuth.Cli.Output;
using EmailAuth.Inspection;
using EmailAuth.Inspection.Domains;

namespace EmailAuth.Cli.Pages.Domains;

/// <summary>The page of a domain: what to change first, then the findings, then what is published.</summary>
internal static class DomainPage
{
    private const int MaxFirst = 6;

    /// <summary>The page of a domain.</summary>
    /// <param name="domain">The inspection.</param>
    /// <param name="time">When it was made.</param>
    /// <param name="dns">Where the answers of the DNS came from, in words.</param>
    public static string Of(DomainInspection domain, DateTimeOffset time, string dns)
    {
        var findings = new NumberedFindings(domain.Findings);
        var counts = FindingCounts.Of(domain.Findings);
        var page = new PageFrame
        {
            Title = $"{domain.Domain}: {Counted(counts)}",
            Heading = $"{domain.Domain}: {Counted(counts)}{(domain.HasUnknown ? ", and a lookup failed" : string.Empty)}",
            Question = "is this domain ready for mail?",
            Source = $"asked on {PageTime.Of(time)}, {domain.DnsQuestions} DNS questions",
            State = counts.Errors > 0 ? State.Fail : counts.Warnings > 0 || domain.HasUnknown ? State.Risk : State.Pass,
            Answer = $"<div class=\"pair\"><div>{First(domain)}</div><div>{DomainAreas.Table(domain, findings)}</div></div>",
        };
        page.Section("findings", "Findings", List(findings));
        page.Section("records", "Records to publish", Records(domain));
        page.Section("spf", "SPF", DomainRecords.Spf(domain.Spf, findings));
        page.Section("dkim", "DKIM", DomainRecords.Dkim(domain, findings));
        page.Section("dmarc", "DMARC", DomainRecords.Dmarc(domain, findings));
        page.Section("logo", "Logo (BIMI)", DomainHosts.Logos(domain));
        page.Section("mail", "Mail hosts (MX)", DomainHosts.Mail(domain.MailHosts));
        page.Section("hosts", "Sending hosts", DomainHosts.Sending(domain));
        page.Section("transport", "TLS for incoming mail", DomainHosts.Transport(domain));
        page.Section("message", "The sample message", DomainRules.Message(domain.Message));
        page.Section("rules", "What providers ask of senders", DomainRules.Requirements(domain));
        page.Section("loops", "Feedback loops", DomainRules.Loops(domain));
        page.Section("roles", "Role addresses", DomainRules.Roles(domain));
        page.Section("basis", "What was not checked", Unchecked(domain, dns));
        return page.ToString();
    }

    private static string Counted(FindingCounts counts) => (counts.Errors, counts.Warnings) switch
    {
        (0, 0) => "nothing to change",
        (0, var risks) => $"nothing is broken, {Things(risks)} at risk",
        (var faults, 0) => $"{Things(faults)} broken",
        var (faults, risks) => $"{Things(faults)} broken, {risks} at risk",
    };

    private static string Things(int count) => count == 1 ? "1 thing is" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} things are");

    private static Html First(DomainInspection domain)
    {
        Html profile = $"<p class=\"small muted\">Judged as a domain that {Words(domain.Profile)}{(domain.ProfileReason is { } reason ? $", because {reason}" : string.Empty)} (change it with --profile).</p>";
        if (domain.Changes.IsEmpty)
        {
            Html nothing = domain.HasUnknown ? $"Nothing, as far as it is known: a lookup failed." : (Html)$"Nothing.";
            return $"<div class=\"panel\"><h2>What to change</h2><p>{nothing}</p></div>{profile}";
        }

        var items = domain.Changes.Take(MaxFirst).Select(change => (Html)$"<li>{Shown.Whole(DomainText.TextOf(change, domain))} {DomainAreas.Of(change.Severity)}</li>");
        var left = domain.Changes.Length - MaxFirst;
        Html more = left <= 0 ? Html.Empty : $"<p class=\"small muted\">{left} more below.</p>";
        return $"<div class=\"panel\"><h2>Do this first</h2><ol>{items}</ol>{more}</div>{profile}";
    }

    private static string Words(DomainProfile profile) => profile switch
    {
        DomainProfile.Sends => "sends mail",
        DomainProfile.ReceivesOnly => "receives mail only",
        DomainProfile.Parked => "is parked",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Html List(NumberedFindings findings)
    {
        var list = Html.Empty;
        for (var i = 0; i < findings.All.Count; i++)
        {
            var finding = findings.All[i];
            var state = finding.Severity == FindingSeverity.Error ? State.Fail : finding.Severity == FindingSeverity.Warning ? State.Risk : State.Note;
            Html where = finding.Name is { } name ? $" <span class=\"muted small\">at {Shown.Code(name.ToString())}</span>" : Html.Empty;
            list.Add($"""
                <li class="{Shown.Attribute(Badge.ClassOf(state))}" id="finding-{i + 1}"><p><strong>{i + 1}. {DomainAreas.TitleOf(finding)}</strong> {DomainAreas.Of(finding.Severity)}{where}</p>
                <p>{Shown.Whole(finding.Text)}</p><p><strong>Change:</strong> {Shown.Whole(finding.Action)} <span class="muted small">{finding.Code.Keyword()}</span></p></li>
                """);
        }

        return list.IsEmpty ? Html.Empty : $"<ol class=\"events\">{list}</ol>";
    }

    private static Html Records(DomainInspection domain)
    {
        var blocks = Html.Empty;
        var number = 0;
        foreach (var change in domain.Changes.Where(static change => change.Record is not null))
        {
            number++;
            var text = change.Type == "TXT" ? $"{change.Name} TXT \"{change.Record}\"" : $"{change.Name} {change.Type} {change.Record}";
            blocks.Add(Outcome.FieldSection.CopyBlock($"record-{number}", $"{Shown.Whole(change.Text)}", $"Copy record {number}", text));
        }

        return blocks.IsEmpty ? Html.Empty : $"<p>Each of them was checked by this program before it is shown here.</p>{blocks}";
    }

    private static Html Unchecked(DomainInspection domain, string dns)
    {
        Html keys = $"<li>DKIM selectors that are not named: the DNS cannot list them. Give --selector, or --message with a message of the domain.</li>";
        Html message = domain.Message is null ? $"<li>Whether mail is signed and aligned: only a message shows it (--message).</li>" : Html.Empty;
        Html policy = domain.MtaSts is { Id: not null, IsPolicyFetched: false } ? $"<li>The MTA-STS policy: it was not fetched.</li>" : Html.Empty;
        Html roles = domain.RoleAddresses.IsEmpty ? $"<li>Whether postmaster@ and abuse@ take mail: --probe-mailboxes asks the mail host.</li>" : Html.Empty;
        return $"<ul>{keys}{message}{policy}{roles}</ul><p class=\"small muted\">DNS answers {dns}: {domain.DnsQuestions} questions in {domain.DnsRounds} rounds.</p>";
    }
}
