using System.Globalization;
using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports.Tests.TestSupport;

/// <summary>Parts of reports as text, to compare them.</summary>
internal static class ReportText
{
    public static string Of(AggregateRecord record) => string.Join('|',
    [
        record.SourceAddress, record.Count.ToString(CultureInfo.InvariantCulture), record.Disposition.Keyword(), record.Dkim.Keyword(), record.Spf.Keyword(),
        string.Join(',', record.Reasons.Select(static r => $"{r.Type.Keyword()}({r.Comment ?? "-"})")),
        record.HeaderFrom, record.EnvelopeFrom ?? "-", record.EnvelopeTo ?? "-",
        string.Join(',', record.DkimResults.Select(static d => $"{d.Domain}/{d.Selector ?? "-"}/{d.Result}/{d.HumanResult ?? "-"}")),
        record.SpfResult is { } spf ? $"{spf.Domain}/{spf.Scope ?? "-"}/{spf.Result}/{spf.HumanResult ?? "-"}" : "-",
    ]);

    public static string Of(PublishedPolicy policy) => string.Join('|',
        policy.Domain, policy.Policy?.Keyword(), policy.SubdomainPolicy?.Keyword(), policy.NonexistentSubdomainPolicy?.Keyword(),
        policy.DkimAlignment, policy.SpfAlignment, policy.DiscoveryMethod, policy.FailureOptions, policy.IsTesting);

    public static string Of(AggregateReportMetadata metadata) => string.Join('|',
        metadata.OrganizationName, metadata.Email, metadata.ExtraContactInfo, metadata.ReportId, metadata.Begin.ToUnixTimeSeconds(),
        metadata.End.ToUnixTimeSeconds(), string.Join("; ", metadata.Errors), metadata.Generator);
}
