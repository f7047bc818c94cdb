using System.Globalization;
using EmailAuth.Dmarc;
using EmailAuth.Inspection;
using EmailAuth.Inspection.Domains;

namespace EmailAuth.Cli.Output;

/// <summary>The inspection of a domain as a line of CSV (RFC 4180).</summary>
internal static class DomainCsv
{
    /// <summary>The first line.</summary>
    public const string Header = "domain,profile,errors,warnings,policy,spf_lookups,mta_sts,tls_rpt,unknown,findings,error";

    public static string Line(DomainInspection domain)
    {
        var counts = FindingCounts.Of(domain.Findings);
        return string.Join(',', new[]
        {
            domain.Domain.ToString(),
            domain.Profile.Keyword(),
            counts.Errors.ToString(CultureInfo.InvariantCulture),
            counts.Warnings.ToString(CultureInfo.InvariantCulture),
            domain.DmarcReach.Domain?.Keyword() ?? string.Empty,
            domain.Spf.LookupCount.ToString(CultureInfo.InvariantCulture),
            domain.MtaSts.Id is null ? "no" : "yes",
            domain.TlsReporting.Uris.IsEmpty ? "no" : "yes",
            domain.HasUnknown ? "yes" : "no",
            string.Join(' ', domain.Findings.Select(static finding => finding.Code.Keyword()).Distinct(StringComparer.Ordinal)),
            string.Empty,
        }.Select(Cell));
    }

    /// <summary>The line for what is not a domain.</summary>
    public static string ErrorLine(string error) => $",,,,,,,,,,{Cell(error)}";

    // A cell that begins as a formula is one for some spreadsheets; names and codes never do, but an error repeats what the list has.
    private static string Cell(string text) =>
        text is ['=' or '+' or '-' or '@', ..] ? $"\"'{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text;
}
