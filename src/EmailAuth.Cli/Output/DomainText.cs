using System.Diagnostics;
using System.Globalization;
using EmailAuth.Dmarc;
using EmailAuth.Inspection;
using EmailAuth.Inspection.Bimi;
using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.Senders;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Output;

/// <summary>The inspection of a domain for people: first what to change, the most harmful first, then what was found.</summary>
internal static class DomainText
{
    public static void Write(IPage page, DomainInspection domain)
    {
        page.Title($"{domain.Domain} ({Words(domain.Profile)})");
        if (domain.ProfileReason is { } reason)
        {
            page.Line("why", $"{reason}; choose another with --profile");
        }

        WriteChanges(page, domain);
        WriteFindings(page, domain);
        WriteFacts(page, domain);
        WriteRequirements(page, domain);
        WriteLogos(page, domain);
        WriteLoops(page, domain);
        page.Line("DNS", string.Create(CultureInfo.InvariantCulture, $"{domain.DnsQuestions} questions in {domain.DnsRounds} round{(domain.DnsRounds == 1 ? string.Empty : "s")}"), Tone.Dim);
        FindingCounts.Of(domain.Findings).WriteTo(page);
    }

    /// <summary>What to change, with the name where that is not below the domain and nothing else says it.</summary>
    public static string TextOf(DomainChange change, DomainInspection domain) =>
        change is { Record: null, Name: { } name } && PlaceOf(DomainName.ParseDnsName(name).Value, change.Text, domain) is { } place ? $"{change.Text}, at {place}" : change.Text;

