using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Inspection.Dmarc;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Domains;

/// <summary>Makes the text of a record without its faults. What it makes is checked before it is shown.</summary>
internal static class RecordEdit
{
    private const string SoftEnd = " ~all";

    private static readonly FindingCode[] RemovedTerms =
    [
        FindingCode.SpfRepeatedTerm, FindingCode.SpfNoAddress, FindingCode.SpfNoMailHost, FindingCode.SpfNullMx, FindingCode.SpfUnknownModifier,
        FindingCode.SpfTargetWithoutRecord, FindingCode.SpfTargetUnusable, FindingCode.SpfLoop, FindingCode.SpfUnreachedTerm, FindingCode.SpfIgnoredRedirect,
        FindingCode.SpfCoveredNetwork, FindingCode.SpfPrivateNetwork, FindingCode.SpfNeverExists, FindingCode.SpfTargetPassesNobody, FindingCode.SpfOpenNetwork,
    ];

    private static readonly FindingCode[] CorrectedEnds = [FindingCode.SpfPassAll, FindingCode.SpfNeutralAll, FindingCode.SpfNoAll];

    private static readonly FindingCode[] RemovedTags =
    [
        FindingCode.DmarcUnknownTag, FindingCode.DmarcObsoleteTag, FindingCode.DmarcPercentage, FindingCode.DmarcRepeatedTag, FindingCode.DmarcWeakSubdomainPolicy,
        FindingCode.DmarcWeakNonexistentPolicy, FindingCode.DmarcTesting, FindingCode.DmarcUselessFailureOptions, FindingCode.DmarcPublicSuffix,
        FindingCode.DmarcInvalidValue, FindingCode.DmarcInvalidFailureOption, FindingCode.DmarcNoTag, FindingCode.DmarcNoValue, FindingCode.DmarcInvalidName,
    ];

    /// <summary>Whether an edit of the SPF record can end a finding.</summary>
    public static bool CorrectsSpf(FindingCode code) => RemovedTerms.Contains(code) || CorrectedEnds.Contains(code);

    /// <summary>Whether an edit of the DMARC record can end a finding.</summary>
    public static bool CorrectsDmarc(FindingCode code) => RemovedTags.Contains(code) || code is FindingCode.DmarcNoReports or FindingCode.DmarcReportAddressUnusable;

    /// <summary>An SPF record without the terms that findings are about, and with "~all" at the end.</summary>
    public static string Spf(SpfRecord record, IEnumerable<Finding> findings)
    {
        var faults = findings.Where(finding => finding.Position is not null).ToArray();
        var text = new StringBuilder("v=spf1");
        string? all = null;
        var isRedirected = false;
        foreach (var term in record.Terms)
        {
            var isFault = faults.Any(fault => fault.Position == term.Position && RemovedTerms.Contains(fault.Code));
            isRedirected |= !isFault && ReferenceEquals(term, record.Redirect);
            if (term is SpfMechanism { Kind: SpfMechanismKind.All } end)
            {
                // The first one decides.
                all ??= end.ResultOnMatch is SpfResultCode.Fail or SpfResultCode.SoftFail ? $" {end}" : SoftEnd;
            }
            else if (!isFault)
            {
                text.Append(' ').Append(term);
            }
        }

        // RFC 7208 section 6.1: redirect decides at the end of a record without "all".
        return (isRedirected && all is null ? text : text.Append(all ?? SoftEnd)).ToString();
    }

    /// <summary>
    /// Several SPF records as one, which every client passes that passes one of them, with the end of the strictest; null when that is not possible.
    /// </summary>
    /// <param name="texts">The texts.</param>
    public static string? JoinedSpf(IEnumerable<string> texts)
    {
        var records = texts.Select(static text => SpfRecord.Parse(text).Value).ToArray();
        if (Array.Exists(records, static record => record is null) || records.Count(IsRefusing) > 1)
        {
            // What a record with an error was meant to say is lost; two records that refuse clients may refuse those of each other.
            return null;
        }

        var text = new StringBuilder("v=spf1");
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var isFail = false;
        foreach (var term in records.OrderBy(IsRefusing).SelectMany(static record => record!.EvaluatedTerms))
        {
            if (term is SpfMechanism { Kind: SpfMechanismKind.All } end)
            {
                isFail |= end.ResultOnMatch == SpfResultCode.Fail;
            }
            else
            {
                // RFC 7208 sections 5.2 and 6.1: whom the target of a redirect passes, an include of it passes.
                var written = term is SpfModifier redirect ? $"include:{redirect.Value}" : term.ToString();
                text.Append(seen.Add(written) ? $" {written}" : string.Empty);
            }
        }

        return text.Append(isFail ? " -all" : " ~all").ToString();

        static bool IsRefusing(SpfRecord? record) =>
            record!.EvaluatedTerms.Any(static term => term is SpfMechanism { Kind: not SpfMechanismKind.All, ResultOnMatch: not SpfResultCode.Pass });
    }

    /// <summary>A DMARC record with another policy.</summary>
    public static string WithPolicy(DmarcRecord record, string policy) =>
        string.Join("; ", record.Tags.Select(tag => tag.Name.Equals("p", StringComparison.OrdinalIgnoreCase) ? $"p={policy}" : tag.ToString()));

    /// <summary>A DMARC record without the tags that findings are about.</summary>
    public static string Dmarc(DmarcRecord record, IEnumerable<Finding> findings, string? reports)
    {
        var faults = findings.Where(finding => finding.Position is not null && RemovedTags.Contains(finding.Code)).Select(static finding => finding.Position!.Value).ToArray();
        var kept = record.Tags
            .Where(tag => !faults.Any(position => position >= tag.Position && position <= tag.Position + tag.Length))
            .Where(tag => reports is null || !tag.Name.Equals("rua", StringComparison.OrdinalIgnoreCase))
            .Select(tag => WithMailboxes(tag, record))
            .OfType<string>();
        return string.Join("; ", reports is null ? kept : kept.Append($"rua=mailto:{reports}"));
    }

    // A list of report addresses without those that are not mailboxes; null when no address is left. Without ruf, fo says nothing.
    private static string? WithMailboxes(RecordTag tag, DmarcRecord record)
    {
        var (isRua, isRuf, isFo) = (Is("rua"), Is("ruf"), Is("fo"));
        if (!isRua && !isRuf && !isFo)
        {
            return tag.ToString();
        }

        var uris = isRua ? record.AggregateReportUris : record.FailureReportUris;
        var mailboxes = uris.Where(ReportAddresses.IsMailbox).ToArray();
        return mailboxes.Length == uris.Length ? tag.ToString()
            : mailboxes.Length == 0 ? null
            : isFo ? tag.ToString()
            : $"{tag.Name}={string.Join(',', mailboxes)}";

        bool Is(string name) => tag.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
    }
}
