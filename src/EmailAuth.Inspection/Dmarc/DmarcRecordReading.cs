using System.Diagnostics;
using EmailAuth.Dmarc;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Dmarc;

/// <summary>Explains a DMARC record to people: each tag, and everything that is wrong or risky.</summary>
internal static class DmarcRecordReading
{
    private const string Ineffective = "no effect: mail from a subdomain follows the record of the organizational domain";

    /// <summary>Inspects a text; returns the record, or null when the text is not a DMARC record.</summary>
    /// <param name="published">The text; takes what is found.</param>
    /// <param name="isBelowOrganization">
    /// Whether it is a record of a name below its organizational domain: then sp and np have no effect (RFC 9989 section 4.10.1).
    /// </param>
    public static DmarcRecord? Read(PublishedRecord published, bool isBelowOrganization = false)
    {
        var parsed = DmarcRecord.Parse(published.Text);
        if (!parsed.IsSuccess)
        {
            if (published.Text.Contains("DMARC", StringComparison.OrdinalIgnoreCase))
            {
                published.Error(FindingCode.DmarcMalformed, parsed.Error.Position, 1, parsed.Error.Reason);
            }
            else
            {
                published.Note(FindingCode.DmarcStrayText, 0, 0);
            }

            return null;
        }

        var record = parsed.Value;
        foreach (var tag in record.Tags)
        {
            var name = tag.Name.ToLowerInvariant();
            published.Explain(tag.ToString(), isBelowOrganization && name is ("sp" or "np") ? Ineffective : Meaning(name, tag.Value, record), tag.Position, tag.Length);
            if (!isBelowOrganization || name is not ("sp" or "np"))
            {
                InspectTag(published, record, name, tag);
            }
        }

        foreach (var ignored in record.Ignored)
        {
            var isPolicyLost = record.Validity != DmarcPolicyValidity.Valid && ignored.Code is "invalid_policy" or "missing_policy";
            published.Add(
                isPolicyLost ? FindingSeverity.Error : FindingSeverity.Warning, CodeOf(ignored, record.Tags), ignored.Position, ignored.Length, [ignored.Reason]);
        }

        InspectWhole(published, record);
        return record;
    }

    private static FindingCode CodeOf(DmarcIgnoredItem ignored, IEnumerable<RecordTag> tags) => ignored.Code switch
    {
        "no_tag" => FindingCode.DmarcNoTag,
        "no_value" => FindingCode.DmarcNoValue,
        "invalid_name" => FindingCode.DmarcInvalidName,
        "unknown" => FindingCode.DmarcUnknownTag,
        "obsolete" => tags.Any(tag => tag.Position == ignored.Position && tag.Name.Equals("pct", StringComparison.OrdinalIgnoreCase))
            ? FindingCode.DmarcPercentage
            : FindingCode.DmarcObsoleteTag,
        "repeated" => FindingCode.DmarcRepeatedTag,
        "invalid_policy" => FindingCode.DmarcInvalidPolicy,
        "invalid_value" => FindingCode.DmarcInvalidValue,
        "invalid_failure_option" => FindingCode.DmarcInvalidFailureOption,
        "invalid_uri" => FindingCode.DmarcInvalidUri,
        "size_limit" => FindingCode.DmarcSizeLimit,
        "useless_failure_options" => FindingCode.DmarcUselessFailureOptions,
        "missing_policy" => FindingCode.DmarcMissingPolicy,
        _ => throw new UnreachableException(),
    };

    private static void InspectTag(PublishedRecord published, DmarcRecord record, string name, RecordTag tag)
    {
        switch (name)
        {
            case "p" when record.Policy == DmarcPolicy.None:
                published.Warn(FindingCode.DmarcPolicyNone, tag.Position, tag.Length);
                break;
            case "sp" when record.SubdomainPolicy < record.Policy:
                published.Warn(FindingCode.DmarcWeakSubdomainPolicy, tag.Position, tag.Length);
                break;
            case "np" when record.NonexistentSubdomainPolicy < (record.SubdomainPolicy ?? record.Policy):
                published.Warn(FindingCode.DmarcWeakNonexistentPolicy, tag.Position, tag.Length);
                break;
            case "t" when record.IsTesting:
                published.Warn(FindingCode.DmarcTesting, tag.Position, tag.Length);
                break;
            case "psd" when record.DomainRole == DmarcDomainRole.PublicSuffix:
                published.Note(FindingCode.DmarcPublicSuffix, tag.Position, tag.Length);
                break;
            default:
                break;
        }
    }

    private static void InspectWhole(PublishedRecord published, DmarcRecord record)
    {
        if (record.Validity == DmarcPolicyValidity.NotApplied)
        {
            published.Error(FindingCode.DmarcNotApplied, null, 0);
        }
        else if (record.Validity == DmarcPolicyValidity.TreatedAsNone)
        {
            published.Error(FindingCode.DmarcTreatedAsNone, null, 0);
        }

        ReportAddresses.CheckForm(published, record);
        if (!record.AggregateReportUris.Any(ReportAddresses.IsMailbox))
        {
            published.Warn(FindingCode.DmarcNoReports, published.Text.Length, 0);
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
        "t" => record.IsTesting ? "test mode: receivers apply the policy one step weaker" : "the policy applies in full",
        "psd" => record.DomainRole switch
        {
            DmarcDomainRole.PublicSuffix => "a public suffix, whose subdomains belong to others",
            DmarcDomainRole.Organizational => "an organization's top domain: the tree walk ends here",
            DmarcDomainRole.Unspecified => "unspecified: the tree walk decides",
            _ => throw new UnreachableException(),
        },
        "rua" => $"aggregate reports go to: {string.Join(", ", record.AggregateReportUris)}",
        "ruf" => $"reports of single failures go to: {string.Join(", ", record.FailureReportUris)}",
        "fo" => $"when to report a failure: {When(value)}",
        "pct" or "rf" or "ri" => "defined in RFC 7489 but no longer; ignored",
        _ => "unknown, ignored",
    };

    private static string Asked(DmarcPolicy? policy) => policy switch
    {
        DmarcPolicy.Reject => "reject it",
        DmarcPolicy.Quarantine => "treat it as suspicious",
        DmarcPolicy.None => "no action",
        null => "not a policy",
        _ => throw new UnreachableException(),
    };

    private static string Aligned(string what, DmarcAlignmentMode mode) => mode == DmarcAlignmentMode.Strict
        ? $"{what} must be the author's domain itself"
        : $"{what} may be any domain of the same organization";

    private static string When(string value) => string.Join("; ", value.Split(':', StringSplitOptions.TrimEntries).Select(part => part.ToLowerInvariant() switch
    {
        "0" => "when nothing passes and aligns",
        "1" => "when anything fails",
        "d" => "when a DKIM signature fails",
        "s" => "when SPF fails",
        _ => $"{part}: unknown",
    }));
}