    private static void WriteChanges(IPage page, DomainInspection domain)
    {
        page.Section("What to change");
        if (domain.Changes.IsEmpty)
        {
            page.Text(1, domain.HasUnknown ? "nothing, as far as it is known: a lookup failed" : "nothing");
        }

        var number = 0;
        foreach (var change in domain.Changes)
        {
            number++;
            page.Text(1, string.Create(CultureInfo.InvariantCulture, $"{number}. {change.Severity.Keyword()}: {TextOf(change, domain)} ({string.Join(", ", change.Codes.Select(static code => code.Keyword()))})"));
            if (change.Record is { } record)
            {
                page.Text(2, $"{change.Name} {change.Type} {(change.Type == "TXT" ? $"\"{record}\"" : record)}");
            }
        }
    }

    private static void WriteFindings(IPage page, DomainInspection domain)
    {
        if (!domain.Findings.IsEmpty)
        {
            page.Section("Findings");
            foreach (var finding in domain.Findings)
            {
                page.Remark(finding, PlaceOf(finding.Name, finding.Text, domain));
            }
        }
    }

    private static void WriteFacts(IPage page, DomainInspection domain)
    {
        page.Section("What is published");
        var spf = domain.Spf;
        page.Line("SPF", spf.Root.Record is { } record
            ? string.Create(CultureInfo.InvariantCulture, $"{record.Text}; {spf.LookupCount} of {spf.MaxLookups} lookups; {spf.VoidLookups.Describe(spf.MaxVoidLookups)} find nothing")
            : spf.Failure is { } failure ? $"not known: {failure.Reason}" : "no valid record");
        page.Line("DKIM", domain.Keys.IsEmpty ? "no key found" : string.Join(", ", domain.Keys.Select(static key => key.Key is { IsRevoked: false } usable
            ? string.Create(CultureInfo.InvariantCulture, $"{key.Name} ({usable.KeyType}, {usable.KeyBits} bits)") : $"{key.Name} (no usable key)")));
        var reach = domain.DmarcReach;
        page.Line("DMARC", reach.Domain is null ? "no policy is known"
            : $"{Known(reach.Domain)} for the domain, {Known(reach.Subdomain)} for subdomains, {Known(reach.NonexistentSubdomain)} for names that do not exist; record of {domain.Dmarc.Result.PolicyDomain}");
        var hosts = domain.MailHosts;
        page.Line("mail hosts", !hosts.IsKnown ? "not known" : hosts.IsNull ? "takes no mail (null MX)" : hosts.Hosts.IsEmpty ? "no mail host"
            : string.Join(", ", hosts.Hosts.Select(static host => host.Name.ToString())));
        foreach (var address in domain.Addresses)
        {
            page.Line($"sends from {address.Address}", address.Names.IsEmpty ? "no name" : $"{string.Join(", ", address.Names)}{(address.IsConfirmed == true ? ", which leads back" : string.Empty)}");
        }

        var sts = domain.MtaSts;
        page.Line("MTA-STS", sts.Id is null ? "no valid record" : sts.Policy is { } policy
            ? $"mode {policy.Mode.Keyword()}, {string.Join(", ", policy.Patterns)}" : sts.IsPolicyFetched ? "a record without a valid policy" : "a record; the policy was not fetched");
        page.Line("TLS reports", domain.TlsReporting.Uris.IsEmpty ? "no valid record" : string.Join(", ", domain.TlsReporting.Uris));
        if (domain.Message is { } message)
        {
            page.Line("the message", $"From {message.AuthorDomain}, SPF aligned: {Known(message.IsSpfAligned)}, DKIM aligned: {Known(message.IsDkimAligned)}, one-click unsubscribe: {message.OneClick.Keyword()}");
        }
    }

    private static void WriteRequirements(IPage page, DomainInspection domain)
    {
        if (domain.Requirements.IsEmpty)
        {
            return;
        }

        page.Section($"What providers ask of senders (as of {SenderRules.Date.ToString("O", CultureInfo.InvariantCulture)})");
        page.Columns(1,
        [
            [new("requirement", Tone.Dim), .. SenderRules.Providers.Select(static provider => new Piece(provider, Tone.Dim)), new("what was seen", Tone.Dim)],
            .. domain.Requirements.Select(static row => (Piece[])[new(row.Name), .. row.Providers.Select(Cell), new(row.Reason)]),
        ]);
    }

    private static Piece Cell(ProviderRequirement cell) => cell.State switch
    {
        RequirementState.NotAsked => new("-", Tone.Dim),
        RequirementState.Unseen => new("unseen", Tone.Dim),
        RequirementState.Met => new("met", Tone.Good),
        RequirementState.NotMet => new(cell.IsAdvice ? "not met (advice)" : "not met", cell.IsAdvice ? Tone.Doubtful : Tone.Bad),
        _ => throw new UnreachableException(),
    };

    private static void WriteLogos(IPage page, DomainInspection domain)
    {
        if (domain.Bimi.Published.Record is null)
        {
            return;
        }

        page.Section($"Where a logo is shown (as of {LogoDisplays.Date.ToString("O", CultureInfo.InvariantCulture)})");
        page.Columns(1, [.. domain.Logos.Select(static logo => (Piece[])
        [
            new(logo.Provider),
            new(logo.State.Keyword(), logo.State >= LogoState.Shown ? Tone.Good : Tone.Dim),
            new(logo.OnceEnforced == logo.State ? logo.Reason : $"{logo.Reason}; with an enforced policy: {logo.OnceEnforced.Keyword()}"),
        ])]);
    }

    private static void WriteLoops(IPage page, DomainInspection domain)
    {
        if (domain.FeedbackLoops.IsEmpty)
        {
            return;
        }

        page.Section("Feedback loops");
        foreach (var loop in domain.FeedbackLoops)
        {
            page.Line(loop.Name, $"for {loop.ForWhom}");
            foreach (var need in loop.Needs)
            {
                page.Text(2, need);
            }
        }
    }

    // The records of the domain itself are expected; that a finding is about another's must be said.
    private static string? PlaceOf(DomainName? name, string text, DomainInspection domain) =>
        name is null || name.IsEqualToOrBelow(domain.Domain) || text.Contains(name.ToString(), StringComparison.Ordinal) ? null : name.ToString();

    private static string Known(DmarcPolicy? policy) => policy?.Keyword() ?? "not known";

    private static string Known(bool? value) => value switch
    {
        true => "yes",
        false => "no",
        null => "not known",
    };

    private static string Words(DomainProfile profile) => profile switch
    {
        DomainProfile.Sends => "sends mail",
        DomainProfile.ReceivesOnly => "receives mail only",
        DomainProfile.Parked => "parked",
        _ => throw new UnreachableException(),
    };
}
