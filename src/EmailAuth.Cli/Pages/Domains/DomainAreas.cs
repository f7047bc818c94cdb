using EmailAuth.Inspection;
using EmailAuth.Inspection.Domains;

namespace EmailAuth.Cli.Pages.Domains;

/// <summary>The areas of a domain: what each is called, and the state of all its findings in a table of the first screen.</summary>
internal static class DomainAreas
{
    private static readonly (string Id, string Title, string[] Words)[] Areas =
    [
        ("spf", "SPF", ["spf"]),
        ("dkim", "DKIM", ["dkim"]),
        ("dmarc", "DMARC", ["dmarc"]),
        ("logo", "Logo (BIMI)", ["bimi"]),
        ("mail", "Mail hosts (MX)", ["mx"]),
        ("hosts", "Sending hosts", ["ptr", "helo"]),
        ("transport", "MTA-STS, TLS reports", ["sts", "tls"]),
        ("message", "The sample message", ["message", "one", "feedback", "cfbl", "arc"]),
        ("roles", "Role addresses", ["role"]),
        ("rules", "Complaints", ["complaint"]),
    ];

    /// <summary>The first word of a finding's code, which is its area.</summary>
    public static string WordOf(Finding finding)
    {
        var code = finding.Code.Keyword();
        return code.IndexOf('-', StringComparison.Ordinal) is var end and > 0 ? code[..end] : code;
    }

    /// <summary>The name of the area of a finding.</summary>
    public static string TitleOf(Finding finding) =>
        Areas.FirstOrDefault(area => area.Words.Contains(WordOf(finding), StringComparer.Ordinal)).Title ?? WordOf(finding).ToUpperInvariant();

    /// <summary>The table of areas.</summary>
    public static Html Table(DomainInspection domain, NumberedFindings findings)
    {
        var table = new HtmlTable($"What was looked at, and its state", "Area", "State", "Findings");
        foreach (var (_, title, words) in Areas)
        {
            var own = findings.All.Where(finding => words.Contains(WordOf(finding), StringComparer.Ordinal)).ToList();
            if (own.Count == 0 && !IsLookedAt(domain, words[0]))
            {
                continue;
            }

            Html links = findings.LinksOf(words);
            table.Row($"{title}", $"{StateOf(own)}", links.IsEmpty ? $"<span class=\"muted\">none</span>" : links);
        }

        return table.ToHtml();
    }

    /// <summary>The badge of a severity.</summary>
    public static Badge Of(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => Badge.Of(State.Fail, "broken"),
        FindingSeverity.Warning => Badge.Of(State.Risk, "at risk"),
        FindingSeverity.Note => Badge.Of(State.Note, "note"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Badge StateOf(List<Finding> findings) => findings.Count == 0 ? Badge.Of(State.Pass, "good") : Of(findings.Max(static finding => finding.Severity));

    private static bool IsLookedAt(DomainInspection domain, string word) => word switch
    {
        "bimi" => domain.Bimi.Published.Record is not null,
        "ptr" => !domain.Addresses.IsEmpty,
        "message" => domain.Message is not null,
        "role" => !domain.RoleAddresses.IsEmpty,
        "complaint" => domain.Rates is not null,
        _ => true,
    };
}
