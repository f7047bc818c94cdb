using System.Diagnostics;
using System.Globalization;
using EmailAuth.Bimi;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Output;

/// <summary>An account for a domain owner: what a receiver would show, and everything that is wrong with a logo or a certificate.</summary>
internal sealed class BimiExplanation(TextWriter output)
{
    public void Write(DomainName domain, DmarcResult dmarc, BimiResult result, IReadOnlyList<PublishedRecord> texts, IReadOnlyList<Finding> findings)
    {
        Line($"{domain}: {result.Code.Keyword()}{(result.Reason is null ? null : $" ({result.Reason})")}");
        var policy = dmarc.PublishedPolicy is { } published ? published.ToString().ToUpperInvariant()
            : dmarc.Code == DmarcResultCode.TempError ? "not known"
            : "none published";
        Line($"  DMARC policy: {policy}{(dmarc.PolicyDomain is { } at ? $", from {at}" : null)}");
        foreach (var lookup in result.Lookups)
        {
            Line($"  asked: {lookup.Name} TXT: {lookup.Status.Keyword()}");
        }

        if (result.Record is { } record)
        {
            Line($"  record: {record.Text}");
            Line($"  logo: {record.Location ?? "(none)"}");
            Line(record.EvidenceLocation is null ? "  evidence: (none)" : $"  evidence: {record.EvidenceLocation} ({AuthorityOf(result)})");
        }

        else
        {
            foreach (var text in texts)
            {
                Line($"  text at {text.Name}: {text.Text}");
            }
        }

        foreach (var finding in findings)
        {
            Line($"  {finding.Label}: {finding.Message}");
        }

        if (result.Indicator is { } indicator)
        {
            WriteIndicator("Logo", indicator);
        }

        if (result.MarkCertificate is { } certificate)
        {
            Write("Certificate", certificate);
        }
    }

    public void Write(FindingCounts counts) => Line($"found: {counts}");

    public void Write(string title, ParseResult<BimiIndicator> logo)
    {
        if (logo.IsSuccess)
        {
            WriteIndicator(title, logo.Value);
        }
        else
        {
            Line($"{title}: not valid");
            Line($"  {logo.Error.Reason}");
        }
    }

    public void Write(string title, MarkCertificate certificate)
    {
        Line($"{title}: {(certificate.IsValid ? "valid" : "not valid")}");
        foreach (var problem in certificate.Problems)
        {
            Line($"  {problem.Reason}");
        }

        if (certificate.Subject is null)
        {
            return;
        }

        Line($"  kind: {KindOf(certificate)}");
        Line($"  subject: {certificate.Subject}");
        Line($"  issuer: {certificate.Issuer}");
        Line(string.Create(CultureInfo.InvariantCulture, $"  validity: {certificate.NotBefore:yyyy-MM-dd} to {certificate.NotAfter:yyyy-MM-dd}"));
        Line($"  names: {string.Join(' ', certificate.DnsNames)}");
        foreach (var timestamp in certificate.Timestamps)
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"  logged: {timestamp.Time:yyyy-MM-dd HH:mm:ss} UTC in {timestamp.LogId}"));
        }

        if (certificate.Indicator is { } indicator)
        {
            WriteIndicator($"{title}'s image", indicator);
        }
    }

    public void WriteDifference() => Line("The logo file is not the image in the certificate: a receiver would show neither.");

    private static string AuthorityOf(BimiResult result) => result.Authority switch
    {
        BimiAuthorityCode.Pass => "valid",
        BimiAuthorityCode.Fail => "not valid",
        BimiAuthorityCode.None => "not checked",
        _ => throw new UnreachableException(),
    };

    private static string KindOf(MarkCertificate certificate) => certificate.Kind switch
    {
        MarkCertificateKind.Verified => $"Verified Mark Certificate, {Words.Of(certificate.MarkType)}",
        MarkCertificateKind.Common => $"Common Mark Certificate, {Words.Of(certificate.MarkType)}",
        MarkCertificateKind.Unknown => "unknown",
        _ => throw new UnreachableException(),
    };

    private void WriteIndicator(string title, BimiIndicator indicator)
    {
        var report = indicator.Report;
        Line($"{title}: {(report.IsValid ? "valid SVG Tiny PS" : "not SVG Tiny PS")}");
        foreach (var violation in report.Violations)
        {
            Line($"  {violation}");
        }

        foreach (var advice in report.Advice)
        {
            Line($"  advice: {advice}");
        }

        Line($"  title: {report.Title ?? "(none)"}");
        Line(string.Create(CultureInfo.InvariantCulture, $"  {indicator.Svg.Length} bytes, SHA-256 {indicator.Hash}"));
    }

    // What strangers wrote must not reach a terminal as control sequences.
    private void Line(string text) => output.WriteLine(string.Create(text.Length, text, static (clean, source) =>
    {
        for (var i = 0; i < clean.Length; i++)
        {
            clean[i] = char.IsControl(source[i]) ? '?' : source[i];
        }
    }));
}
