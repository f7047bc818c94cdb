using System.Diagnostics;
using System.Globalization;
using EmailAuth.Bimi;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Inspection;
using EmailAuth.Inspection.Bimi;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Output;

/// <summary>Explains to a domain owner what a receiver would show, and everything that is wrong with a logo or a certificate.</summary>
internal sealed class BimiExplanation(TextWriter output)
{
    public void Write(DomainName domain, BimiInspection inspection)
    {
        var (dmarc, result, published) = (inspection.Dmarc, inspection.Result, inspection.Published);
        Line($"{domain}: {result.Code.Keyword()}{(result.Reason is null ? null : $" ({result.Reason})")}");
        var policy = dmarc.PublishedPolicy is { } asked ? asked.Keyword().ToUpperInvariant()
            : dmarc.Code == DmarcResultCode.TempError ? "not known"
            : "none published";
        Line($"  DMARC policy: {policy}{(dmarc.PolicyDomain is { } at ? $", from {at}" : null)}");
        foreach (var lookup in published.Lookups)
        {
            Line($"  asked: {lookup.Name} TXT: {lookup.Status.Keyword()}");
        }

        if (published.Record is { } record)
        {
            Line($"  record: {record.Text}");
            Line($"  logo: {record.Location ?? "(none)"}");
            Line(record.EvidenceLocation is null ? "  evidence: (none)" : $"  evidence: {record.EvidenceLocation} ({AuthorityOf(published)})");
        }
        else
        {
            foreach (var text in inspection.Records)
            {
                Line($"  text at {text.Name}: {text.Text}");
            }
        }

        foreach (var finding in inspection.Findings)
        {
            Line($"  {finding}");
        }

        if (published.Indicator is { } indicator)
        {
            WriteIndicator("Logo", indicator);
        }

        if (published.MarkCertificate is { } certificate)
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
            Line($"  logged: {timestamp}");
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
        "verified" => $"Verified Mark Certificate, {certificate.MarkType.Replace('_', ' ')}",
        "common" => $"Common Mark Certificate, {certificate.MarkType.Replace('_', ' ')}",
        _ => "unknown",
    };

    private void WriteIndicator(string title, BimiIndicator indicator)
    {
        Line($"{title}: {(indicator.IsValid ? "valid SVG Tiny PS" : "not SVG Tiny PS")}");
        foreach (var problem in indicator.Problems)
        {
            Line($"  {problem}");
        }

        foreach (var advice in indicator.Advice)
        {
            Line($"  advice: {advice}");
        }

        Line($"  title: {indicator.Title ?? "(none)"}");
        Line(string.Create(CultureInfo.InvariantCulture, $"  {indicator.Svg.Length} bytes, SHA-256 {indicator.Hash}"));
    }

    // Texts of senders and domain owners must not reach a terminal as control sequences.
    private void Line(string text) => output.WriteLine(string.Create(text.Length, text, static (clean, source) =>
    {
        for (var i = 0; i < clean.Length; i++)
        {
            clean[i] = char.IsControl(source[i]) ? '?' : source[i];
        }
    }));
}
