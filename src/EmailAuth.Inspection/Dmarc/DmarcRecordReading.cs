using System.Diagnostics;
using EmailAuth.Cli.Output;
using EmailAuth.Dmarc;

namespace EmailAuth.Cli.Published;

/// <summary>Reads a DMARC record for people: each tag explained, everything wrong or risky pointed out.</summary>
internal static class DmarcRecordInspection
{
    public static DmarcRecord? Inspect(PublishedRecord published)
    {
        var parsed = DmarcRecord.Parse(published.Text);
        if (!parsed.IsSuccess)
        {
            if (LooksMeant(published.Text))
            {
                published.Error($"{parsed.Error.Reason}: this is not a DMARC record and is discarded", parsed.Error.Position);
            }
            else
            {
                published.Note("not a DMARC record: it is discarded, and better stood elsewhere", 0, 0);
            }

            return null;
        }

        var record = parsed.Value;
        foreach (var (name, value, position) in TagsOf(published.Text))
        {
            published.Terms.Add(new ExplainedTerm($"{name}={value}", Meaning(name.ToLowerInvariant(), value, record), position));
            InspectTag(published, record, name.ToLowerInvariant(), value, position);
        }

        foreach (var ignored in record.Ignored)
        {
            var severity = record.Validity != DmarcPolicyValidity.Valid && ignored.IsAboutPolicy ? Severity.Error : Severity.Warning;
            var advice = published.Text.AsSpan(ignored.Position).StartsWith("pct", StringComparison.OrdinalIgnoreCase)
                ? ": the policy applies to all mail; t=y is what remains for testing"
                : string.Empty;
            published.Findings.Add(new Finding(severity, ignored.Reason + advice, ignored.Position, ignored.Length));
        }

        InspectWhole(published, record);
        return record;
    }

    private static bool LooksMeant(string text) => text.Contains("DMARC", StringComparison.OrdinalIgnoreCase);

    // The text is one that the library took for a record; this only finds where its tags stand.
    private static IEnumerable<(string Name, string Value, int Position)> TagsOf(string text)
    {
        var start = 0;
        foreach (var part in text.Split(';'))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && part[..equals].Trim() is { Length: > 0 } name)
            {
                yield return (name, part[(equals + 1)..].Trim(), start + part.Length - part.TrimStart().Length);
            }

            start += part.Length + 1;
        }
    }

    private static void InspectTag(PublishedRecord published, DmarcRecord record, string name, string value, int position)
    {
        var length = name.Length + 1 + value.Length;
        switch (name)
        {
            case "p" when record.Policy == DmarcPolicy.None:
                published.Warn("p=none asks for nothing: mail that fails is delivered as if there were no record", position, length);
                break;
            case "sp" when record.SubdomainPolicy < record.Policy:
                published.Warn("sp is weaker than p: who wants to forge takes a subdomain", position, length);
                break;
            case "np" when record.NonexistentSubdomainPolicy < (record.SubdomainPolicy ?? record.Policy):
                published.Warn("np is weaker than the policy for subdomains that exist: who wants to forge invents a name", position, length);
                break;
            case "t" when record.IsTesting:
                published.Warn("t=y is test mode: the policy is applied one step weaker (RFC 9989 section 4.7); take it out when all is well", position, length);
                break;
            case "psd" when record.DomainRole == DmarcDomainRole.PublicSuffix:
                published.Note("psd=y is for public suffixes only: the domains below it are then organizations of their own", position, length);
                break;
            default:
                break;
        }
    }

    private static void InspectWhole(PublishedRecord published, DmarcRecord record)
    {
        if (record.Validity == DmarcPolicyValidity.NotApplied)
        {
            published.Error("without a valid policy or a rua to report to, DMARC is not applied at all (RFC 9989 section 4.10.1)");
        }
        else if (record.Validity == DmarcPolicyValidity.TreatedAsNone)
        {
            published.Error("without a valid policy the record counts as p=none (RFC 9989 section 4.10.1)");
        }

        if (record.AggregateReportUris.IsEmpty)
        {
            published.Warn("no rua: nobody tells you who sends mail in your name; add rua=mailto:...", published.Text.Length, 0);
        }
    }

    private static string Meaning(string name, string value, DmarcRecord record) => name switch
    {
        "v" => "a DMARC record",
        "p" => $"mail from this domain that fails: {Asked(record.Policy)}",
        "sp" => $"mail from a subdomain that fails: {Asked(record.SubdomainPolicy)}",
        "np" => $"mail from a subdomain that does not exist: {Asked(record.NonexistentSubdomainPolicy)}",
        "adkim" => Aligned("d= of a DKIM signature", record.DkimAlignment),
        "aspf" => Aligned("the domain that SPF checked", record.SpfAlignment),
        "t" => record.IsTesting ? "test mode: one step weaker than the policy" : "the policy applies in full",
        "psd" => record.DomainRole switch
        {
            DmarcDomainRole.PublicSuffix => "a public suffix, whose subdomains belong to others",
            DmarcDomainRole.Organizational => "an organization's top domain: the tree walk ends here",
            DmarcDomainRole.Unspecified => "not said; the tree walk decides",
            _ => throw new UnreachableException(),
        },
        "rua" => $"aggregate reports go to: {string.Join(", ", record.AggregateReportUris)}",
        "ruf" => $"reports of single failures go to: {string.Join(", ", record.FailureReportUris)}",
        "fo" => $"when to report a failure: {When(value)}",
        "pct" or "rf" or "ri" => "of RFC 7489; no longer defined, ignored",
        _ => "unknown, ignored",
    };

    private static string Asked(DmarcPolicy? policy) => policy switch
    {
        DmarcPolicy.Reject => "reject it",
        DmarcPolicy.Quarantine => "treat it as suspicious",
        DmarcPolicy.None => "nothing is asked",
        null => "not a policy",
        _ => throw new UnreachableException(),
    };

    private static string Aligned(string what, DmarcAlignmentMode mode) => mode == DmarcAlignmentMode.Strict
        ? $"{what} must be the author's domain itself"
        : $"{what} may be any of the same organization";

    private static string When(string value) => string.Join("; ", value.Split(':', StringSplitOptions.TrimEntries).Select(part => part.ToLowerInvariant() switch
    {
        "0" => "when nothing passes and aligns",
        "1" => "when anything fails",
        "d" => "when a DKIM signature fails",
        "s" => "when SPF fails",
        _ => $"{part}: unknown",
    }));
}
